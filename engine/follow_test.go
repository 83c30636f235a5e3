package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// feedOp is a list over windows of at most an hour, whose events may turn up ten minutes late.
func feedOp() *Operation {
	return &Operation{ID: "listSIEM", Method: "GET", Path: "/siem", Status: []int{200, 204}, Empty: []int{204}, Idempotent: true,
		Paging: &Paging{Style: "window", Param: "interval", End: "queryEndTime", Min: "PT30S", Max: "PT1H", Reach: "P7D", Late: "PT10M", Items: []string{"data"}}}
}

// following is a feed over a service that is a function of the window, and a clock that moves
// while the feed sleeps. It ends when the clock passes until.
type following struct {
	t      *testing.T
	now    time.Time
	until  time.Time
	serve  func(n int, from, to time.Time) (status int, body string)
	asked  []string // windows
	slept  []time.Duration
	handed []string // what was handed out, with its checkpoint
	last   error
	told   []string // mismatches
	stop   func(client.Followed[event]) bool
}

const minutes = "15:04:05"

func (s *following) run(op *Operation, from time.Time, opts ...client.Option) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	f := newFake(s.t, []answer{func(r *http.Request) (*http.Response, error) {
		a, b, _ := strings.Cut(r.URL.Query().Get(op.Paging.Param), "/")
		from, err := time.Parse(time.RFC3339, a)
		require.NoError(s.t, err)
		to, err := time.Parse(time.RFC3339, b)
		require.NoError(s.t, err)
		s.asked = append(s.asked, from.Format(minutes)+"/"+to.Format(minutes))
		status, body := s.serve(len(s.asked), from, to)
		if status == 0 {
			return nil, errors.New(body)
		}
		return says(status, body)(r)
	}}, append([]client.Option{client.Attempts(1), client.Backoff(time.Second, time.Second), client.Clock(func() time.Time { return s.now }),
		client.Sleep(func(ctx context.Context, d time.Duration) error {
			s.slept = append(s.slept, d)
			if s.now = s.now.Add(d); s.now.After(s.until) {
				cancel()
			}
			return ctx.Err()
		})}, opts...)...)
	for e, err := range Follow(ctx, f.Pipeline, request(op, ""), nil, from, data) {
		at := e.Checkpoint.Format(" " + minutes)
		switch s.last = err; {
		case err != nil:
			s.handed = append(s.handed, "error"+at)
		case e.Event != nil:
			s.handed = append(s.handed, ids([]event{*e.Event})+at)
		case e.Gap != nil:
			s.handed = append(s.handed, "gap to "+e.Gap.To.Format(minutes)+at)
		default:
			s.handed = append(s.handed, "mark"+at)
		}
		if s.stop != nil && s.stop(e) {
			break
		}
	}
	s.told = f.told()
}

func quiet(int, time.Time, time.Time) (int, string) { return 204, "" }

// A feed reads window after window, each once, as far behind now as events turn up, and waits
// where nothing is over.
func TestFollow(t *testing.T) {
	s := &following{t: t, now: noon, until: noon.Add(time.Hour), serve: func(n int, from, to time.Time) (int, string) {
		return 200, fmt.Sprintf(`{"queryEndTime":%q,"data":[{"id":%d}]}`, to.Format(time.RFC3339), n)
	}}
	s.run(feedOp(), noon.Add(-2*time.Hour), client.Poll(30*time.Minute))
	assert.Equal(t, []string{"10:00:00/11:00:00", "11:00:00/11:50:00", "11:50:00/12:20:00", "12:20:00/12:50:00"}, s.asked)
	assert.Equal(t, []string{"1 10:00:00", "mark 11:00:00", "2 11:00:00", "mark 11:50:00", "3 11:50:00", "mark 12:20:00", "4 12:20:00", "mark 12:50:00", "error 12:50:00"}, s.handed)
	assert.Equal(t, []time.Duration{30 * time.Minute, 30 * time.Minute, 30 * time.Minute}, s.slept)
	assert.ErrorIs(t, s.last, context.Canceled)
}

