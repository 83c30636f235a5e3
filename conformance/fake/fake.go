// Package fake starts the servers of the tests of policies and vendors, and counts what
// arrives there.
package fake

import (
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// Credentials that are accepted nowhere.
const Principal, Secret = "principal-0000", "hunter2-hunter2"

// Handler answers the n-th request, counted from 1.
type Handler = func(n int, w http.ResponseWriter, r *http.Request)

// Traffic counts what a server saw and what a client signed and waited for.
type Traffic struct {
	Signed int
	Waited []time.Duration

	arrived atomic.Int64
}

// Count notes that a request arrived and returns its number, from 1.
func (t *Traffic) Count() int { return int(t.arrived.Add(1)) }

// Calls is how many requests arrived.
func (t *Traffic) Calls() int { return int(t.arrived.Load()) }

// Reset begins to count anew.
func (t *Traffic) Reset() { t.arrived.Store(0) }

// Start starts a server that stops with the test. admit, if not nil, looks at the
// credentials of each request: when it returns false, it has answered.
func Start(t testing.TB, admit func(w http.ResponseWriter, r *http.Request) bool, h Handler) (url string, seen *Traffic) {
	t.Helper()
	seen = new(Traffic)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := seen.Count()
		if admit == nil || admit(w, r) {
			h(n, w, r)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL, seen
}

// Never starts a server that should not be called, and counts its calls.
func Never(t testing.TB) (url string, calls *int) {
	t.Helper()
	calls = new(int)
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { *calls++ }))
	t.Cleanup(srv.Close)
	return srv.URL, calls
}

// Reply answers every request with the same JSON.
func Reply(s string) Handler {
	return func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) }
}

// Collect reads a list to its end or its first error.
func Collect[T any](seq iter.Seq2[T, error]) (out []T, err error) {
	for v, e := range seq {
		if e != nil {
			return out, e
		}
		out = append(out, v)
	}
	return out, nil
}

// Ptr returns a pointer to a value, for optional parameters.
func Ptr[T any](v T) *T { return &v }
