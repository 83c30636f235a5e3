package engine

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// tile cuts [from, to) as Windows does and checks each window: they follow each other without
// gap or overlap, last as long as the API allows, and none ends after now.
func tile(t *testing.T, from, to, now time.Time, p *Paging) {
	t.Helper()
	shortest, longest := time.Duration(0), mustDuration(p.Max)
	if p.Min != "" {
		shortest = mustDuration(p.Min)
	}
	at, n := from, 0
	for {
		end, ok := cut(at, to, now, longest, p)
		if !ok {
			break
		}
		d := end.Sub(at)
		require.True(t, d > 0 && d >= shortest && d <= longest && !end.After(to) && !end.After(now), "[%v, %v) at %v: window [%v, %v) of %s", from, to, now, at, end, d)
		at, n = end, n+1
		require.LessOrEqual(t, n, 100_000, "[%v, %v) has an end", from, to)
	}
	// Nothing is left, unless all of it was too short to be asked for.
	end := to
	if now.Before(to) {
		end = now
	}
	left := end.Sub(at)
	require.False(t, left > 0 && (n > 0 || left >= shortest), "[%v, %v) at %v: %s are left after %d windows", from, to, now, left, n)
}

func TestCut(t *testing.T) {
	tap := &Paging{Min: "PT30S", Max: "PT1H"}
	for _, c := range []struct {
		to, now time.Duration // after from
		p       *Paging
		want    string // the lengths
	}{
		{time.Hour, 2 * time.Hour, tap, "1h0m0s"},
		{2 * time.Hour, 9 * time.Hour, tap, "1h0m0s 1h0m0s"},
		{time.Hour + 30*time.Second, 9 * time.Hour, tap, "1h0m0s 30s"},
		{time.Hour + 29*time.Second, 9 * time.Hour, tap, "59m0s 1m29s"}, // 29s could not be asked for, and windows end at whole minutes
		{time.Hour + time.Second, 9 * time.Hour, tap, "59m0s 1m1s"},
		{30 * time.Second, 9 * time.Hour, tap, "30s"},
		{29 * time.Second, 9 * time.Hour, tap, ""},
		{0, 9 * time.Hour, tap, ""},
		{-time.Hour, 9 * time.Hour, tap, ""},
		{9 * time.Hour, 90 * time.Minute, tap, "1h0m0s 30m0s"}, // as far as it is over
		{9 * time.Hour, 29 * time.Second, tap, ""},
		{9 * time.Hour, -time.Hour, tap, ""},
		{70 * time.Second, 9 * time.Hour, &Paging{Min: "PT30S", Max: "PT45S"}, "30s 40s"}, // 25s could not be asked for
		{59 * time.Second, 9 * time.Hour, &Paging{Min: "PT30S", Max: "PT30S"}, "59s"},
		{time.Second, 9 * time.Hour, &Paging{Max: "P1D"}, "1s"},
		{25 * time.Hour, 99 * time.Hour, &Paging{Max: "P1D"}, "24h0m0s 1h0m0s"},
	} {
		var lengths []string
		for at, n := noon, 0; n < 99; n++ {
			end, ok := cut(at, noon.Add(c.to), noon.Add(c.now), mustDuration(c.p.Max), c.p)
			if !ok {
				break
			}
			lengths = append(lengths, end.Sub(at).String())
			at = end
		}
		assert.Equal(t, c.want, strings.Join(lengths, " "), "%s, now %s", c.to, c.now)
	}
}

func TestCutTiles(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		p := &Paging{Min: []string{"", "PT1S", "PT30S", "PT30M"}[r.IntN(4)], Max: []string{"PT1H", "P1D", "P7D"}[r.IntN(3)]}
		span := time.Duration(r.Int64N(int64(20*24*time.Hour))) >> r.IntN(20)
		now := time.Duration(r.Int64N(int64(40*24*time.Hour))) >> r.IntN(20)
		tile(t, noon, noon.Add(span.Truncate(time.Second)), noon.Add(now.Truncate(time.Second)), p)
	}
}

// Any range, in seconds, and any limits of which two of the shortest fit into the longest.
func FuzzCut(f *testing.F) {
	f.Add(int64(3629), int64(1<<20), uint16(30), uint16(119))
	f.Add(int64(86400), int64(3600), uint16(0), uint16(0))
	f.Add(int64(-5), int64(-5), uint16(1), uint16(1))
	f.Fuzz(func(t *testing.T, span, now int64, shortest, more uint16) {
		const year = 366 * 24 * 3600
		low := time.Duration(shortest) * time.Second
		high := max(2*low, time.Second) + time.Duration(more)*time.Second
		p := &Paging{Min: isoSeconds(low), Max: isoSeconds(high)}
		limit := min(year, 50_000*int64(high/time.Second))
		tile(t, noon, noon.Add(time.Duration(span%limit)*time.Second), noon.Add(time.Duration(now%limit)*time.Second), p)
	})
}

