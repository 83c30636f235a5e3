package conformance_test

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

// The tests of policies and shapes go through the client of a synthetic specification
// that has one operation of every shape. Each counts the requests that arrive.

const principal, secret = "principal-0000", "hunter2-hunter2"

// noon is the frozen clock of the tests.
var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

type handler = func(n int, w http.ResponseWriter, r *http.Request)

// traffic counts what a server saw and what a client signed and waited for.
type traffic struct {
	n      atomic.Int64 // requests that arrived
	signed int
	waited []time.Duration
}

func (t *traffic) calls() int { return int(t.n.Load()) }

// serve starts a server and a client of it. The client does not really sleep.
func serve(t testing.TB, h handler, opts ...client.Option) (*synthetic.Client, *traffic) {
	t.Helper()
	seen := new(traffic)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.n.Add(1)
		h(seen.calls(), w, r)
	}))
	t.Cleanup(srv.Close)
	return connect(t, srv.URL+"/api/v1/", seen, opts...), seen
}

func connect(t testing.TB, server string, seen *traffic, opts ...client.Option) *synthetic.Client {
	t.Helper()
	sign := func(_ context.Context, r *http.Request) error {
		seen.signed++
		r.SetBasicAuth(principal, secret)
		return nil
	}
	c, err := synthetic.New(sign, append([]client.Option{
		client.Server(server), client.AllowHTTP(),
		client.Clock(func() time.Time { return noon }),
		client.OnMismatch(func(client.Mismatch) {}),
		client.Sleep(func(_ context.Context, d time.Duration) error { seen.waited = append(seen.waited, d); return nil }),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// reply answers every request with the same JSON.
func reply(s string) handler {
	return func(_ int, w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s) }
}

func collect[T any](seq iter.Seq2[T, error]) (out []T, err error) {
	for v, e := range seq {
		if e != nil {
			return out, e
		}
		out = append(out, v)
	}
	return out, nil
}

func ptr[T any](v T) *T { return &v }
