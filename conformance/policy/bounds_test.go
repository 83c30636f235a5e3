package policy_test

import (
	"compress/gzip"
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
			assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"), "gzip is asked for")
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
	assert.ErrorIs(t, err, client.ErrTooLarge, "a whole value")
	c, _ = serve(t, bomb(`{"alerts":[{"id":"`), client.MaxBody(limit))
	_, err = fake.Collect(c.ListAlerts(t.Context(), nil))
	assert.ErrorIs(t, err, client.ErrTooLarge, "a list")
	c, _ = serve(t, bomb(""), client.MaxBody(limit))
	body, err := c.DownloadDocument(t.Context(), 1)
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, body)
	assert.ErrorIs(t, err, client.ErrTooLarge, "a download")
	assert.EqualValues(t, limit, n, "bytes of a download")
	body.Close()
	runtime.ReadMemStats(&after)
	assert.LessOrEqual(t, (after.TotalAlloc-before.TotalAlloc)>>20, uint64(32*limit>>20), "MiB that are allocated")
}

func TestErrorBodyIsBounded(t *testing.T) {
	c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400); io.Copy(w, letters(1<<20)) })
	_, err := c.GetUser(t.Context(), "o", "i")
	var e *client.Error
	require.ErrorAs(t, err, &e)
	kept := len(e.Body)
	assert.Equal(t, 64<<10, kept, "bytes that are kept")
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
		var te *client.TransportError
		assert.ErrorAs(t, err, &te, "cut %s", name)
		assert.Len(t, got, 1, "cut %s", name)
		assert.Equal(t, 1, seen.Calls(), "cut %s: requests", name)
	}
	half := short("half a document")
	c, _ := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		half(n, w, r)
	})
	body, err := c.DownloadDocument(ctx, 1)
	require.NoError(t, err)
	_, err = io.ReadAll(body)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "half a download")
	// A chunked body that ends where the connection does.
	c, _ = serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"alerts":[{"id":"1"}`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	got, err := fake.Collect(c.ListAlerts(ctx, nil))
	assert.Error(t, err, "a chunked body without its end")
	assert.Len(t, got, 1)
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
	u, err := c.GetUser(t.Context(), "o", "i")
	assert.NoError(t, err)
	assert.Equal(t, "7", u.ID)
	assert.Equal(t, 3, seen.Calls(), "requests")
	c, seen = serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(201)
		io.WriteString(w, `{"users":`)
	})
	_, err = c.CreateUsers(t.Context(), "o", nil)
	assert.Error(t, err, "a create whose answer is cut")
	assert.Equal(t, 1, seen.Calls(), "a create whose answer is cut: requests")
}

func TestTimeout(t *testing.T) {
	stall := func(_ int, w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"alerts":[{"id":"1"},`)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	c, seen := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, client.Timeout(30*time.Millisecond))
	_, err := c.GetUser(t.Context(), "o", "i")
	assert.ErrorIs(t, err, client.ErrTimeout, "before the headers")
	assert.Equal(t, 1, seen.Calls(), "before the headers: it would be asked the same again")
	c, _ = serve(t, stall, client.Timeout(30*time.Millisecond))
	got, err := fake.Collect(c.ListAlerts(t.Context(), nil))
	assert.ErrorIs(t, err, client.ErrTimeout, "in the body")
	assert.Len(t, got, 1, "in the body")
	// The time that the caller takes is not the server's.
	c, _ = serve(t, fake.Reply(`{"alerts":[`+strings.Repeat(`{"id":"1"},`, 20000)+`{"id":"1"}]}`), client.Timeout(400*time.Millisecond))
	n := 0
	for _, err := range c.ListAlerts(t.Context(), nil) {
		require.NoError(t, err)
		if n++; n == 1 || n == 10000 {
			time.Sleep(600 * time.Millisecond)
		}
	}
	assert.Equal(t, 20001, n, "elements")
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
		assert.EqualError(t, err, want, "the server's clock is off by %s", offset)
		assert.ErrorIs(t, err, client.ErrUnauthorized)
	}
}
