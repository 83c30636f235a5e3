package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

const threat = `{"id":"abc","identifiedAt":"2026-01-15T10:00:00.000Z","name":"lure.example.com","type":"url","category":"phish","status":"active","severity":3}`

// small are a small GET by net/http alone, decoded, and the same by the client.
func small(t testing.TB) (bare, ours func()) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, threat)
	}))
	t.Cleanup(server.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	c, err := tap.New(auth.Basic("principal", "secret"), client.Server(server.URL), client.AllowHTTP(), client.Transport(transport))
	require.NoError(t, err)
	bare = func() {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v2/threat/summary/abc", nil)
		require.NoError(t, err)
		r.Header.Set("Accept", "application/json")
		r.SetBasicAuth("principal", "secret")
		res, err := (&http.Client{Transport: transport}).Do(r)
		require.NoError(t, err)
		b, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		var v tap.ThreatSummary
		require.NoError(t, json.Unmarshal(b, &v))
	}
	ours = func() {
		v, err := c.GetThreatSummary(t.Context(), "abc")
		require.NoError(t, err)
		require.Equal(t, "lure.example.com", v.Name)
	}
	return bare, ours
}

// A small call costs little more than net/http alone.
func TestAllocationsOfASmallCall(t *testing.T) {
	bare, ours := small(t)
	b, o := testing.AllocsPerRun(200, bare), testing.AllocsPerRun(200, ours)
	t.Logf("a small GET: %v allocations by net/http, %v by the client", b, o)
	assert.LessOrEqual(t, o, b+20, "allocations of a small GET, %v by net/http alone", b)
}

func BenchmarkSmall(b *testing.B) {
	bare, ours := small(b)
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			bare()
		}
	})
	b.Run("client", func(b *testing.B) {
		for b.Loop() {
			ours()
		}
	})
}
