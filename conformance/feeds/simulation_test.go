// Package feeds holds the proof that feeds lose nothing: days of a service are simulated, with
// events that turn up late, faults, quotas and restarts, on a clock that jumps.
package feeds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// clock is a time that passes when somebody sleeps.
type clock struct {
	mu  sync.Mutex
	now time.Time
	end time.Time // when the simulation stops
	// stop ends the simulation.
	stop context.CancelFunc
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.now = c.now.Add(d)
	over := c.now.After(c.end)
	c.mu.Unlock()
	if over {
		c.stop()
	}
	return ctx.Err()
}

// event is a click of the simulated service.
type event struct {
	id      string
	at      time.Time
	indexed time.Time // from then on it can be read
}

// service answers windows of time like the SIEM API.
type service struct {
	clock  *clock
	events []event
	random *rand.Rand
	faults float64 // share of requests that fail
	mu     sync.Mutex
	calls  []time.Time
	broken func(from, to time.Time) bool // windows that cannot be read
}

func newService(c *clock, seed uint64, begin time.Time, length, late time.Duration) *service {
	s := &service{clock: c, random: rand.New(rand.NewPCG(seed, 1))}
	for i := range int(length / time.Minute) {
		at := begin.Add(time.Duration(i)*time.Minute + time.Duration(s.random.IntN(60))*time.Second)
		s.events = append(s.events, event{fmt.Sprintf("click-%05d", i), at, at.Add(time.Duration(s.random.Int64N(int64(late) + 1)))})
	}
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	s.calls = append(s.calls, now)
	from, to, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
	begin, err1 := time.Parse(time.RFC3339, from)
	end, err2 := time.Parse(time.RFC3339, to)
	if errors.Join(err1, err2) != nil || end.After(now) || end.Sub(begin) > time.Hour || end.Sub(begin) < 30*time.Second || now.Sub(begin) > 7*24*time.Hour {
		http.Error(w, "The requested interval is not allowed", http.StatusBadRequest)
		return
	}
	if s.broken != nil && s.broken(begin, end) {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	body := s.page(begin, end, now)
	switch p := s.random.Float64(); {
	case p < s.faults/4:
		w.WriteHeader(http.StatusServiceUnavailable)
	case p < s.faults/2:
		w.WriteHeader(http.StatusInternalServerError)
	case p < s.faults*3/4:
		w.Header().Set("Content-Length", fmt.Sprint(len(body)+10))
		_, _ = w.Write(body)
	case p < s.faults:
		_, _ = w.Write([]byte(`{"message":"Endpoint request timed out"}`))
	default:
		_, _ = w.Write(body)
	}
}

func (s *service) page(begin, end, now time.Time) []byte {
	clicks := []map[string]any{}
	for _, e := range s.events {
		if !e.at.Before(begin) && e.at.Before(end) && !e.indexed.After(now) {
			clicks = append(clicks, map[string]any{"id": e.id, "clickTime": e.at, "url": "http://bad.example.net/" + e.id})
		}
	}
	s.random.Shuffle(len(clicks), func(i, j int) { clicks[i], clicks[j] = clicks[j], clicks[i] })
	body, _ := json.Marshal(map[string]any{"queryEndTime": end.UTC().Format(time.RFC3339), "clicksPermitted": clicks, "clicksBlocked": []any{}, "messagesDelivered": []any{}, "messagesBlocked": []any{}})
	return body
}

// day runs a simulated day: read gets a client and a checkpoint each time the program starts,
// and hands over what it read; it ends with the context or to be started again.
func day(t *testing.T, s *service, restarts int, opts []client.Option, read func(ctx context.Context, c *tap.Client, at time.Time, got func(id string), mark func(time.Time), again func() bool) error) (seen map[string]int) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.clock.stop = cancel
	seen = map[string]int{}
	checkpoint := s.clock.Now().Add(-2 * time.Hour).Truncate(time.Minute)
	for range 2000 {
		c, err := tap.New(auth.Basic("principal", "secret-of-the-test"), append([]client.Option{client.Server(server.URL), client.AllowHTTP(),
			client.Clock(s.clock.Now), client.Sleep(s.clock.Sleep)}, opts...)...)
		require.NoError(t, err)
		steps := 0
		err = read(ctx, c, checkpoint, func(id string) { seen[id]++ }, func(at time.Time) {
			require.False(t, at.Before(checkpoint), "a checkpoint goes back from %s to %s", checkpoint, at)
			checkpoint = at
		}, func() bool {
			steps++
			return restarts > 0 && s.random.IntN(restarts) == 0
		})
		c.Close()
		if ctx.Err() != nil {
			return seen
		}
		if err != nil {
			require.NoError(t, s.clock.Sleep(ctx, time.Minute), "the day is over")
		}
	}
	require.Fail(t, "the program is started too often")
	return nil
}

// missing are the events of the day that were not read, of those that could be.
func (s *service) missing(seen map[string]int, from, to time.Time) (lost []string) {
	for _, e := range s.events {
		if !e.at.Before(from) && e.at.Before(to) && seen[e.id] == 0 {
			lost = append(lost, e.id)
		}
	}
	return lost
}

func doubles(seen map[string]int) (n int) {
	for _, times := range seen {
		n += times - 1
	}
	return n
}

// most is the largest number of calls in any period of that length.
func most(calls []time.Time, period time.Duration) (n int) {
	for i := range calls {
		j, _ := slices.BinarySearchFunc(calls, calls[i].Add(period), func(a, b time.Time) int { return a.Compare(b) })
		n = max(n, j-i)
	}
	return n
}