// Closer behind now than events turn up the late part is read again, and what came is not
// handed out twice; the checkpoint stays behind it. A changed event comes again.
func TestFollowOverlaps(t *testing.T) {
	s := &following{t: t, now: noon, until: noon.Add(20 * time.Minute), serve: func(n int, _, to time.Time) (int, string) {
		return 200, fmt.Sprintf(`{"queryEndTime":%q,"data":[{"id":1},{"id":2,"text":"%d"}]}`, to.Format(time.RFC3339), min(n, 2))
	}}
	s.run(feedOp(), noon.Add(-30*time.Minute), client.Lag(time.Minute), client.Poll(5*time.Minute))
	assert.Equal(t, []string{"11:30:00/11:59:00", "11:50:00/12:04:00", "11:55:00/12:09:00", "12:00:00/12:14:00", "12:05:00/12:19:00"}, s.asked)
	// Event 1 of 11:59 is forgotten with 12:09: it cannot come late any more, so it comes again.
	assert.Equal(t, []string{"1 11:30:00", "2 11:30:00", "mark 11:50:00", "2 11:50:00", "mark 11:55:00", "mark 12:00:00", "1 12:00:00", "mark 12:05:00", "2 12:05:00", "mark 12:10:00", "error 12:10:00"}, s.handed)
}

// What changes and changes back while it is read again comes each time; what only stays away
// for a failed request does not.
func TestFollowFlips(t *testing.T) {
	states := []string{"a", "b", "", "a", "a", "b", "b"} // of each request, "" fails
	s := &following{t: t, now: noon, until: noon.Add(25 * time.Minute), serve: func(n int, _, _ time.Time) (int, string) {
		state := states[min(n, len(states))-1]
		if state == "" {
			return 503, ""
		}
		return 200, `{"data":[{"id":1,"text":"` + state + `"},{"id":2}]}`
	}}
	op := feedOp()
	op.Paging.Late = "PT1H"
	s.run(op, noon.Add(-30*time.Minute), client.Lag(time.Minute), client.Poll(5*time.Minute))
	assert.Equal(t, []string{"1 11:30:00", "2 11:30:00", "mark 11:30:00", "1 11:30:00", "mark 11:30:00", "1 11:30:00", "mark 11:30:00", "mark 11:30:00", "1 11:30:00", "mark 11:30:00", "error 11:30:00"}, s.handed)
}

// Where the server moved the end back, the next window begins there; an end outside of the
// window is a failure of it.
func TestFollowTheServersEnd(t *testing.T) {
	s := &following{t: t, now: noon, until: noon, serve: func(n int, from, to time.Time) (int, string) {
		end := to
		if n == 1 {
			end = from.Add(20 * time.Minute)
		}
		return 200, fmt.Sprintf(`{"queryEndTime":%q,"data":[]}`, end.Format(time.RFC3339))
	}}
	s.run(feedOp(), noon.Add(-70*time.Minute))
	assert.Equal(t, []string{"10:50:00/11:50:00", "11:10:00/11:50:00"}, s.asked)
	assert.Equal(t, []string{"mark 11:10:00", "mark 11:50:00", "error 11:50:00"}, s.handed)

	// An end at the begin or before it says that the server has nothing yet: it is asked again
	// later. None at all, and one that is rounded up, mean the end that was asked for.
	for _, c := range []struct {
		end   string
		asked int
		told  string
	}{
		{"2026-01-10T10:50:00Z", 4, "an earlier one"}, {"2026-01-10T10:49:59Z", 4, "an earlier one"}, {"", 1, "none"}, {"2026-01-10T11:51:00Z", 1, "a later one"},
	} {
		s := &following{t: t, now: noon, until: noon.Add(time.Hour), serve: func(n int, from, to time.Time) (int, string) {
			if n < 4 {
				return 200, `{"queryEndTime":"` + c.end + `","data":[]}`
			}
			return 204, ""
		}, stop: func(client.Followed[event]) bool { return true }}
		s.run(feedOp(), noon.Add(-70*time.Minute), client.OnGap(func(client.Gap) bool { return true }))
		assert.Equal(t, []string{"mark 11:50:00"}, s.handed, "the end %q", c.end)
		assert.Len(t, s.asked, c.asked, "the end %q", c.end)
		require.NotEmpty(t, s.told, "the end %q", c.end)
		assert.Equal(t, "/queryEndTime the end that was asked for<"+c.told+"!", s.told[0], "the end %q", c.end)
	}

	// Requests have whole seconds, and so have checkpoints. What is no instant is no end.
	var p page
	p.members.set("queryEndTime", jsontext.Value(`"2026-01-10T11:10:00.750+00:00"`))
	whole, err := p.end(feedOp().Paging)
	require.NoError(t, err)
	assert.Equal(t, time.Date(2026, 1, 10, 11, 10, 0, 0, time.UTC), whole, "an end with a fraction of a second")
	for stated, want := range map[string][]string{
		`"2026-01-10T11:10:00.750Z"`: {"mark 11:10:00", "error 11:10:00"},
		`1768043400`:                 {"error 10:50:00"},
		`"soon"`:                     {"error 10:50:00"},
	} {
		s := &following{t: t, now: noon, until: noon, serve: func(n int, _, _ time.Time) (int, string) {
			if n > 1 && len(want) > 1 {
				return 401, ""
			}
			return 200, `{"queryEndTime":` + stated + `,"data":[]}`
		}}
		s.run(feedOp(), noon.Add(-70*time.Minute))
		assert.Equal(t, want, s.handed, "the end %s", stated)
	}
}

