package sandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// plain is a call of each API that needs no parameters of its own.
var plain = map[string]string{
	"tap": "/v2/people/vap?window=30", "essentials": "/me", "threatstackv1": "/agents", "threatstackv2": "/v2/agents?status=online",
	"threatconnectv2": "/v2/owners", "threatconnectv3": "/v3/cases", "essentialsthreat": "/v2/siem/all?sinceSeconds=300",
}

func ask(t testing.TB, in *sandbox.Instance, api string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, in.Server(api)+plain[api], nil)
	require.NoError(t, err)
	require.NoError(t, in.Sign(api)(context.Background(), r))
	answered(t, r)
}

func answered(t testing.TB, r *http.Request) {
	t.Helper()
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
}

// A sandbox of all APIs listens within 0.2 s, in the best of three tries, and answers the first
// call for each, whose document is read then. How long that took is told, not judged: the
// machine may be busy. TestDocumentsAreReadWhenAsked counts what it waits for.
func TestFirstAnswers(t *testing.T) {
	var in *sandbox.Instance
	listening := time.Hour
	for range 3 {
		begin := time.Now()
		in = start(t, sandbox.Options{})
		listening = min(listening, time.Since(begin))
	}
	for api := range plain {
		begin := time.Now()
		ask(t, in, api)
		t.Logf("first answer of %-16s %v", api, time.Since(begin).Round(time.Millisecond))
	}
	t.Logf("listens after %v", listening.Round(time.Microsecond))
	assert.Less(t, listening, 200*time.Millisecond, "it listens")
}

// Nothing but the outlines is read before a sandbox listens, and a first answer waits for one
// document, that of its API.
func TestDocumentsAreReadWhenAsked(t *testing.T) {
	in := sandbox.New(t)
	before := len(in.Loaded())
	assert.Zero(t, before, "documents that were read before it listens")
	for i, api := range in.APIs() {
		ask(t, in, api)
		assert.Len(t, in.Loaded(), i+1, "documents that were read after the first call to %s", api)
		assert.Contains(t, in.Loaded(), api)
		ask(t, in, api)
		assert.Len(t, in.Loaded(), i+1, "documents that were read after the second")
	}
	t.Logf("%d documents before it listens, %d after a call to each of %d APIs", before, len(in.Loaded()), len(in.APIs()))
}

// The mixed load beside a handler that only writes the same many bytes.
func BenchmarkMixed(b *testing.B) {
	b.Run("sandbox", func(b *testing.B) {
		in, err := sandbox.Serve(sandbox.Options{})
		require.NoError(b, err)
		defer in.Close()
		apis := in.APIs()
		for _, api := range apis {
			ask(b, in, api)
		}
		for i := 0; b.Loop(); i++ {
			ask(b, in, apis[i%len(apis)])
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	})
	b.Run("bare", func(b *testing.B) {
		body := make([]byte, 2000)
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(body) // a client that goes away is its own business
		}))
		defer srv.Close()
		for b.Loop() {
			r, err := http.NewRequest(http.MethodGet, srv.URL, nil)
			require.NoError(b, err)
			answered(b, r)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	})
}
