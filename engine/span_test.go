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

// overloaded is a service that fails with a status for windows that are longer than most. It
// says the first minute of each window as an event.
func overloaded(status int, most time.Duration, asked *[]string) answer {
	return func(r *http.Request) (*http.Response, error) {
		a, b, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
		from, _ := time.Parse(time.RFC3339, a)
		to, _ := time.Parse(time.RFC3339, b)
		*asked = append(*asked, from.Format("15:04:05")+"/"+to.Format("15:04:05"))
		if to.Sub(from) > most {
			return says(status, "")(r)
		}
		return says(200, fmt.Sprintf(`{"queryEndTime":%q,"data":[{"id":%d}]}`, b, from.Minute()))(r)
	}
}

// A window that the service cannot gather is asked twice, and then in halves, down to the
// shortest; its events come in order and its end is that of the whole.
func TestWindowsInHalves(t *testing.T) {
	from, to := noon.Add(-2*time.Hour), noon.Add(-time.Hour)
	for _, c := range []struct {
		name   string
		status int
		most   time.Duration
		opts   []client.Option
		asked  string
		events string
		fails  bool
	}{
		{"half an hour", 500, 30 * time.Minute, nil, "10:00:00/11:00:00 10:00:00/11:00:00 10:00:00/10:30:00 10:30:00/11:00:00", "0 30", false},
		{"an hour", 500, time.Hour, nil, "10:00:00/11:00:00", "0", false},
		{"one attempt", 500, 30 * time.Minute, []client.Option{client.Attempts(1)}, "10:00:00/11:00:00", "", true},
		{"another failure", 501, 30 * time.Minute, nil, "10:00:00/11:00:00", "", true},
	} {
		var asked []string
		f := newFake(t, []answer{overloaded(c.status, c.most, &asked)}, c.opts...)
		_, got, err := spans(t, f, windowOp, from, to)
		assert.Equal(t, c.asked, strings.Join(asked, " "), c.name)
		assert.Equal(t, c.fails, err != nil, "%s: %v", c.name, err)
		if !c.fails {
			assert.Equal(t, []string{c.events}, got, c.name)
		}
	}
	// Nothing that short can be read: the shortest window is the last one that is asked for.
	var asked []string
	_, _, err := spans(t, newFake(t, []answer{overloaded(500, time.Second, &asked)}), windowOp, from, to)
	require.Error(t, err)
	assert.Equal(t, "10:00:00/10:00:56", asked[len(asked)-1], "half of it would be shorter than 30 s")
	assert.Len(t, asked, 14, "each length twice, the first half alone")
}

// After an element was handed out nothing is asked again.
func TestWindowsAreNotHalvedLater(t *testing.T) {
	op := *windowOp
	paging := *windowOp.Paging
	paging.Pages = &Paging{Style: "page", Param: "page", First: 1}
	op.Paging = &paging
	f := newFake(t, []answer{says(200, `{"data":[{"id":1}]}`), says(500, "")})
	_, _, err := spans(t, f, &op, noon.Add(-2*time.Hour), noon.Add(-time.Hour))
	require.Error(t, err)
	assert.Len(t, f.sent, 2)
}