// A window that fails three times in one way is asked for in halves, down to the shortest, and
// then is a gap: the end, or passed if the caller says so.
func TestFollowHalvesAndGaps(t *testing.T) {
	broken := func(_ int, from, to time.Time) (int, string) {
		at := noon.Add(-65 * time.Minute) // cannot be read
		if !from.After(at) && to.After(at) {
			return 500, ""
		}
		return 204, ""
	}
	s := &following{t: t, now: noon, until: noon.Add(time.Hour), serve: broken}
	s.run(feedOp(), noon.Add(-70*time.Minute))
	var gap *client.GapError
	require.ErrorAs(t, s.last, &gap)
	assert.Equal(t, "10:55:00/10:55:30", gap.Gap.From.Format(minutes)+"/"+gap.Gap.To.Format(minutes))
	var e *client.Error
	require.ErrorAs(t, s.last, &e)
	assert.Equal(t, 500, e.StatusCode)
	assert.Equal(t, "10:50:00/11:50:00 10:50:00/11:50:00 10:50:00/11:50:00 10:50:00/11:20:00", strings.Join(s.asked[:4], " "), "three times, then half of it")

	passed := 0
	s = &following{t: t, now: noon, until: noon.Add(time.Hour), serve: broken}
	s.stop = func(e client.Followed[event]) bool { return e.Checkpoint.Format(minutes) >= "11:50:00" }
	s.run(feedOp(), noon.Add(-70*time.Minute), client.OnGap(func(g client.Gap) bool { passed++; return g.From.Format(minutes) == "10:55:00" }))
	assert.Equal(t, 1, passed)
	assert.Contains(t, s.handed, "gap to 10:55:30 10:55:30")
	assert.Equal(t, "10:55:30/11:55:00", s.asked[len(s.asked)-1], "as long as allowed again")
	assert.GreaterOrEqual(t, s.now.Sub(noon), 10*time.Minute, "how long it tried before it passed the gap")
	assert.Contains(t, s.asked, "11:55:30/11:56:00", "another window is asked for, to tell a gap from an outage")
}

