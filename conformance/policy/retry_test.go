package policy_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

// Each call is answered with a status until the third attempt.
func TestRetry(t *testing.T) {
	ctx := t.Context()
	file := filepath.Join(t.TempDir(), "upload")
	require.NoError(t, os.WriteFile(file, []byte("stream"), 0o600))
	get := func(c *synthetic.Client) error { _, err := c.GetUser(ctx, "o", "i"); return err }
	post := func(c *synthetic.Client) error { return c.Ping(ctx) }
	create := func(c *synthetic.Client) error {
		_, err := c.CreateUsers(ctx, "o", synthetic.UserInputs{})
		return err
	}
	put := func(body func() io.Reader) func(c *synthetic.Client) error {
		return func(c *synthetic.Client) error { _, err := c.UploadDocument(ctx, 1, body()); return err }
	}
	raw := func(c *synthetic.Client) error {
		res, err := c.Requests.GetUser(ctx, "o", "i")
		if err == nil {
			res.Body.Close()
		}
		return err
	}
	for _, x := range []struct {
		name   string
		status int
		header string // Retry-After
		do     func(*synthetic.Client) error
		want   int // requests
	}{
		{"429 of GET", 429, "", get, 3},
		{"429 of POST was not carried out", 429, "", post, 3},
		{"429 of a create", 429, "", create, 3},
		{"502 of GET", 502, "", get, 3},
		{"503 of GET", 503, "", get, 3},
		{"504 of GET", 504, "", get, 3},
		{"503 through Requests", 503, "", raw, 3},
		{"503 of POST is never repeated", 503, "", post, 1},
		{"502 of a create is never repeated", 502, "", create, 1},
		{"500 is an answer", 500, "", get, 1},
		{"404 is an answer", 404, "", get, 1},
		{"Retry-After within the cap", 429, "59", get, 3},
		{"Retry-After beyond the cap", 429, "61", get, 1},
		{"Retry-After beyond the cap, 503", 503, "3600", get, 1},
		{"PUT of a text", 503, "", put(func() io.Reader { return strings.NewReader("stream") }), 3},
		{"PUT of a pipe cannot be repeated", 503, "", put(func() io.Reader { return io.MultiReader(strings.NewReader("stream")) }), 1},
		{"PUT of a file", 503, "", put(func() io.Reader {
			f, err := os.Open(file)
			require.NoError(t, err)
			t.Cleanup(func() { f.Close() })
			return f
		}), 3},
	} {
		t.Run(x.name, func(t *testing.T) {
			c, seen := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
				if b, _ := io.ReadAll(r.Body); r.Method == "PUT" && string(b) != "stream" {
					t.Errorf("attempt %d sent %q", n, b)
				}
				if x.header != "" {
					w.Header().Set("Retry-After", x.header)
				}
				switch {
				case n < 3:
					w.WriteHeader(x.status)
				case strings.HasSuffix(r.URL.Path, "/users"):
					w.WriteHeader(201)
					io.WriteString(w, `{"users":[]}`)
				default:
					io.WriteString(w, map[string]string{"GET": `{"id":"7"}`, "PUT": `{"status":"Success"}`, "POST": `{}`}[r.Method])
				}
			})
			err := x.do(c)
			require.Equal(t, x.want, seen.Calls())
			require.Equal(t, seen.Calls(), seen.Signed)
			require.Equal(t, (x.want == 3), (err == nil))
			if e, ok := errors.AsType[*client.Error](err); err != nil && (!ok || e.StatusCode != x.status || e.Attempts != x.want) {
				t.Errorf("%#v", err)
			}
			if x.header == "59" && (len(seen.Waited) != 2 || seen.Waited[0] < 59*time.Second) {
				t.Errorf("waited %v: shorter than asked", seen.Waited)
			}
		})
	}
}

func TestRetryAfterBeyondCapIsReturned(t *testing.T) {
	c, seen := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "2460")
		w.WriteHeader(429)
	})
	_, err := c.GetUser(t.Context(), "o", "i")
	e, ok := errors.AsType[*client.Error](err)
	require.True(t, ok, seen)
	assert.ErrorIs(t, err, client.ErrRateLimited, seen)
	assert.Equal(t, 41*time.Minute, e.RetryAfter, seen)
	assert.Equal(t, 1, seen.Calls(), seen)
	assert.Empty(t, seen.Waited, seen)
	assert.Equal(t, "getUser: GET /orgs/{org}/users/{id}: 429 Too Many Requests, retry after 41m0s", err.Error(), "%q", err)
}

// The connection is cut before an answer began.
func TestPostIsNeverRepeatedAfterCutConnection(t *testing.T) {
	cut := func(_ int, w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			conn.Close()
		}
	}
	c, seen := serve(t, cut)
	err := c.Ping(t.Context())
	if _, ok := errors.AsType[*client.TransportError](err); !ok || seen.Calls() != 1 {
		t.Error(err, seen.Calls())
	}
	c, seen = serve(t, cut)
	if _, err = c.GetUser(t.Context(), "o", "i"); seen.Calls() != 3 {
		t.Error(err, seen.Calls())
	}
}

func TestContextWins(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, seen := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { cancel(); w.WriteHeader(503) })
	if _, err := c.GetUser(ctx, "o", "i"); err == nil || seen.Calls() != 1 {
		t.Error(err, seen.Calls())
	}
	ctx, cancel = context.WithCancel(t.Context())
	c, seen = serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		client.Sleep(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }))
	if _, err := c.GetUser(ctx, "o", "i"); !errors.Is(err, context.Canceled) || seen.Calls() != 1 {
		t.Error(err, seen.Calls())
	}
}

type stop struct{ error }

func (s stop) Wait(context.Context) error { return s.error }

func TestThrottle(t *testing.T) {
	c, seen := serve(t, fake.Reply(`{}`), client.Throttle(stop{context.DeadlineExceeded}))
	if _, err := c.GetUser(t.Context(), "o", "i"); !errors.Is(err, context.DeadlineExceeded) || seen.Calls() != 0 {
		t.Error(err, seen.Calls())
	}
}

func TestOnAttempt(t *testing.T) {
	var told []client.Attempt
	c, _ := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			w.WriteHeader(503)
			return
		}
		io.WriteString(w, `{"id":"7"}`)
	}, client.OnAttempt(func(a client.Attempt) { told = append(told, a) }))
	if _, err := c.GetUser(t.Context(), "acme", "7"); err != nil {
		t.Fatal(err)
	}
	require.Len(t, told, 2)
	a, b := told[0], told[1]
	assert.Equal(t, 503, a.Status, a)
	assert.Equal(t, 1, a.Attempt, a)
	require.Error(t, a.Err, a)
	assert.EqualValues(t, 0, a.Wait, a)
	if b.Operation != "getUser" || b.Method != "GET" || b.Path != "/orgs/{org}/users/{id}" || b.Status != 200 || b.Attempt != 2 || b.Wait <= 0 || b.Bytes != 10 || b.Err != nil {
		t.Errorf("%+v", b)
	}
}