func isoSeconds(d time.Duration) string {
	return "PT" + strconv.FormatInt(int64(d/time.Second), 10) + "S"
}

var windowOp = &Operation{ID: "listSIEM", Method: "GET", Path: "/siem", Empty: []int{204},
	Paging: &Paging{Style: "window", Param: "interval", End: "queryEndTime", Min: "PT30S", Max: "PT1H", Reach: "P7D"}}

type span struct{ from, to string }

// spans ranges over windows at noon and collects the events of each.
func spans(t *testing.T, f *fake, op *Operation, from, to time.Time) (all []span, got []string, last error) {
	t.Helper()
	for w := range Windows(t.Context(), f.Pipeline, request(op, ""), nil, from, to, data) {
		all = append(all, span{w.From.Format("15:04:05Z07"), w.To.Format("15:04:05Z07")})
		events, err := collect(w.Events())
		got, last = append(got, ids(events)), err
	}
	return all, got, last
}

// Windows run over the range oldest first and stay the lag behind now; those without events
// are yielded too, so that a checkpoint advances.
func TestWindows(t *testing.T) {
	east := time.FixedZone("", 3600)
	for _, c := range []struct {
		name     string
		from, to time.Time
		opts     []client.Option
		want     []span
		sent     string
	}{
		{"three hours", noon.Add(-4 * time.Hour), noon.Add(-time.Hour), nil,
			[]span{{"08:00:00Z", "09:00:00Z"}, {"09:00:00Z", "10:00:00Z"}, {"10:00:00Z", "11:00:00Z"}}, "2026-01-10T08:00:00Z/2026-01-10T09:00:00Z"},
		{"until now", noon.Add(-90 * time.Minute), noon, nil, []span{{"10:30:00Z", "11:30:00Z"}, {"11:30:00Z", "11:59:00Z"}}, "2026-01-10T10:30:00Z/2026-01-10T11:30:00Z"},
		{"into the future", noon.Add(-10 * time.Minute), noon.Add(time.Hour), nil, []span{{"11:50:00Z", "11:59:00Z"}}, ""},
		{"less lag", noon.Add(-10 * time.Minute), noon, []client.Option{client.Lag(0)}, []span{{"11:50:00Z", "12:00:00Z"}}, ""},
		{"more lag", noon.Add(-10 * time.Minute), noon, []client.Option{client.Lag(5 * time.Minute)}, []span{{"11:50:00Z", "11:55:00Z"}}, ""},
		{"all within the lag", noon.Add(-80 * time.Second), noon, nil, nil, ""}, // 20s are over, 30s can be asked for
		{"nothing", noon, noon, nil, nil, ""},
		{"in the future", noon.Add(time.Hour), noon.Add(2 * time.Hour), nil, nil, ""},
		{"another zone", noon.Add(-time.Hour).In(east), noon.Add(-30 * time.Minute).In(east), nil, []span{{"11:00:00Z", "11:30:00Z"}}, "2026-01-10T11:00:00Z/2026-01-10T11:30:00Z"},
		{"parts of a second", noon.Add(-time.Hour + 900*time.Millisecond), noon.Add(-30*time.Minute + 900*time.Millisecond), nil, []span{{"11:00:00Z", "11:30:00Z"}}, ""},
		{"as far back as it goes", client.Oldest(), noon.Add(-7*24*time.Hour + 5*time.Minute), nil, []span{{"12:03:00Z", "12:05:00Z"}}, ""}, // less a margin
		{"shorter windows", noon.Add(-time.Hour), noon.Add(-30 * time.Minute), []client.Option{client.WindowLength(20 * time.Minute)}, []span{{"11:00:00Z", "11:20:00Z"}, {"11:20:00Z", "11:30:00Z"}}, ""},
		{"a poll too soon after the last one", noon.Add(-110 * time.Second), noon, nil, []span{{"11:58:10Z", "11:59:00Z"}}, ""},
		{"nothing to ask for yet", noon.Add(-80 * time.Second), noon, nil, nil, ""},
	} {
		f := newFake(t, []answer{says(204, ""), says(200, `{"data":[]}`)}, c.opts...)
		got, _, err := spans(t, f, windowOp, c.from, c.to)
		assert.Equal(t, c.want, got, c.name)
		assert.NoError(t, err, c.name)
		if assert.Len(t, f.sent, len(c.want), c.name) && c.sent != "" {
			assert.Equal(t, c.sent, f.sent[0].URL.Query().Get("interval"), c.name)
		}
	}
}