// An hour in which everything fails, whatever it says, is an outage and no gap: all that lies
// in it is read afterwards, and few calls are spent on it.
func TestFollowLongOutages(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"500": {500, ""}, "501": {501, ""}, "503": {503, ""}, "404": {404, ""}, "400": {400, ""}, "408": {408, ""}, "302": {302, ""},
		"a page": {200, "<html>maintenance</html>"}, "a gateway": {200, `{"message":"Endpoint request timed out"}`}, "another reply": {200, `{"data":5}`},
	} {
		failed := 0
		s := &following{t: t, now: noon, until: noon.Add(3 * time.Hour)}
		s.serve = func(int, time.Time, time.Time) (int, string) {
			if since := s.now.Sub(noon); since > 10*time.Minute && since < 70*time.Minute {
				failed++
				return c.status, c.body
			}
			return 204, ""
		}
		s.run(feedOp(), noon.Add(-6*time.Hour), client.OnGap(func(g client.Gap) bool {
			assert.Fail(t, "no gap", "%s: %s to %s: %s", name, g.From, g.To, g.Err)
			return true
		}))
		assert.ErrorIs(t, s.last, context.Canceled, name)
		assert.Less(t, failed, 70, "calls in the outage, %s", name)
		assert.GreaterOrEqual(t, s.handed[len(s.handed)-1], "error 14:45:00", "everything was read in the end, %s", name)
		t.Logf("%s: %d calls in the outage", name, failed)
	}
}

// What is refused or undecodable for an hour, whatever is asked for, ends the feed; so does
// a Retry-After beyond a day.
func TestFollowGivesUp(t *testing.T) {
	for _, body := range []string{`{"data":5}`, `{"queryEndTime":"soon","data":[]}`} {
		s := &following{t: t, now: noon, until: noon.Add(9 * time.Hour), serve: func(int, time.Time, time.Time) (int, string) { return 200, body }}
		s.run(feedOp(), noon.Add(-70*time.Minute), client.OnGap(func(client.Gap) bool { return true }))
		var e *client.DecodeError
		assert.ErrorAs(t, s.last, &e, body)
		assert.Equal(t, []string{"error 10:50:00"}, s.handed, body)
		assert.InDelta(t, time.Hour.Minutes(), s.now.Sub(noon).Minutes(), 10, body)
		assert.NotEmpty(t, s.told, "a reply that cannot be read is told while the feed waits, %s", body)
	}
	s := &following{t: t, now: noon, until: noon.Add(9 * time.Hour), serve: func(int, time.Time, time.Time) (int, string) { return 400, "" }}
	s.run(feedOp(), noon.Add(-70*time.Minute))
	assert.ErrorIs(t, s.last, client.ErrInvalid)

	f := newFake(t, []answer{says(429, "", "Retry-After", "99999999999")}, client.Attempts(1))
	for _, err := range Follow(t.Context(), f.Pipeline, request(feedOp(), ""), nil, noon.Add(-70*time.Minute), data) {
		assert.ErrorIs(t, err, client.ErrRateLimited)
	}
	assert.Len(t, f.sent, 1)
	assert.Empty(t, f.pauses)
}

// A request is no longer than the caller says and than the service can gather, also where its
// begin is read again; what cannot be gathered at once is asked for in pieces.
func TestFollowOverlapsInPieces(t *testing.T) {
	op := feedOp()
	op.Paging.Late = "PT30M"
	s := &following{t: t, now: noon, until: noon.Add(time.Hour), serve: func(_ int, from, to time.Time) (int, string) {
		if to.Sub(from) > 20*time.Minute {
			return 500, ""
		}
		return 200, fmt.Sprintf(`{"queryEndTime":%q,"data":[{"id":%d}]}`, to.Format(time.RFC3339), to.Unix())
	}}
	s.run(op, noon.Add(-70*time.Minute), client.Lag(time.Minute), client.OnGap(func(g client.Gap) bool { assert.Fail(t, "no gap", "%v", g); return true }))
	assert.GreaterOrEqual(t, s.handed[len(s.handed)-1], "error 12:25:00", "the checkpoint stays behind what may come late")

	s = &following{t: t, now: noon, until: noon.Add(5 * time.Minute), serve: func(_ int, from, to time.Time) (int, string) {
		assert.LessOrEqual(t, to.Sub(from), 10*time.Minute, "%s/%s", from, to)
		return 204, ""
	}}
	s.run(op, noon.Add(-40*time.Minute), client.Lag(time.Minute), client.WindowLength(10*time.Minute))
	assert.Equal(t, []string{"11:20:00/11:30:00", "11:30:00/11:40:00", "11:40:00/11:50:00", "11:50:00/11:59:00",
		"11:30:00/11:40:00", "11:40:00/11:50:00", "11:50:00/12:00:00", "12:00:00/12:04:00"}, s.asked)
	assert.Equal(t, []string{"mark 11:30:00", "mark 11:30:00", "mark 11:30:00", "mark 11:30:00", "mark 11:35:00", "mark 11:35:00", "mark 11:35:00", "mark 11:35:00", "error 11:35:00"}, s.handed)
}

