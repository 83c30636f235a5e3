// Package load_test holds one client under many goroutines beside a bare loop over net/http.
package load_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

const (
	goroutines = 256
	planted    = 0.02 // share of the requests that are refused with 503 or cut
	agents     = 50   // elements of a page
	header     = "X-Planted"
)

// count is what a run did.
type count struct{ lists, failed, foreign, elements atomic.Int64 }

// One client serves many goroutines: its memory stays flat, and no error is one that was not
// planted.
func TestLoad(t *testing.T) {
	length := 10 * time.Second
	if os.Getenv("FULL") != "" {
		length = time.Minute
	}
	body := page()
	var faults atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") != "0" && r.URL.Query().Get("page") != "" {
			_, _ = io.WriteString(w, "[]") // the end
			return
		}
		if rand.Float64() < planted {
			faults.Add(1)
			w.Header().Set(header, "1")
			if rand.IntN(2) == 0 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Length", fmt.Sprint(len(body)+100))
			_, _ = io.WriteString(w, body)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}))
	defer srv.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: goroutines, MaxConnsPerHost: goroutines}
	defer transport.CloseIdleConnections()
	c, err := synthetic.New(func(context.Context, *http.Request) error { return nil }, client.Server(srv.URL), client.AllowHTTP(),
		client.Transport(transport), client.Attempts(1), client.OnMismatch(func(m client.Mismatch) { assert.Fail(t, "a reply that leaves the document", "%+v", m) }))
	require.NoError(t, err)

	bare := run(length/4, func(n *count) { fetch(n, transport, srv.URL) })
	faults.Store(0)
	heap := watch(length)
	got := run(length, func(n *count) { list(n, c) })
	early, late := heap()

	ratio := rate(got.lists.Load(), length) / rate(bare.lists.Load(), length/4)
	t.Logf("load: %d goroutines, %s: %d lists, %d elements, %d planted faults, %d errors, %d of them not planted; heap %d MB after the first third, %d MB at the end; %.2f of a bare loop's rate",
		goroutines, length, got.lists.Load(), got.elements.Load(), faults.Load(), got.failed.Load(), got.foreign.Load(), early>>20, late>>20, ratio)
	assert.Zero(t, got.foreign.Load(), "errors that were not planted, or lists that are not complete")
	assert.Equal(t, faults.Load(), got.failed.Load(), "each planted fault is one error")
	assert.Positive(t, faults.Load(), "planted faults")
	assert.Less(t, late, early+early/2+(16<<20), "bytes of the heap at the end against those after the first third")
	assert.Greater(t, ratio, 0.1, "lists a second against the bare loop, which decodes nothing")
}

func rate(n int64, d time.Duration) float64 { return float64(n) / d.Seconds() }

func page() string {
	text := "["
	for i := range agents {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(`{"name":"agent-%d","uses":%d}`, i, i)
	}
	return text + "]"
}

// run does something in all goroutines for a while.
func run(length time.Duration, do func(*count)) *count {
	n := new(count)
	end := time.Now().Add(length)
	var wait sync.WaitGroup
	for range goroutines {
		wait.Go(func() {
			for time.Now().Before(end) {
				do(n)
			}
		})
	}
	wait.Wait()
	return n
}

// list reads one list of two pages.
func list(n *count, c *synthetic.Client) {
	size, got := int64(agents), 0
	for v, err := range c.ListAgents(context.Background(), &synthetic.ListAgentsParams{Count: &size}) {
		if err != nil {
			n.failed.Add(1)
			if !isPlanted(err) {
				n.foreign.Add(1)
			}
			return
		}
		if v.Name != fmt.Sprintf("agent-%d", got) {
			n.foreign.Add(1)
		}
		got++
	}
	if got != agents {
		n.foreign.Add(1)
	}
	n.lists.Add(1)
	n.elements.Add(int64(got))
}

// fetch is the same two requests without a client.
func fetch(n *count, transport http.RoundTripper, server string) {
	for page := range 2 {
		r, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s/agents?page=%d&count=%d", server, page, agents), nil)
		if err != nil {
			n.failed.Add(1)
			return
		}
		res, err := transport.RoundTrip(r)
		if err != nil {
			n.failed.Add(1)
			return
		}
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			n.failed.Add(1)
			return
		}
	}
	n.lists.Add(1)
}

// watch measures the heap after a third of the time and shortly before the end.
func watch(length time.Duration) (heap func() (early, late uint64)) {
	measured := make(chan uint64, 2)
	go func() {
		for _, wait := range []time.Duration{length / 3, length/3 + length/6} {
			time.Sleep(wait)
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			measured <- m.HeapAlloc
		}
	}()
	return func() (uint64, uint64) { return <-measured, <-measured }
}