// A range that the API would refuse is said at once, and nothing is sent.
func TestWindowsRefused(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"", "2026-01-10T11:00:00Z", "parameter from and to must be set"},
		{"2026-01-10T11:00:00Z", "", "parameter from and to must be set"},
		{"2026-01-10T11:00:01Z", "2026-01-10T11:00:00Z", "parameter from lies after to"},
		{"2026-01-10T11:00:00Z", "2026-01-10T11:00:29Z", "parameter from and to lie less than PT30S apart"},
		{"2026-01-10T11:00:00Z", "2026-01-10T11:00:01Z", "parameter from and to lie less than PT30S apart"},
		{"2026-01-03T11:59:59Z", "2026-01-10T11:00:00Z", "parameter from lies more than P7D back, less a margin: client.Oldest is as far as it goes"},
	} {
		from, _ := parseInstant(c.from)
		to, _ := parseInstant(c.to)
		f := newFake(t, []answer{says(200, `{"data":[]}`)})
		windows, _, err := spans(t, f, windowOp, from, to)
		var re *client.RequestError
		require.Len(t, windows, 1, c)
		require.ErrorAs(t, err, &re, c)
		assert.Equal(t, "listSIEM: "+c.want, err.Error(), c)
		assert.Empty(t, f.sent, c)
	}
}

// After a window that failed, the next one would leave a gap behind the checkpoint.
func TestWindowsEndAfterAFailure(t *testing.T) {
	from, to := noon.Add(-4*time.Hour), noon.Add(-time.Hour)
	f := newFake(t, []answer{says(200, `{"data":[{"id":1}]}`), says(403, "")})
	windows, got, err := spans(t, f, windowOp, from, to)
	require.Len(t, windows, 2)
	assert.Equal(t, []string{"1", ""}, got)
	assert.ErrorIs(t, err, client.ErrForbidden)
	assert.Len(t, f.sent, 2)
	// A caller who tries the window again, and succeeds, goes on.
	f = newFake(t, []answer{says(403, ""), says(200, `{"data":[{"id":1}]}`)})
	n := 0
	for w := range Windows(t.Context(), f.Pipeline, request(windowOp, ""), nil, from, to, data) {
		n++
		if _, err := collect(w.Events()); err != nil {
			_, err = collect(w.Events())
			assert.NoError(t, err, "the window is asked for again")
		}
	}
	assert.Equal(t, 3, n)
	assert.Len(t, f.sent, 4)
	// A window that nobody reads is the last one: its checkpoint would pass over it.
	f = newFake(t, []answer{says(403, "")})
	n = 0
	for range Windows(t.Context(), f.Pipeline, request(windowOp, ""), nil, from, to, data) {
		n++
	}
	assert.Equal(t, 1, n)
	assert.Empty(t, f.sent)
}

// A window is cut into pages where the API does, each with the interval; its end is the one
// that the server names.
func TestWindowPages(t *testing.T) {
	op := *windowOp
	paging := *op.Paging
	op.Paging, paging.Pages = &paging, &Paging{Style: "page", Param: "page", Size: "size", Default: 2, First: 1, Short: true}
	f := newFake(t, []answer{says(200, `{"data":[{"id":1},{"id":2}],"queryEndTime":"2026-01-10T10:59:58Z"}`), says(200, `{"data":[{"id":3}]}`)})
	for w := range Windows(t.Context(), f.Pipeline, request(&op, "threat=x&interval=mine"), nil, noon.Add(-2*time.Hour), noon.Add(-time.Hour), data) {
		if w.From.After(noon.Add(-2 * time.Hour)) {
			break // the rest, behind the end that the server moved
		}
		assert.True(t, w.QueryEnd().IsZero(), "an end before anything was asked %v", w.QueryEnd())
		events, err := collect(w.Events())
		assert.Equal(t, "1 2 3", ids(events))
		assert.NoError(t, err)
		assert.True(t, w.QueryEnd().Equal(noon.Add(-time.Hour-2*time.Second)))
	}
	const interval = "interval=2026-01-10T10%3A00%3A00Z%2F2026-01-10T11%3A00%3A00Z"
	assert.Equal(t, []string{"threat=x&" + interval, "threat=x&" + interval + "&page=2"}, f.queries())
}

// The clock moves while windows are read: what is over by then is yielded too, and nothing
// twice.
func TestWindowsWhileTimePasses(t *testing.T) {
	f := newFake(t, nil)
	f.config.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		now := f.config.Now().Add(time.Hour)
		f.config.Now = func() time.Time { return now }
		return says(204, "")(r)
	})
	got, _, err := spans(t, f, windowOp, noon.Add(-30*time.Minute), noon.Add(90*time.Minute))
	assert.NoError(t, err)
	assert.Equal(t, []span{{"11:30:00Z", "11:59:00Z"}, {"11:59:00Z", "12:59:00Z"}, {"12:59:00Z", "13:30:00Z"}}, got)
}