// Calls that a budget refuses say nothing of the service: windows are halved between them.
func TestFollowBetweenRefusedCalls(t *testing.T) {
	calls := 0
	s := &following{t: t, now: noon, until: noon.Add(24 * time.Hour), serve: func(_ int, from, to time.Time) (int, string) {
		if to.Sub(from) > 20*time.Minute {
			return 500, ""
		}
		return 204, ""
	}, stop: func(client.Followed[event]) bool { return true }}
	s.run(feedOp(), noon.Add(-70*time.Minute), client.Throttle(refusing(func(c client.Call) error {
		if calls++; calls%2 == 0 {
			return &client.QuotaError{Operation: c.Operation, RetryAfter: time.Hour}
		}
		return nil
	})))
	assert.Equal(t, []string{"mark 11:05:00"}, s.handed)
	assert.Len(t, s.asked, 7, "three of an hour, three of half of it, one that can be read")
	assert.Contains(t, s.slept, time.Hour)
}

// refusing is a throttle of calls.
type refusing func(client.Call) error

func (l refusing) Wait(context.Context) error                      { return nil }
func (l refusing) WaitCall(_ context.Context, c client.Call) error { return l(c) }

// A length that the service can gather is kept and grows slowly, so that few calls fail.
func TestFollowKeepsTheLength(t *testing.T) {
	failed := 0
	s := &following{t: t, now: noon, until: noon, serve: func(_ int, from, to time.Time) (int, string) {
		if to.Sub(from) > 4*time.Minute {
			failed++
			return 500, ""
		}
		return 204, ""
	}}
	s.run(feedOp(), noon.Add(-24*time.Hour), client.Sleep(func(ctx context.Context, d time.Duration) error {
		if d > time.Second {
			return context.Canceled
		}
		return ctx.Err()
	}))
	assert.Equal(t, "error 11:50:00", s.handed[len(s.handed)-1])
	assert.Less(t, failed*2, len(s.asked), "calls that failed of %d", len(s.asked))
	t.Logf("%d of %d calls failed", failed, len(s.asked))
}

// What is equal in two lists is two elements.
func TestFollowTellsListsApart(t *testing.T) {
	op := feedOp()
	op.Paging.Items = []string{"permitted", "blocked"}
	f := newFake(t, []answer{says(200, `{"permitted":[{"id":1},{"id":1}],"blocked":[{"id":1}]}`)})
	var got []string
	for e, err := range Follow(t.Context(), f.Pipeline, request(op, ""), nil, noon.Add(-70*time.Minute), Of[event]("permitted"), Of[event]("blocked")) {
		require.NoError(t, err)
		if e.Event == nil {
			break
		}
		got = append(got, ids([]event{*e.Event}))
	}
	assert.Equal(t, []string{"1", "1"}, got)
}

// A checkpoint in the future is refused, apart from what clocks may differ.
func TestFollowFromTheFuture(t *testing.T) {
	s := &following{t: t, now: noon, until: noon.Add(9 * time.Hour), serve: quiet}
	s.run(feedOp(), noon.Add(61*time.Minute))
	assert.ErrorIs(t, s.last, client.ErrInvalid)
	assert.ErrorContains(t, s.last, "checkpoint lies in the future")
	assert.Empty(t, s.asked)

	s = &following{t: t, now: noon, until: noon.Add(9 * time.Hour), serve: quiet, stop: func(client.Followed[event]) bool { return true }}
	s.run(feedOp(), noon.Add(59*time.Minute))
	assert.Equal(t, []string{"mark 13:00:00"}, s.handed)
}