// An end of the window that is none is asked for once more, inside the caller's range, and then
// is an error; an earlier one is told, and so is one that is rounded up.
func TestWindowsEndsThatAreNone(t *testing.T) {
	from, to := noon.Add(-30*time.Minute), noon.Add(-20*time.Minute)
	for end, want := range map[string]string{
		"2026-01-10T11:30:00Z": "before its start, twice", "2026-01-10T11:29:59Z": "before its start, twice", "soon": "no instant", "2026-01-10T12:30:00Z": "another window",
	} {
		f := newFake(t, []answer{says(200, `{"data":[],"queryEndTime":"`+end+`"}`)})
		_, _, err := spans(t, f, windowOp, from, to)
		assert.ErrorContains(t, err, want, end)
		if strings.Contains(want, "twice") {
			assert.Equal(t, []string{"interval=2026-01-10T11%3A30%3A00Z%2F2026-01-10T11%3A40%3A00Z", "interval=2026-01-10T11%3A30%3A00Z%2F2026-01-10T11%3A40%3A00Z"}, f.queries(), end)
		}
	}
	f := newFake(t, []answer{says(200, `{"data":[{"id":1}],"queryEndTime":"2026-01-10T11:30:00Z"}`)})
	_, _, err := spans(t, f, windowOp, from, to)
	assert.ErrorContains(t, err, "before its start, with elements")

	f = newFake(t, []answer{says(200, `{"data":[],"queryEndTime":"2026-01-10T11:35:00Z"}`), says(200, `{"data":[],"queryEndTime":"2026-01-10T11:40:00Z"}`)})
	_, _, err = spans(t, f, windowOp, from, to)
	require.NoError(t, err)
	assert.Equal(t, []string{"/queryEndTime the end that was asked for<an earlier one!"}, f.told())

	for end, want := range map[string]string{"": "none", "2026-01-10T11:41:00Z": "a later one"} {
		f = newFake(t, []answer{says(200, `{"data":[{"id":1}],"queryEndTime":"`+end+`"}`)})
		for w := range Windows(t.Context(), f.Pipeline, request(windowOp, ""), nil, from, to, data) {
			_, err := collect(w.Events())
			require.NoError(t, err, "the end %q", end)
			assert.Equal(t, to, w.Checkpoint(), "the end %q", end)
		}
		assert.Equal(t, []string{"/queryEndTime the end that was asked for<" + want + "!"}, f.told(), "the end %q", end)
	}
}

// Where the server ends the first half early, the window ends there: what follows is asked for
// by the next one. An end that only the first half states is not that of the window.
func TestWindowsInHalvesThatEndEarly(t *testing.T) {
	for _, c := range []struct {
		name        string
		ends        [2]string // of the halves, "" if it states none
		asked       string
		checkpoint  string
		statesNoEnd bool
	}{
		{"both as asked", [2]string{"10:30:00", "11:00:00"}, "10:00/11:00 10:00/11:00 10:00/10:30 10:30/11:00", "11:00:00", false},
		{"the first early", [2]string{"10:10:00", "11:00:00"}, "10:00/11:00 10:00/11:00 10:00/10:30", "10:10:00", false},
		{"the second early", [2]string{"10:30:00", "10:40:00"}, "10:00/11:00 10:00/11:00 10:00/10:30 10:30/11:00", "10:40:00", false},
		{"only the first says", [2]string{"10:30:00", ""}, "10:00/11:00 10:00/11:00 10:00/10:30 10:30/11:00", "11:00:00", true},
		{"only the second says", [2]string{"", "10:40:00"}, "10:00/11:00 10:00/11:00 10:00/10:30 10:30/11:00", "10:40:00", false},
		{"the second has nothing yet", [2]string{"10:30:00", "10:30:00"}, "10:00/11:00 10:00/11:00 10:00/10:30 10:30/11:00", "10:30:00", false},
	} {
		var asked []string
		half := 0
		f := newFake(t, []answer{func(r *http.Request) (*http.Response, error) {
			a, b, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
			asked = append(asked, a[11:16]+"/"+b[11:16])
			if len(asked) < 3 {
				return says(500, "")(r)
			}
			half++
			if c.ends[half-1] == "" {
				return says(200, `{"data":[]}`)(r)
			}
			return says(200, `{"data":[],"queryEndTime":"2026-01-10T`+c.ends[half-1]+`Z"}`)(r)
		}})
		for w := range Windows(t.Context(), f.Pipeline, request(windowOp, ""), nil, noon.Add(-2*time.Hour), noon.Add(-time.Hour), data) {
			_, err := collect(w.Events())
			require.NoError(t, err, c.name)
			assert.Equal(t, c.checkpoint, w.Checkpoint().Format(time.TimeOnly), "the checkpoint, %s", c.name)
			assert.Equal(t, c.statesNoEnd, w.QueryEnd().IsZero(), "the stated end is missing, %s", c.name)
			break
		}
		assert.Equal(t, c.asked, strings.Join(asked, " "), c.name)
	}
}

