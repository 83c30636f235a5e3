package main

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/tap"
)

var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// fake is a client that has one window. What a test does not need panics.
type fake struct {
	tap.API
	events []tap.SIEMEvent
	err    error // after the events
}

func (f fake) ListSIEMClicksPermitted(_ context.Context, from, to time.Time, _ *tap.ListSIEMClicksPermittedParams, _ ...auth.Editor) iter.Seq[client.Window[tap.SIEMEvent]] {
	return func(yield func(client.Window[tap.SIEMEvent]) bool) {
		yield(client.NewWindow(from, to, func(yield func(tap.SIEMEvent, error) bool) {
			for _, e := range f.events {
				if !yield(e, nil) {
					return
				}
			}
			if f.err != nil {
				yield(tap.SIEMEvent{}, f.err)
			}
		}))
	}
}

func TestClicked(t *testing.T) {
	click := func(recipient string) tap.SIEMEvent {
		return tap.SIEMEvent{ClicksPermitted: &tap.ClickEvent{Recipient: recipient}}
	}
	f := fake{events: []tap.SIEMEvent{click("ana@example.com"), click("ben@example.com"), click("ana@example.com"), {}}}
	got, err := clicked(t.Context(), f, noon.Add(-time.Hour), noon)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"ana@example.com": 2, "ben@example.com": 1}, got, "clicks by recipient")

	f.err = errors.New("broken off")
	_, err = clicked(t.Context(), f, noon.Add(-time.Hour), noon)
	assert.ErrorIs(t, err, f.err, "half of an answer is no answer")
}

// The same against a server with the rules of the service, which is busy once.
func TestClickedOverHTTP(t *testing.T) {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"tap"}, Events: sandbox.Events{PerHour: 30},
		Faults: []sandbox.Fault{{On: "GET /v2/siem/*", Status: http.StatusServiceUnavailable, First: 1}}})
	require.NoError(t, err)
	defer func() { assert.NoError(t, in.Close()) }()
	c := sandbox.Client(t, in, tap.New)

	to := time.Now().Add(-time.Hour).Truncate(time.Hour) // an hour has 30, part of it some 30 to an hour
	got, err := clicked(t.Context(), c, to.Add(-3*time.Hour), to)
	require.NoError(t, err)
	total := 0
	for _, n := range got {
		total += n
	}
	assert.Equal(t, 90, total, "30 clicks an hour, of three hours")
	assert.Len(t, in.Calls(), 4, "a call for each hour, and one more for the busy service")
	assert.Contains(t, in.Calls()[0].Target, "/v2/siem/clicks/permitted?", "the list that is asked for")
}