// Credentials that could not be had are waited for; those that cannot be used end the feed.
func TestFollowWithoutCredentials(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{{errors.New("vault: timeout"), 4}, {fmt.Errorf("signing: %w", auth.ErrCredential), 1}} {
		asked := 0
		p, err := New("https://api.example.com/v1", func(context.Context, *http.Request) error {
			if asked++; asked < 4 {
				return c.err
			}
			return nil
		}, client.Transport(roundTrip(says(204, ""))), client.Clock(func() time.Time { return noon }), client.Sleep(func(ctx context.Context, _ time.Duration) error { return ctx.Err() }))
		require.NoError(t, err)
		for _, err := range Follow(t.Context(), p, request(feedOp(), ""), nil, noon.Add(-70*time.Minute), data) {
			assert.Equal(t, c.want == 1, err != nil, "%v: %v", c.err, err)
			break
		}
		assert.Equal(t, c.want, asked, "attempts, %v", c.err)
	}
}

// A server that is not trusted ends the feed.
func TestFollowUntrusted(t *testing.T) {
	f := newFake(t, []answer{func(*http.Request) (*http.Response, error) {
		return nil, &tls.CertificateVerificationError{Err: errors.New("unknown authority")}
	}})
	for _, err := range Follow(t.Context(), f.Pipeline, request(feedOp(), ""), nil, noon.Add(-70*time.Minute), data) {
		var te *client.TransportError
		assert.ErrorAs(t, err, &te)
	}
	assert.Len(t, f.sent, 1)
}

// What says nothing of the window is waited out: refusals for the rate, servers that are away
// and lost connections, longer each time up to a round; three of them cut nothing.
func TestFollowOutages(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   []time.Duration
	}{
		"503":    {503, "", []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second}},
		"429":    {429, "", []time.Duration{2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute}},
		"a loss": {0, "lost", []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second}},
	} {
		s := &following{t: t, now: noon, until: noon.Add(time.Hour), serve: func(n int, _, _ time.Time) (int, string) {
			if n < 5 {
				return c.status, c.body
			}
			return 204, ""
		}}
		s.stop = func(client.Followed[event]) bool { return true }
		s.run(feedOp(), noon.Add(-70*time.Minute))
		assert.Equal(t, []string{"mark 11:50:00"}, s.handed, name)
		assert.Equal(t, c.want, s.slept, name)
		for _, window := range s.asked[:4] {
			assert.Equal(t, "10:50:00/11:50:00", window, name)
		}
	}
	// Another kind begins to count anew: two of each are no property of the window.
	s := &following{t: t, now: noon, until: noon.Add(time.Hour), serve: func(n int, _, _ time.Time) (int, string) {
		return []int{500, 500, 501, 501, 204}[n-1], ""
	}}
	s.stop = func(client.Followed[event]) bool { return true }
	s.run(feedOp(), noon.Add(-70*time.Minute))
	assert.Equal(t, []string{"mark 11:50:00"}, s.handed)
	for _, window := range s.asked {
		assert.Equal(t, "10:50:00/11:50:00", window)
	}
	for _, d := range s.slept {
		assert.LessOrEqual(t, d, time.Second, "the backoff of the client")
	}
}

// Credentials that are refused end a feed at once.
func TestFollowEnds(t *testing.T) {
	for status, want := range map[int]error{401: client.ErrUnauthorized, 403: client.ErrForbidden} {
		s := &following{t: t, now: noon, until: noon.Add(time.Hour), serve: func(int, time.Time, time.Time) (int, string) { return status, "" }}
		s.run(feedOp(), noon.Add(-70*time.Minute))
		assert.ErrorIs(t, s.last, want)
		assert.Len(t, s.asked, 1)
		assert.Equal(t, []string{"error 10:50:00"}, s.handed)
	}
}