// A caller that breaks in the first half gets nothing of the second, which is not asked for.
func TestWindowsInHalvesBreak(t *testing.T) {
	var asked []string
	f := newFake(t, []answer{overloaded(500, 30*time.Minute, &asked)})
	for w := range Windows(t.Context(), f.Pipeline, request(windowOp, ""), nil, noon.Add(-2*time.Hour), noon.Add(-time.Hour), data) {
		for _, err := range w.Events() {
			require.NoError(t, err)
			break
		}
		assert.Equal(t, w.From, w.Checkpoint(), "what was not read to its end has no checkpoint")
	}
	assert.Len(t, asked, 3, "the second half is not asked for")
}

// callLimiter is a throttle that is told which call asks.
type callLimiter struct{ calls []client.Call }

func (l *callLimiter) Wait(context.Context) error { return nil }
func (l *callLimiter) WaitCall(_ context.Context, c client.Call) error {
	l.calls = append(l.calls, c)
	return nil
}

// A throttle is told the quota that counts the call: the first whose parameter is sent.
func TestThrottleKnowsTheQuota(t *testing.T) {
	op := listOp(single)
	op.Quotas = []Quota{{Pool: "decoding", Calls: 5, Per: "PT1H", Given: "url"}, {Pool: "all", Calls: 50, Per: "P1D"}}
	l := &callLimiter{}
	f := newFake(t, []answer{says(503, ""), says(200, `{"data":[]}`)}, client.Throttle(l))
	_, err := collect(List(t.Context(), f.Pipeline, request(op, ""), nil, data))
	require.NoError(t, err)
	_, err = collect(List(t.Context(), f.Pipeline, request(op, "url=x"), nil, data))
	require.NoError(t, err)
	_, err = collect(List(t.Context(), f.Pipeline, request(listOp(single), ""), nil, data))
	require.NoError(t, err)
	assert.Equal(t, []client.Call{
		{Operation: "listEvents", Attempt: 1, Pool: "all", Calls: 50, Per: 24 * time.Hour}, {Operation: "listEvents", Attempt: 2, Pool: "all", Calls: 50, Per: 24 * time.Hour},
		{Operation: "listEvents", Attempt: 1, Pool: "decoding", Calls: 5, Per: time.Hour}, {Operation: "listEvents", Attempt: 1},
	}, l.calls)
}

// A throttle is told that halves, and windows that a feed asks for again, are repeats, so that
// the last calls of a budget are not spent on them.
func TestThrottleKnowsRepeats(t *testing.T) {
	attempts := func(l *callLimiter) (all []int) {
		for _, c := range l.calls {
			all = append(all, c.Attempt)
		}
		return all
	}
	var asked []string
	l := &callLimiter{}
	_, _, err := spans(t, newFake(t, []answer{overloaded(500, 15*time.Minute, &asked)}, client.Throttle(l)), windowOp, noon.Add(-2*time.Hour), noon.Add(-time.Hour))
	require.NoError(t, err)
	assert.Equal(t, []int{1, 2, 2, 3, 3, 3, 2, 3, 3, 3}, attempts(l), "of windows")

	l = &callLimiter{}
	f := newFake(t, []answer{says(500, ""), says(500, ""), says(503, ""), says(204, ""), says(204, "")}, client.Throttle(l), client.Attempts(1))
	for e, err := range Follow(t.Context(), f.Pipeline, request(feedOp(), ""), nil, noon.Add(-2*time.Hour), data) {
		require.NoError(t, err)
		if e.Checkpoint.Equal(noon.Add(-10 * time.Minute)) {
			break
		}
	}
	assert.Equal(t, []int{1, 2, 3, 4, 1}, attempts(l), "of a feed")

	l, n := &callLimiter{}, 0
	f = newFake(t, []answer{table(&n, func(n int) answer { return map[int]answer{2: says(500, ""), 3: says(500, "")}[n] })}, client.Throttle(l), client.Attempts(1))
	for e, err := range Sync(t.Context(), f.Pipeline, request(walkOp, ""), nil, noon.Add(-time.Hour), nil, "", data) {
		require.NoError(t, err)
		if e.Event == nil {
			break
		}
	}
	assert.Equal(t, []int{1, 1, 2, 3, 1, 1, 1, 1}, attempts(l), "of a list")
}