// Windows hand out checkpoints: From until a window was read to its end, then what it covers.
func TestWindowsCheckpoint(t *testing.T) {
	from, to := noon.Add(-4*time.Hour), noon.Add(-time.Hour)
	f := newFake(t, []answer{
		says(200, `{"data":[{"id":1},{"id":2}],"queryEndTime":"2026-01-10T08:59:58Z"}`),
		says(200, `{"data":[{"id":3}],"queryEndTime":"2026-01-10T09:59:00Z"}`),
		says(200, `{"data":[{"id":4},{"id":5}`),
	}, client.Attempts(1))
	var got []string
	for w := range Windows(t.Context(), f.Pipeline, request(windowOp, ""), nil, from, to, data) {
		assert.Equal(t, w.From, w.Checkpoint(), "before it is read")
		collect(w.Events())
		got = append(got, w.Checkpoint().Format(time.TimeOnly))
	}
	assert.Equal(t, []string{"08:59:58", "09:59:00", "09:59:00"}, got, "the server's end, To, and From after a failure")

	for w := range Windows(t.Context(), newFake(t, []answer{says(200, `{"data":[{"id":1},{"id":2}]}`)}).Pipeline, request(windowOp, ""), nil, from, to, data) {
		for range w.Events() {
			break
		}
		assert.Equal(t, w.From, w.Checkpoint(), "after break")
	}
	// A range that is refused has no checkpoint beyond its beginning.
	for w := range Windows(t.Context(), f.Pipeline, request(windowOp, ""), nil, to, from, data) {
		_, err := collect(w.Events())
		assert.ErrorIs(t, err, client.ErrInvalid)
		assert.Equal(t, w.From, w.Checkpoint())
	}
}

// The windows of a list may be read by several goroutines, each more than once.
func TestWindowsConcurrently(t *testing.T) {
	send := roundTrip(func(r *http.Request) (*http.Response, error) {
		_, end, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
		return says(200, `{"data":[{"id":1},{"id":"2"}],"queryEndTime":"`+end+`"}`)(r)
	})
	p, err := New("https://api.example.com/v1", auth.Anonymous(), client.Transport(send), client.Clock(func() time.Time { return noon }), client.OnMismatch(nil))
	require.NoError(t, err)
	var all sync.WaitGroup
	for w := range Windows(t.Context(), p, request(windowOp, "q=1"), nil, noon.Add(-4*time.Hour), noon.Add(-time.Hour), data) {
		_, err := collect(w.Events()) // a window that nobody has read is the last one
		require.NoError(t, err)
		for range 4 {
			all.Go(func() {
				for range 20 {
					events, err := collect(w.Events())
					assert.Equal(t, "1 2", ids(events))
					assert.NoError(t, err)
					assert.Contains(t, []time.Time{w.From, w.To}, w.Checkpoint())
				}
			})
		}
	}
	all.Wait()
}

func TestRawWindows(t *testing.T) {
	op := *windowOp
	paging := *op.Paging
	op.Paging, paging.Items = &paging, []string{"clicks", "x.messages"}
	f := newFake(t, []answer{
		says(200, `{"clicks":[`+strings.Join(untouched, ", ")+`],"x":{"messages":[ { "id" : 1.0 } ]},"queryEndTime":"2026-01-10T10:59:59Z"}`),
	})
	n := 0
	for w := range RawWindows(t.Context(), f.Pipeline, request(&op, "threat=x"), nil, noon.Add(-2*time.Hour), noon.Add(-time.Hour)) {
		n++
		got, err := collect(w.Events())
		require.NoError(t, err)
		var want []client.RawElement
		for _, s := range untouched {
			want = append(want, client.RawElement{Array: "clicks", JSON: []byte(s)})
		}
		assert.Equal(t, append(want, client.RawElement{Array: "x.messages", JSON: []byte(`{ "id" : 1.0 }`)}), got)
		assert.Equal(t, noon.Add(-time.Hour-time.Second), w.Checkpoint().UTC())
	}
	assert.Equal(t, 1, n)
	assert.Equal(t, []string{"threat=x&interval=2026-01-10T10%3A00%3A00Z%2F2026-01-10T11%3A00%3A00Z"}, f.queries())
	assert.Equal(t, []string{"/queryEndTime the end that was asked for<an earlier one!"}, f.told(), "what is not decoded does not misfit; the end was moved")
}
