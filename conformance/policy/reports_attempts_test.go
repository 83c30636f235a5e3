package policy_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// reportedAttempts are requests that were sent too often, too soon, or with another body.
func reportedAttempts() (all []reported) {
	for _, c := range []struct{ value, before, want string }{
		{"1.5", "0.3 s", "2s"}, {"30.9", "0.3 s", "31s"}, {"30s", "0.3 s", "not waited for"}, {"2026-01-15T12:00:30Z", "0.3 s", "not waited for"},
		{"abc, and 40 in a second header", "0.3 s", "not waited for"}, {"1, and 40 in a second header", "1 s", "40s"}, {"20, 40", "0.3 s", "not waited for"},
		{"99999999999999999999", "0.3 s", "not waited for"}, {"a date that the server's clock says is 30 s away", "0.4 s", "30s"},
	} {
		all = append(all, reported{"Retry-After: " + c.value, c.before, c.want, func(t *testing.T) string { return waited(t, c.value) }})
	}
	return append(all, []reported{
		{"refused, then cut, with 3 attempts", "9 requests", "3 requests", func(t *testing.T) string {
			c, seen := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				if n%2 == 1 {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				w.Header().Set("Content-Length", "100")
				_, _ = io.WriteString(w, `{"id":`)
			}, client.Attempts(3))
			_, err := c.GetUser(t.Context(), "o", "i")
			require.Error(t, err)
			return fmt.Sprintf("%d requests", seen.Calls())
		}},
		{"429 of an operation with 50 calls a day", "3 requests", "1 requests", func(t *testing.T) string {
			url, seen := fake.Start(t, nil, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
			c, err := tap.New(auth.Anonymous(), client.Server(url), client.AllowHTTP(), client.Clock(func() time.Time { return noon }))
			require.NoError(t, err)
			for w := range c.ListCampaignIDs(t.Context(), noon.Add(-3*time.Hour), noon.Add(-time.Hour), nil) {
				_, err := fake.Collect(w.Events())
				require.ErrorIs(t, err, client.ErrRateLimited)
			}
			return fmt.Sprintf("%d requests", seen.Calls())
		}},
		{"no first byte within the time limit", "3 requests", "1 requests", func(t *testing.T) string {
			c, seen := serve(t, func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, client.Timeout(20*time.Millisecond))
			_, err := c.GetUser(t.Context(), "o", "i")
			require.ErrorIs(t, err, client.ErrTimeout)
			return fmt.Sprintf("%d requests", seen.Calls())
		}},
		{"500 for windows over half an hour", "the feed stands still", "4 windows", func(t *testing.T) string {
			c, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				from, to, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
				a, _ := time.Parse(time.RFC3339, from)
				b, _ := time.Parse(time.RFC3339, to)
				if b.Sub(a) > 30*time.Minute {
					w.WriteHeader(http.StatusInternalServerError)
					return
				}
				_, _ = fmt.Fprintf(w, `{"queryEndTime":%q}`, to)
			}, client.WindowLength(30*time.Minute))
			n := 0
			for w := range c.ListSIEMAll(t.Context(), noon.Add(-3*time.Hour), noon.Add(-time.Hour), nil) {
				_, err := fake.Collect(w.Events())
				require.NoError(t, err)
				n++
			}
			return fmt.Sprintf("%d windows", n)
		}},
		{"an upload of a seeker, refused early", "3 of 1 300 arrived corrupted, no error", "0 corrupted", uploads},
		{"a question every 0 seconds", "5 083 questions in 50 ms", "fewer than 100", func(t *testing.T) string {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			n := 0
			_, err := client.Await(ctx, 0, func(context.Context) (int, error) { n++; return n, nil }, func(int) bool { return false }, nil)
			if err == nil || n >= 100 {
				return fmt.Sprint(n, err)
			}
			return "fewer than 100"
		}},
	}...)
}

// waited is how long a client waits before it repeats a call that was refused with a
// Retry-After, if it repeats it.
func waited(t *testing.T, value string) string {
	c, seen := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n > 1 {
			_, _ = io.WriteString(w, `{"id":"1"}`)
			return
		}
		first, second, _ := strings.Cut(value, ", and ")
		w.Header()["Retry-After"] = []string{first}
		if strings.HasPrefix(value, "a date") {
			w.Header().Set("Date", noon.Add(-time.Minute).Format(http.TimeFormat))
			w.Header().Set("Retry-After", noon.Add(-30*time.Second).Format(http.TimeFormat))
		}
		if second != "" {
			w.Header().Add("Retry-After", second[:2])
		}
		w.WriteHeader(http.StatusTooManyRequests)
	}, client.Backoff(0, 0))
	_, err := c.GetUser(t.Context(), "o", "i")
	if err != nil {
		require.ErrorIs(t, err, client.ErrRateLimited)
		assert.Empty(t, seen.Waited)
		return "not waited for"
	}
	require.Len(t, seen.Waited, 1)
	return seen.Waited[0].String()
}

// seekOnly is a reader with a position, as a wrapper around a file is.
type seekOnly struct{ io.ReadSeeker }

// uploads sends documents to a server that refuses each once before it has read it.
func uploads(t *testing.T) string {
	content := strings.Repeat("0123456789abcdef", 16<<10) // 256 KB
	corrupted := 0
	c, _ := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n%2 == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		b, err := io.ReadAll(r.Body)
		if err != nil || string(b) != content {
			corrupted++
		}
		_, _ = io.WriteString(w, `{"status":"Success"}`)
	}, client.Backoff(0, 0))
	for range 50 {
		_, err := c.UploadDocument(t.Context(), 1, seekOnly{strings.NewReader(content)})
		require.NoError(t, err)
	}
	return fmt.Sprintf("%d corrupted", corrupted)
}
