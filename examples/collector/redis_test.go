package collector

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

func connectTo(t testing.TB, addr string) *redis.Client {
	c := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

var campaigns = client.Call{Operation: "listCampaignIds", Pool: "campaignIds", Calls: 50, Per: 24 * time.Hour, Attempt: 1}

// Three processes share 50 calls a day, over days on a clock that jumps: no 24 hours have 51.
func TestSharedBudgetOverDays(t *testing.T) {
	mr := miniredis.RunT(t)
	now := time.Date(2026, 3, 10, 6, 0, 0, 0, time.UTC)
	mr.SetTime(now)
	sleep := func(_ context.Context, d time.Duration) error {
		now = now.Add(max(d, time.Microsecond))
		mr.SetTime(now)
		return nil
	}
	var processes []*client.Budget
	for range 3 {
		b := client.NewBudget("tap/principal", redisBudget{connectTo(t, mr.Addr()), "test:"}, false)
		processes = append(processes, b.At(func() time.Time { return now.Add(time.Hour) }, sleep)) // their clocks are wrong
	}
	var calls []time.Time
	for i := range 200 {
		call := campaigns
		if i%5 == 4 {
			call.Attempt = 2
		}
		if processes[i%3].WaitCall(t.Context(), call) == nil {
			calls = append(calls, now)
		}
		require.NoError(t, sleep(t.Context(), 7*time.Minute))
	}
	most := 0
	for i := range calls {
		n := 0
		for _, c := range calls[i:] {
			if c.Before(calls[i].Add(24 * time.Hour)) {
				n++
			}
		}
		most = max(most, n)
	}
	assert.Equal(t, 50, most, "calls in any 24 hours, at most")
	assert.Greater(t, len(calls), 150, "the budget refills")
	left, err := processes[0].Left(t.Context(), campaigns)
	require.NoError(t, err)
	assert.Less(t, left, 50, "calls that are left")
}

// Many at the same moment: 50 are let through.
func TestSharedBudgetAtOnce(t *testing.T) {
	mr := miniredis.RunT(t)
	mr.SetTime(time.Date(2026, 3, 10, 6, 0, 0, 0, time.UTC))
	var through atomic.Int64
	var all sync.WaitGroup
	for range 10 {
		b := client.NewBudget("tap/principal", redisBudget{connectTo(t, mr.Addr()), "test:"}, true)
		all.Go(func() {
			for range 20 {
				var q *client.QuotaError
				if err := b.WaitCall(t.Context(), campaigns); err == nil {
					through.Add(1)
				} else if assert.ErrorAs(t, err, &q) {
					assert.Equal(t, 24*time.Hour, q.RetryAfter, "until the first is a day old")
				}
			}
		})
	}
	all.Wait()
	assert.Equal(t, int64(50), through.Load(), "calls")
}

// What a process that is gone cannot do: keep a lease, give away that of another, or store a
// checkpoint after it.
func TestLeaseAndFence(t *testing.T) {
	mr := miniredis.RunT(t)
	c := connectTo(t, mr.Addr())
	leases, state := redisLeases{c, "test:"}, redisState{c, "test:"}
	at, earlier := checkpoint{nine, "tap SIEMAll at https://example.com"}, checkpoint{nine.Add(-time.Hour), ""}
	hold := func(who string) bool {
		ok, err := leases.hold(t.Context(), "acme", who, 30*time.Second)
		require.NoError(t, err)
		return ok
	}
	assert.True(t, hold("a"), "a free lease")
	assert.False(t, hold("b"), "that of another")
	mr.FastForward(20 * time.Second)
	assert.True(t, hold("a"), "its own, renewed")
	mr.FastForward(20 * time.Second)
	assert.False(t, hold("b"), "one that was renewed")
	require.NoError(t, state.save(t.Context(), "acme", "a", at))
	require.NoError(t, leases.drop(t.Context(), "acme", "b"))
	assert.False(t, hold("b"), "b cannot drop the lease of a")

	mr.FastForward(31 * time.Second) // a is gone
	assert.True(t, hold("b"), "a lease that has ended")
	require.ErrorIs(t, state.save(t.Context(), "acme", "a", earlier), errLeaseLost, "a comes back")
	got, found, err := state.load(t.Context(), "acme")
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, at, got, "the checkpoint")
	require.NoError(t, leases.drop(t.Context(), "acme", "b"))
	assert.True(t, hold("a"), "a lease that was given back")
	_, found, err = state.load(t.Context(), "other")
	require.NoError(t, err)
	assert.False(t, found, "a tenant without a checkpoint")
}

// A process that does not reach Redis stops fetching before its lease ends there.
func TestLeaseEndsHereFirst(t *testing.T) {
	mr := miniredis.RunT(t)
	s := shared{redisLeases{connectTo(t, mr.Addr()), "test:"}, "a", 600 * time.Millisecond}
	l, err := s.take(t.Context(), "acme")
	require.NoError(t, err)
	require.NotNil(t, l)
	defer l.release()
	begun := time.Now()
	mr.SetError("down for the test")
	select {
	case <-l.ctx.Done():
	case <-time.After(soon):
	}
	assert.True(t, l.lost(), "it knows why")
	assert.GreaterOrEqual(t, time.Since(begun), 300*time.Millisecond, "one failure is not the end")
}

// Two processes divide the tenants; when one of them ends, the other takes what it may.
func TestTenantsAreDivided(t *testing.T) {
	mr := miniredis.RunT(t)
	box := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: sandbox.Events{PerHour: 10}})
	config := "    max_tenants: 3\n    redis: {url: 'redis://" + mr.Addr() + "', prefix: 'test:', lease: 300ms}\n    tenants:\n"
	for i := range 4 {
		config += tenantOf(box, fmt.Sprintf("tenant%d", i), "tap", "SIEMAll", ", start: 2h")
	}
	holders := func() map[string]int {
		n := map[string]int{}
		for _, k := range mr.Keys() {
			if v, err := mr.Get(k); err == nil && strings.HasSuffix(k, ":lease") {
				n[v]++
			}
		}
		return n
	}
	a, b := &collect{t: t}, &collect{t: t}
	stopA := run(t, config, a.write)
	require.Eventually(t, func() bool { n := holders(); return len(n) == 1 && total(n) == 3 }, soon, often, "the first takes as many as it may")
	run(t, config, b.write)
	require.Eventually(t, func() bool { n := holders(); return len(n) == 2 && total(n) == 4 }, soon, often, "the second takes the rest")
	require.Eventually(t, func() bool { return len(b.all()) > 0 && len(a.all()) > 0 }, soon, often, "both fetch")
	stopA()
	require.Eventually(t, func() bool { n := holders(); return len(n) == 1 && total(n) == 3 }, soon, often, "the second takes over what it may")
}

func total(n map[string]int) (sum int) {
	for _, v := range n {
		sum += v
	}
	return sum
}
