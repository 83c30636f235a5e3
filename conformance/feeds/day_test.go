package feeds

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

var begin = time.Date(2026, 3, 10, 6, 0, 0, 0, time.UTC)

func newDay(seed uint64) (*clock, *service) {
	c := &clock{now: begin.Add(2 * time.Hour), end: begin.Add(26 * time.Hour)}
	s := newService(c, seed, begin, 25*time.Hour, 30*time.Minute)
	s.faults = 0.05
	return c, s
}

// windows is the loop of a program that reads windows every five minutes.
func windows(ctx context.Context, c *tap.Client, clock *clock, at time.Time, got func(string), mark func(time.Time), again func() bool) error {
	for {
		for w := range c.ListSIEMAll(ctx, at, clock.Now(), nil) {
			for e, err := range w.Events() {
				if err != nil {
					return err
				}
				got(e.ClicksPermitted.ID)
				if again() {
					return nil // as if the program were killed
				}
			}
			at = w.Checkpoint()
			mark(at)
		}
		if err := clock.Sleep(ctx, 5*time.Minute); err != nil {
			return err
		}
	}
}

func follow(ctx context.Context, c *tap.Client, at time.Time, got func(string), mark func(time.Time), again func() bool) error {
	for f, err := range c.FollowSIEMAll(ctx, at, nil) {
		if err != nil {
			return err
		}
		if f.Event != nil {
			got(f.Event.ClicksPermitted.ID)
		}
		mark(f.Checkpoint)
		if again() {
			return nil
		}
	}
	return nil
}

// A day with events that turn up to half an hour late and one request in twenty that fails:
// nothing is lost, by windows or by a feed, with restarts at random moments or without. What
// comes twice came twice because the program was killed between an event and its checkpoint.
func TestSimulatedDay(t *testing.T) {
	for name, x := range map[string]struct {
		opts     []client.Option
		restarts int // one of so many steps ends the program
		feed     bool
	}{
		"windows":                             {nil, 0, false},
		"windows, killed":                     {nil, 300, false},
		"feed":                                {nil, 0, true},
		"feed, killed":                        {nil, 300, true},
		"feed close behind now":               {[]client.Option{client.Lag(time.Minute)}, 0, true},
		"feed close behind now, killed":       {[]client.Option{client.Lag(time.Minute)}, 300, true},
		"feed of short windows, killed often": {[]client.Option{client.WindowLength(10 * time.Minute)}, 50, true},
	} {
		t.Run(name, func(t *testing.T) {
			lost, twice, spent := 0, 0, 0
			for seed := range uint64(3) {
				clock, s := newDay(seed)
				seen := day(t, s, x.restarts, x.opts, func(ctx context.Context, c *tap.Client, at time.Time, got func(string), mark func(time.Time), again func() bool) error {
					if x.feed {
						return follow(ctx, c, at, got, mark, again)
					}
					return windows(ctx, c, clock, at, got, mark, again)
				})
				missing := s.missing(seen, begin, begin.Add(24*time.Hour))
				assert.Empty(t, missing, "events that were never read, seed %d", seed)
				lost += len(missing)
				twice += doubles(seen)
				spent = max(spent, most(s.calls, 24*time.Hour))
			}
			t.Logf("%d events lost, %d twice, at most %d calls in 24 hours of 1800", lost, twice, spent)
			assert.LessOrEqual(t, spent, 1800, "calls in 24 hours")
			if x.restarts == 0 && x.feed {
				assert.Zero(t, twice, "events that a feed without restarts handed out twice")
			}
		})
	}
}