// A window that ages while it waits for the throttle is not sent; for a feed it is a gap.
func TestThrottledWindowsAge(t *testing.T) {
	for _, feed := range []bool{false, true} {
		now := noon
		op := *windowOp
		op.Rules = []Rule{Interval{Param: "interval", Reach: "P7D"}}
		l := waiting(func() { now = now.Add(time.Hour) })
		f := newFake(t, []answer{says(204, "")}, client.Throttle(l), client.Clock(func() time.Time { return now }))
		if feed {
			for e, err := range Follow(t.Context(), f.Pipeline, request(&op, ""), nil, client.Oldest(), data) {
				var g *client.GapError
				require.ErrorAs(t, err, &g)
				assert.Equal(t, "12:03:00", e.Checkpoint.Format(time.TimeOnly))
			}
		} else {
			for w := range Windows(t.Context(), f.Pipeline, request(&op, ""), nil, client.Oldest(), noon, data) {
				_, err := collect(w.Events())
				var re *client.RequestError
				assert.ErrorAs(t, err, &re)
			}
		}
		assert.Empty(t, f.sent, "feed: %t", feed)
	}
}

// waiting is a throttle that lets time pass.
type waiting func()

func (w waiting) Wait(context.Context) error { w(); return nil }

// Windows are no shorter than twice the shortest that the API allows, whatever the caller says,
// and end at a whole minute where that leaves one that is long enough.
func TestWindowsThatAreShort(t *testing.T) {
	at := func(minute, second int) time.Time {
		return noon.Add(-time.Hour).Add(time.Duration(minute)*time.Minute + time.Duration(second)*time.Second)
	}
	for _, c := range []struct {
		from, to time.Time
		want     string
	}{
		{at(0, 0), at(3, 0), "11:00:00/11:01:00 11:01:00/11:02:00 11:02:00/11:03:00"},
		{at(0, 30), at(3, 0), "11:00:30/11:01:00 11:01:00/11:02:00 11:02:00/11:03:00"},
		{at(0, 31), at(3, 0), "11:00:31/11:01:31 11:01:31/11:02:01 11:02:01/11:03:00"},
	} {
		var asked []string
		_, _, err := spans(t, newFake(t, []answer{overloaded(500, time.Hour, &asked)}, client.WindowLength(time.Second)), windowOp, c.from, c.to)
		require.NoError(t, err)
		assert.Equal(t, c.want, strings.Join(asked, " "))
	}
}

// A call that a quota of an hour or longer refuses is not sent again at once: it would count.
func TestQuotaIsNotSpentOnRepeating(t *testing.T) {
	for per, want := range map[string]int{"PT1M": 3, "PT59M59S": 3, "PT1H": 1, "P1D": 1} {
		op := listOp(single)
		op.Quotas = []Quota{{Pool: "all", Calls: 50, Per: per}}
		f := newFake(t, []answer{says(429, "")})
		_, err := collect(List(t.Context(), f.Pipeline, request(op, ""), nil, data))
		require.ErrorIs(t, err, client.ErrRateLimited, per)
		assert.Len(t, f.sent, want, "requests under a quota per %s", per)
	}
}

// Halves of just the shortest length that the API allows are asked for.
func TestWindowsInHalvesOfTheShortest(t *testing.T) {
	var asked []string
	_, got, err := spans(t, newFake(t, []answer{overloaded(500, 30*time.Second, &asked)}), windowOp, noon.Add(-time.Hour), noon.Add(-59*time.Minute))
	require.NoError(t, err)
	assert.Equal(t, []string{"0 0"}, got, "the events of both halves")
	assert.Equal(t, "11:00:00/11:01:00 11:00:00/11:01:00 11:00:00/11:00:30 11:00:30/11:01:00", strings.Join(asked, " "))
}