// A feed begins as far back as the service looks; after a longer outage what lies before that
// is a gap.
func TestFollowFromTheOldest(t *testing.T) {
	s := &following{t: t, now: noon, until: noon, serve: quiet}
	s.stop = func(client.Followed[event]) bool { return true }
	s.run(feedOp(), client.Oldest())
	assert.Equal(t, []string{"12:03:00/13:03:00"}, s.asked, "seven days less two minutes, at the next whole minute")

	s = &following{t: t, now: noon, until: noon, serve: quiet}
	s.run(feedOp(), noon.Add(-8*24*time.Hour))
	assert.ErrorIs(t, s.last, client.ErrGap)
	assert.ErrorContains(t, s.last, "begins earlier than the service looks back")
	assert.Empty(t, s.asked)

	s = &following{t: t, now: noon, until: noon, serve: quiet}
	s.stop = func(client.Followed[event]) bool { return len(s.handed) == 2 }
	s.run(feedOp(), noon.Add(-8*24*time.Hour), client.OnGap(func(client.Gap) bool { return true }))
	assert.Equal(t, []string{"gap to 12:03:00 12:03:00", "mark 13:03:00"}, s.handed)
}

// A caller that breaks at an event, a gap or a mark gets nothing more, and no request is sent.
func TestFollowBreaks(t *testing.T) {
	s := &following{t: t, now: noon, until: noon.Add(time.Hour), serve: func(_ int, _, to time.Time) (int, string) {
		return 200, fmt.Sprintf(`{"queryEndTime":%q,"data":[{"id":1},{"id":2}]}`, to.Format(time.RFC3339))
	}}
	s.stop = func(e client.Followed[event]) bool { return e.Event != nil }
	s.run(feedOp(), noon.Add(-3*time.Hour))
	assert.Equal(t, []string{"1 09:00:00"}, s.handed)
	assert.Len(t, s.asked, 1)

	s.handed, s.asked = nil, nil
	s.stop = func(e client.Followed[event]) bool { return e.Event == nil }
	s.run(feedOp(), noon.Add(-3*time.Hour))
	assert.Equal(t, []string{"1 09:00:00", "2 09:00:00", "mark 10:00:00"}, s.handed)
	assert.Len(t, s.asked, 1)

	s.handed, s.asked = nil, nil
	s.stop = func(e client.Followed[event]) bool { return e.Gap != nil }
	s.run(feedOp(), noon.Add(-8*24*time.Hour), client.OnGap(func(client.Gap) bool { return true }))
	assert.Len(t, s.handed, 1)
	assert.Empty(t, s.asked)
}

// No window is longer than the service allows, also where its beginning is read again.
func TestFollowOverlapsWithinTheLongestWindow(t *testing.T) {
	s := &following{t: t, now: noon, until: noon, serve: func(_ int, from, to time.Time) (int, string) {
		assert.LessOrEqual(t, to.Sub(from), time.Hour, "%s/%s", from, to)
		return 204, ""
	}}
	s.run(feedOp(), noon.Add(-3*time.Hour), client.Lag(time.Minute))
	assert.Equal(t, []string{"09:00:00/10:00:00", "10:00:00/11:00:00", "11:00:00/11:59:00"}, s.asked, "nothing is read again while all of it had settled")
	assert.Equal(t, noon.Add(-time.Minute).Format(minutes), s.asked[len(s.asked)-1][9:], "the last window ends as close to now as the caller says")
}

// A feed that fails waits longer than a call between its attempts, and longer each time.
func TestFollowPausesLonger(t *testing.T) {
	s := &following{t: t, now: noon, until: noon.Add(time.Hour), serve: func(int, time.Time, time.Time) (int, string) { return 400, "" }}
	s.run(feedOp(), noon.Add(-70*time.Minute), client.Backoff(time.Second, time.Minute))
	require.GreaterOrEqual(t, len(s.slept), 2, "pauses")
	assert.GreaterOrEqual(t, s.slept[0], time.Second, "after the first failure")
	assert.GreaterOrEqual(t, s.slept[1], 2*time.Second, "after the second")
}
