package policy_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
)

// letters is n bytes of text.
func letters(n int64) io.Reader { return io.LimitReader(letter{}, n) }

type letter struct{}

func (letter) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// One megabyte on the wire is a gigabyte in memory, unless it is bounded.
func TestGzipBombIsBounded(t *testing.T) {
	const limit = 8 << 20
	bomb := func(prefix string) fake.Handler {
		return func(_ int, w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"), "gzip was not asked for")
			w.Header().Set("Content-Encoding", "gzip")
			z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
			io.WriteString(z, prefix)
			io.Copy(z, letters(1<<30))
			z.Close()
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c, _ := serve(t, bomb(`{"id":"`), client.MaxBody(limit))
	_, err := c.GetUser(t.Context(), "o", "i")
	assert.ErrorIs(t, err, client.ErrTooLarge, "whole value")
	c, _ = serve(t, bomb(`{"alerts":[{"id":"`), client.MaxBody(limit))
	if _, err = fake.Collect(c.ListAlerts(t.Context(), nil)); !errors.Is(err, client.ErrTooLarge) {
		t.Error("list:", err)
	}
	c, _ = serve(t, bomb(""), client.MaxBody(limit))
	body, err := c.DownloadDocument(t.Context(), 1)
	require.NoError(t, err)
	if n, err := io.Copy(io.Discard, body); !errors.Is(err, client.ErrTooLarge) || n != limit {
		t.Error("download:", n, err)
	}
	body.Close()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 32*limit {
		t.Errorf("%d MiB were allocated", used>>20)
	}
}

func TestErrorBodyIsBounded(t *testing.T) {
	c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400); io.Copy(w, letters(1<<20)) })
	_, err := c.GetUser(t.Context(), "o", "i")
	if e, ok := errors.AsType[*client.Error](err); !ok || len(e.Body) != 64<<10 {
		t.Error(err)
	}
}

func TestTruncatedBodyIsDetected(t *testing.T) {
	ctx := t.Context()
	short := func(body string) fake.Handler {
		return func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, body)
		}
	}
	for name, body := range map[string]string{"in a value": `{"alerts":[{"id":"1"},{"id":`, "between records": `{"alerts":[{"id":"1"}`, "after the value": `{"alerts":[{"id":"1"}]}`} {
		c, seen := serve(t, short(body))
		got, err := fake.Collect(c.ListAlerts(ctx, nil))
		if _, ok := errors.AsType[*client.TransportError](err); !ok || len(got) != 1 || seen.Calls() != 1 {
			t.Error(name, got, err, seen.Calls())
		}
	}
	half := short("half a document")
	c, _ := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		half(n, w, r)
	})
	body, err := c.DownloadDocument(ctx, 1)
	require.NoError(t, err)
	if _, err := io.ReadAll(body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("download:", err)
	}
	// A chunked body that ends where the connection does.
	c, _ = serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"alerts":[{"id":"1"}`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	if got, err := fake.Collect(c.ListAlerts(ctx, nil)); err == nil || len(got) != 1 {
		t.Error("chunked:", got, err)
	}
}

// Asking again for a whole value is harmless.
func TestCutValueIsFetchedAgain(t *testing.T) {
	c, seen := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n < 3 {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, `{"id":`)
			return
		}
		io.WriteString(w, `{"id":"7"}`)
	})
	if u, err := c.GetUser(t.Context(), "o", "i"); err != nil || u.ID != "7" || seen.Calls() != 3 {
		t.Error(u, err, seen.Calls())
	}
	c, seen = serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(201)
		io.WriteString(w, `{"users":`)
	})
	if _, err := c.CreateUsers(t.Context(), "o", nil); err == nil || seen.Calls() != 1 {
		t.Error("a create whose answer was cut:", err, seen.Calls())
	}
}

func TestTimeout(t *testing.T) {
	stall := func(_ int, w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"alerts":[{"id":"1"},`)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	c, seen := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, client.Timeout(30*time.Millisecond))
	if _, err := c.GetUser(t.Context(), "o", "i"); !errors.Is(err, client.ErrTimeout) || seen.Calls() != 1 { // it would be asked the same again
		t.Error("before the headers:", err, seen.Calls())
	}
	c, _ = serve(t, stall, client.Timeout(30*time.Millisecond))
	if got, err := fake.Collect(c.ListAlerts(t.Context(), nil)); !errors.Is(err, client.ErrTimeout) || len(got) != 1 {
		t.Error("in the body:", got, err)
	}
	// The time that the caller takes is not the server's.
	c, _ = serve(t, fake.Reply(`{"alerts":[`+strings.Repeat(`{"id":"1"},`, 20000)+`{"id":"1"}]}`), client.Timeout(400*time.Millisecond))
	n := 0
	for _, err := range c.ListAlerts(t.Context(), nil) {
		require.NoError(t, err)
		if n++; n == 1 || n == 10000 {
			time.Sleep(600 * time.Millisecond)
		}
	}
	assert.Equal(t, 20001, n)
}

func TestClockDifferenceIsNamedOn401(t *testing.T) {
	for offset, want := range map[time.Duration]string{
		0:                 "getUser: GET /orgs/{org}/users/{id}: 401 Unauthorized: bad signature",
		-7 * time.Minute:  "getUser: GET /orgs/{org}/users/{id}: 401 Unauthorized: bad signature (the local clock differs from the server's by 7m0s)",
		10 * time.Minute:  "getUser: GET /orgs/{org}/users/{id}: 401 Unauthorized: bad signature (the local clock differs from the server's by -10m0s)",
		-30 * time.Second: "getUser: GET /orgs/{org}/users/{id}: 401 Unauthorized: bad signature",
	} {
		c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", noon.Add(offset).Format(http.TimeFormat))
			w.WriteHeader(401)
			io.WriteString(w, `{"message":"bad signature"}`)
		})
		_, err := c.GetUser(t.Context(), "o", "i")
		assert.Equal(t, want, fmt.Sprint(err))
		assert.ErrorIs(t, err, client.ErrUnauthorized)
	}
}
