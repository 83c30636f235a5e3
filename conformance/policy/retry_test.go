package policy_test

import (
	"context"
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
				if b, _ := io.ReadAll(r.Body); r.Method == "PUT" {
					assert.Equal(t, "stream", string(b), "what attempt %d sends", n)
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
			require.Equal(t, x.want, seen.Calls(), "requests")
			require.Equal(t, seen.Calls(), seen.Signed, "each request is signed")
			require.Equal(t, x.want == 3, err == nil, "it works at the third attempt: %v", err)
			if err != nil {
				var e *client.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, x.status, e.StatusCode)
				assert.Equal(t, x.want, e.Attempts, "the attempts that the error tells")
			}
			if x.header == "59" && assert.Len(t, seen.Waited, 2, "pauses") {
				assert.GreaterOrEqual(t, seen.Waited[0], 59*time.Second, "the first pause")
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
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.ErrorIs(t, err, client.ErrRateLimited)
	assert.Equal(t, 41*time.Minute, e.RetryAfter)
	assert.Equal(t, 1, seen.Calls(), "requests")
	assert.Empty(t, seen.Waited, "nothing is waited for")
	assert.EqualError(t, err, "getUser: GET /orgs/{org}/users/{id}: 429 Too Many Requests, retry after 41m0s")
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
	var te *client.TransportError
	assert.ErrorAs(t, c.Ping(t.Context()), &te)
	assert.Equal(t, 1, seen.Calls(), "requests of a POST")
	c, seen = serve(t, cut)
	_, err := c.GetUser(t.Context(), "o", "i")
	assert.ErrorAs(t, err, &te)
	assert.Equal(t, 3, seen.Calls(), "requests of a GET")
}

func TestContextWins(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, seen := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { cancel(); w.WriteHeader(503) })
	_, err := c.GetUser(ctx, "o", "i")
	assert.Error(t, err, "cancelled while the answer comes")
	assert.Equal(t, 1, seen.Calls(), "requests")
	ctx, cancel = context.WithCancel(t.Context())
	c, seen = serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		client.Sleep(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }))
	_, err = c.GetUser(ctx, "o", "i")
	assert.ErrorIs(t, err, context.Canceled, "cancelled in the pause")
	assert.Equal(t, 1, seen.Calls(), "requests")
}

type stop struct{ error }

func (s stop) Wait(context.Context) error { return s.error }

func TestThrottle(t *testing.T) {
	c, seen := serve(t, fake.Reply(`{}`), client.Throttle(stop{context.DeadlineExceeded}))
	_, err := c.GetUser(t.Context(), "o", "i")
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Zero(t, seen.Calls(), "requests")
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
	_, err := c.GetUser(t.Context(), "acme", "7")
	require.NoError(t, err)
	require.Len(t, told, 2)
	a, b := told[0], told[1]
	assert.Equal(t, 503, a.Status)
	assert.Equal(t, 1, a.Attempt)
	require.Error(t, a.Err, "the first attempt fails")
	assert.Zero(t, a.Wait, "nothing is waited for before the first attempt")
	assert.Equal(t, "getUser", b.Operation)
	assert.Equal(t, "GET", b.Method)
	assert.Equal(t, "/orgs/{org}/users/{id}", b.Path)
	assert.Equal(t, 200, b.Status)
	assert.Equal(t, 2, b.Attempt)
	assert.Positive(t, b.Wait, "the pause before the second attempt")
	assert.EqualValues(t, 10, b.Bytes)
	assert.NoError(t, b.Err, "the second attempt works")
}
