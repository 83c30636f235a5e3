package policy_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

// reportedBounds are replies that took time or memory without a bound, and what did not end.
func reportedBounds() []reported {
	return []reported{
		{"a member 8 000 arrays deep", "2.6 s", "under a second", func(t *testing.T) string {
			return timed(t, `{"alerts":[{"id":"1","ips":`+strings.Repeat("[", 8000)+strings.Repeat("]", 8000)+`}]}`, time.Second, t.Context())
		}},
		{"a reply of 235 KB after the deadline", "10.8 s, no error", "under a second", func(t *testing.T) string {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			one := `{"id":"1","ips":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `},`
			return timed(t, `{"alerts":[`+strings.Repeat(one, 58)+`{"id":"2"}]}`, time.Second, ctx)
		}},
		{"32 MB of unknown members beside the list", "twelve times as much memory", "less than 8 MB", func(t *testing.T) string {
			member := `"other":"` + strings.Repeat("x", 1<<20) + `",`
			c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, `{`)
				for range 32 {
					_, _ = io.WriteString(w, member)
				}
				_, _ = io.WriteString(w, `"alerts":[{"id":"1"}]}`)
			})
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for _, err := range c.ListAlerts(t.Context(), nil) {
				require.NoError(t, err)
				runtime.GC()
				runtime.ReadMemStats(&after)
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
				return fmt.Sprintf("%d MB", grown>>20)
			}
			return "less than 8 MB"
		}},
		{"one element of 65 MB", "1.3 GB of memory", "!too large", func(t *testing.T) string {
			c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, `{"alerts":[{"id":"`)
				for range 65 {
					_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
				}
				_, _ = io.WriteString(w, `"}]}`)
			}, client.Attempts(1))
			_, err := fake.Collect(c.ListAlerts(t.Context(), nil))
			require.ErrorIs(t, err, client.ErrTooLarge)
			return "!too large"
		}},
		{"ten clients made and let go", "their connections stay for 90 s", "0 goroutines more", func(t *testing.T) string {
			url, seen := fake.Start(t, nil, fake.Reply(`{"id":"1"}`))
			before := runtime.NumGoroutine()
			for range 10 {
				c := connect(t, url+"/api/v1/", seen)
				_, err := c.GetUser(t.Context(), "o", "i")
				require.NoError(t, err)
				c.Close()
			}
			more := 0
			for range 100 {
				if more = runtime.NumGoroutine() - before; more <= 0 {
					return "0 goroutines more"
				}
				time.Sleep(10 * time.Millisecond)
			}
			return fmt.Sprintf("%d goroutines more", more)
		}},
		{"a window that nobody made", "a panic", "no events", func(t *testing.T) string {
			var w client.Window[synthetic.SIEMEvent]
			events, err := fake.Collect(w.Events())
			require.NoError(t, err)
			require.Empty(t, events)
			require.True(t, w.QueryEnd().IsZero())
			return "no events"
		}},
		{"windows that are read in goroutines", "a race", "windows without a race", func(t *testing.T) string {
			c, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				_, to, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
				_, _ = fmt.Fprintf(w, `{"queryEndTime":%q}`, to)
			})
			var wait sync.WaitGroup
			for w := range c.ListSIEMAll(t.Context(), noon.Add(-9*time.Hour), noon.Add(-time.Hour), nil) {
				wait.Go(func() {
					_, err := fake.Collect(w.Events())
					assert.NoError(t, err)
				})
				_ = w.Checkpoint()
			}
			wait.Wait()
			return "windows without a race" // the race detector says otherwise
		}},
		{"a poll 20 s after the last checkpoint", "a refused request", "0 requests", func(t *testing.T) string {
			c, seen := serve(t, fake.Reply(`{}`), client.Lag(0))
			for w := range c.ListSIEMIssues(t.Context(), noon.Add(-20*time.Second), noon, nil) {
				_, err := fake.Collect(w.Events())
				require.NoError(t, err)
			}
			return fmt.Sprintf("%d requests", seen.Calls())
		}},
	}
}

// timed reads a list of one reply and says whether it took no longer than limit.
func timed(t *testing.T, reply string, limit time.Duration, ctx context.Context) string {
	c, _ := serve(t, fake.Reply(reply), client.Attempts(1))
	start := time.Now()
	_, _ = fake.Collect(c.ListAlerts(ctx, nil))
	if took := time.Since(start); took > limit {
		return took.String()
	}
	return "under a second"
}