// A window that cannot be read is a gap: the feed ends before it with a typed error, or passes
// it and says so. It finds just the gap, down to the shortest window that the API has.
func TestGap(t *testing.T) {
	from, to := begin.Add(5*time.Hour+10*time.Minute), begin.Add(5*time.Hour+11*time.Minute)
	clock, s := newDay(7)
	s.faults = 0
	s.broken = func(a, b time.Time) bool { return a.Before(to) && b.After(from) }
	var gaps []client.Gap
	seen := day(t, s, 0, []client.Option{client.OnGap(func(g client.Gap) bool { gaps = append(gaps, g); return true })},
		func(ctx context.Context, c *tap.Client, at time.Time, got func(string), mark func(time.Time), again func() bool) error {
			return follow(ctx, c, at, got, mark, again)
		})
	_ = clock
	for _, id := range s.missing(seen, begin, begin.Add(24*time.Hour)) {
		for _, e := range s.events {
			if e.id == id {
				inside := false
				for _, g := range gaps {
					inside = inside || !e.at.Before(g.From) && e.at.Before(g.To)
				}
				assert.True(t, inside, "%s of %s was lost outside of all gaps", id, e.at)
			}
		}
	}
	assert.NotEmpty(t, gaps, "the window that cannot be read")
	for _, g := range gaps {
		assert.True(t, g.From.Before(to) && g.To.After(from), "the gap from %s to %s is planted", g.From, g.To)
		assert.LessOrEqual(t, g.To.Sub(g.From), 2*time.Minute, "the length of a gap")
		var e *client.Error
		assert.True(t, errors.As(g.Err, &e) && e.StatusCode == http.StatusInternalServerError, "why it cannot be read: %v", g.Err)
	}

	// Without OnGap the feed ends before it, and does not stand still.
	clock, s = newDay(7)
	s.faults, s.broken = 0, func(a, b time.Time) bool { return a.Before(to) && b.After(from) }
	ended := 0
	day(t, s, 0, nil, func(ctx context.Context, c *tap.Client, at time.Time, got func(string), mark func(time.Time), again func() bool) error {
		err := follow(ctx, c, at, got, mark, again)
		if errors.Is(err, client.ErrGap) {
			ended++
			var g *client.GapError
			assert.ErrorAs(t, err, &g, "a typed error")
			clock.stop()
		}
		return err
	})
	assert.Equal(t, 1, ended, "the feed ends before a gap that nobody passes")
}

// An hour in which every request fails is no gap, even if the caller would pass one: all that
// happened meanwhile is read afterwards.
func TestOutageOfAnHour(t *testing.T) {
	for _, behind := range []time.Duration{0, 20 * time.Hour} {
		clock, s := newDay(5)
		s.faults = 0
		begins := clock.now.Add(3 * time.Minute)
		if behind > 0 {
			clock.now = clock.now.Add(behind)
			begins = clock.now
		}
		s.broken = func(_, _ time.Time) bool {
			return !clock.Now().Before(begins) && clock.Now().Before(begins.Add(time.Hour))
		}
		seen := day(t, s, 0, []client.Option{client.OnGap(func(g client.Gap) bool {
			assert.Fail(t, "no gap", "%s to %s: %v", g.From, g.To, g.Err)
			return true
		})}, func(ctx context.Context, c *tap.Client, _ time.Time, got func(string), mark func(time.Time), again func() bool) error {
			return follow(ctx, c, begin, got, func(time.Time) {}, again)
		})
		assert.Empty(t, s.missing(seen, begin, begin.Add(24*time.Hour)), "events that were never read, %s behind", behind)
		during := 0
		for _, at := range s.calls {
			if !at.Before(begins) && at.Before(begins.Add(time.Hour)) {
				during++
			}
		}
		assert.Less(t, during, 60, "calls in the outage, %s behind", behind)
	}
}

// After an outage that is longer than the service looks back, what lies beyond is a gap.
func TestOutageBeyondReach(t *testing.T) {
	clock, s := newDay(3)
	s.faults = 0
	var gaps []client.Gap
	day(t, s, 0, []client.Option{client.OnGap(func(g client.Gap) bool { gaps = append(gaps, g); return true })},
		func(ctx context.Context, c *tap.Client, at time.Time, got func(string), mark func(time.Time), again func() bool) error {
			return follow(ctx, c, clock.Now().Add(-8*24*time.Hour), got, func(time.Time) {}, again)
		})
	if assert.Len(t, gaps, 1, "one gap") {
		assert.WithinDuration(t, begin.Add(2*time.Hour-7*24*time.Hour), gaps[0].To, 5*time.Minute, "as far back as the service looks, less a margin")
	}
}
