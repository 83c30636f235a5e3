package engine

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// aheadOf is a fake whose clock is ahead of the service's by skew. service answers by its own
// clock; the feed ends after six hours.
func aheadOf(t *testing.T, skew time.Duration, service func(r *http.Request, now time.Time) string) (context.Context, *fake) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	now := noon
	return ctx, newFake(t, []answer{func(r *http.Request) (*http.Response, error) {
		at := now.Add(-skew)
		return says(200, service(r, at), "Date", at.Format(http.TimeFormat))(r)
	}}, client.Clock(func() time.Time { return now }), client.Sleep(func(ctx context.Context, d time.Duration) error {
		if now = now.Add(d); now.After(noon.Add(6 * time.Hour)) {
			cancel()
		}
		return ctx.Err()
	}))
}

// minutely answers windows with an event a minute, each indexed up to ten minutes late.
func minutely(r *http.Request, now time.Time) string {
	a, b, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
	var events []string
	for i := range 7 * 60 {
		at := noon.Add(time.Duration(i-60) * time.Minute)
		indexed := at.Add(time.Duration(i*7%11) * time.Minute)
		if s := at.Format(time.RFC3339); a <= s && s < b && !indexed.After(now) {
			events = append(events, fmt.Sprintf(`{"id":%d}`, i))
		}
	}
	return fmt.Sprintf(`{"queryEndTime":%q,"data":[%s]}`, b, strings.Join(events, ","))
}

// Where the clock is ahead of the service's, a feed goes by the Date of the replies: what the
// service had not reached when it answered is read later, also in the first window.
func TestFollowAheadOfTheService(t *testing.T) {
	for _, skew := range []time.Duration{0, 50 * time.Second, 2 * time.Minute, 5*time.Minute + 7*time.Second, 40 * time.Minute} {
		ctx, f := aheadOf(t, skew, minutely)
		seen := map[int64]int{}
		for e, err := range Follow(ctx, f.Pipeline, request(feedOp(), ""), nil, noon.Add(-time.Hour), data) {
			if err == nil && e.Event != nil {
				seen[e.Event.ID]++
			}
		}
		for i := range int64(5 * 60) {
			assert.Equal(t, 1, seen[i], "event %d, %s ahead", i, skew)
		}
		assert.Less(t, len(f.sent), 100, "requests, %s ahead", skew)
	}
}

// A range over windows ends where the service's clock was: a program that goes on from the
// checkpoint misses nothing.
func TestWindowsAheadOfTheService(t *testing.T) {
	for _, skew := range []time.Duration{0, 5 * time.Minute, 40 * time.Minute} {
		ctx, f := aheadOf(t, skew, minutely)
		seen := map[int64]int{}
		polls := 0
		for at := noon.Add(-time.Hour); ctx.Err() == nil; polls++ {
			for w := range Windows(ctx, f.Pipeline, request(feedOp(), ""), nil, at, f.config.Now(), data) {
				events, err := collect(w.Events())
				require.NoError(t, err, "%s ahead", skew)
				for _, e := range events {
					seen[e.ID]++
				}
				require.False(t, w.Checkpoint().Before(at), "a checkpoint that goes back, %s ahead", skew)
				at = w.Checkpoint()
			}
			_ = f.config.Sleep(ctx, 5*time.Minute)
		}
		for i := range int64(5 * 60) {
			if skew == 0 {
				assert.Equal(t, 1, seen[i], "event %d, clocks agree", i)
			}
			assert.NotZero(t, seen[i], "event %d, %s ahead", i, skew)
		}
		assert.LessOrEqual(t, len(f.sent), polls+1, "requests, %s ahead", skew)
	}
}

// A list that is followed by key does so too.
func TestSyncAheadOfTheService(t *testing.T) {
	for _, skew := range []time.Duration{0, 2 * time.Minute, 5*time.Minute + 7*time.Second, 40 * time.Minute} {
		ctx, f := aheadOf(t, skew, func(r *http.Request, now time.Time) string {
			where := r.URL.Query().Get("where")
			_, where, _ = strings.Cut(where, "changed from ")
			a, b, last := where[:20], where[24:44], -1
			if _, key, ok := strings.Cut(where, "id > "); ok {
				_, _ = fmt.Sscan(key, &last)
			}
			var rows []string
			for i := max(0, last+1); i < 7*60*3; i++ {
				at := noon.Add(-time.Hour + time.Duration(i)*20*time.Second)
				if s := at.Format(time.RFC3339); a <= s && s < b && !at.After(now) {
					rows = append(rows, fmt.Sprintf(`{"id":%d}`, i))
				}
			}
			return `{"data":[` + strings.Join(rows, ",") + `]}`
		})
		seen := map[int64]int{}
		for e, err := range Sync(ctx, f.Pipeline, request(walkOp, ""), nil, noon.Add(-time.Hour), nil, "", data) {
			if err == nil && e.Event != nil {
				seen[e.Event.ID]++
			}
		}
		twice := 0
		for i := range int64(5 * 60 * 3) {
			assert.NotZero(t, seen[i], "row %d, %s ahead", i, skew)
			twice += max(0, seen[i]-1)
		}
		assert.LessOrEqual(t, twice, int(skew/(20*time.Second))+6, "rows that came again, from the first round alone, %s ahead", skew)
	}
}

// A Date that no clock explains, such as that of a recorded reply, changes nothing.
func TestSkewOfOtherDates(t *testing.T) {
	f := newFake(t, nil)
	for date, want := range map[string]time.Duration{
		"": 0, "soon": 0, noon.Format(http.TimeFormat): 0, noon.Add(time.Hour).Format(http.TimeFormat): 0,
		noon.Add(-time.Minute).Format(http.TimeFormat): 0, noon.Add(-61 * time.Second).Format(http.TimeFormat): 61 * time.Second,
		noon.Add(-59 * time.Minute).Format(http.TimeFormat): 59 * time.Minute, noon.Add(-time.Hour).Format(http.TimeFormat): 0,
	} {
		assert.Equal(t, want, f.skew(&http.Response{Header: http.Header{"Date": {date}}}), "the Date %q", date)
	}
	assert.Zero(t, f.skew(nil), "no reply")
}
