package client

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// budgetAt is a budget whose clock moves only while it sleeps.
func budgetAt(store BudgetStore, refuse bool) (b *Budget, now *time.Time, slept *[]time.Duration) {
	at := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	now, slept = &at, new([]time.Duration)
	return NewBudget("credential", store, refuse).At(func() time.Time { return *now }, func(ctx context.Context, d time.Duration) error {
		if *slept = append(*slept, d); len(*slept) > 9 {
			return errors.New("it sleeps without end")
		}
		*now = now.Add(d)
		return ctx.Err()
	}), now, slept
}

// A call beyond the quota waits until the oldest one is a period ago, to the moment.
func TestBudgetWaits(t *testing.T) {
	b, now, slept := budgetAt(nil, false)
	c := Call{Operation: "listThings", Pool: "things", Calls: 2, Per: time.Hour, Attempt: 1}
	for _, want := range []int{2, 1, 0} {
		left, err := b.Left(t.Context(), c)
		require.NoError(t, err)
		assert.Equal(t, want, left, "calls left")
		if want > 0 {
			require.NoError(t, b.WaitCall(t.Context(), c))
			*now = now.Add(10 * time.Minute)
		}
	}
	require.NoError(t, b.WaitCall(t.Context(), c))
	assert.Equal(t, []time.Duration{40 * time.Minute}, *slept, "until the first call is an hour ago")
	left, err := b.Left(t.Context(), c)
	require.NoError(t, err)
	assert.Zero(t, left, "the second call and this one count")

	other := c
	other.Pool = "others"
	require.NoError(t, b.WaitCall(t.Context(), other))
	require.NoError(t, b.Wait(t.Context()))
	require.NoError(t, b.WaitCall(t.Context(), Call{Operation: "without a quota"}))
	assert.Len(t, *slept, 1, "what counts elsewhere, or nowhere, does not wait")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, b.WaitCall(ctx, c), context.Canceled)
}

// The last tenth, at least one call, is not spent on repeating.
func TestBudgetKeepsSomeFromRepeating(t *testing.T) {
	for _, c := range []struct{ calls, repeated int }{{1, 1}, {2, 1}, {10, 9}, {19, 18}, {20, 18}, {50, 45}} {
		b, _, slept := budgetAt(nil, false)
		call := Call{Operation: "listThings", Pool: "things", Calls: c.calls, Per: time.Hour, Attempt: 2}
		for n := range c.repeated {
			require.NoError(t, b.WaitCall(t.Context(), call), "%d of %d", n, c.calls)
		}
		var q *QuotaError
		require.ErrorAs(t, b.WaitCall(t.Context(), call), &q, "repetition %d of %d calls", c.repeated+1, c.calls)
		assert.Equal(t, QuotaError{Operation: "listThings", Pool: "things", RetryAfter: time.Hour}, *q)
		assert.Empty(t, *slept, "a repetition does not wait")
		call.Attempt = 1
		left, err := b.Left(t.Context(), call)
		require.NoError(t, err)
		assert.Equal(t, c.calls-c.repeated, left, "of %d", c.calls)
		for range left {
			require.NoError(t, b.WaitCall(t.Context(), call))
		}
		assert.Empty(t, *slept, "a first attempt may take all %d", c.calls)
	}
}

// With refuse a used-up quota is an error that says when a call is free.
func TestBudgetRefuses(t *testing.T) {
	b, now, slept := budgetAt(nil, true)
	c := Call{Operation: "listThings", Pool: "things", Calls: 1, Per: time.Hour, Attempt: 1}
	require.NoError(t, b.WaitCall(t.Context(), c))
	*now = now.Add(59*time.Minute + 30*time.Second + 400*time.Millisecond)
	err := b.WaitCall(t.Context(), c)
	require.ErrorIs(t, err, ErrRateLimited)
	assert.NotErrorIs(t, err, ErrInvalid)
	assert.Equal(t, "listThings: the quota things is used up, the next call is free in 30s", err.Error())
	*now = now.Add(29600 * time.Millisecond)
	require.NoError(t, b.WaitCall(t.Context(), c), "a call that is a whole period ago counts no more")
	assert.Empty(t, *slept)
	c.Per = 0
	assert.ErrorContains(t, b.WaitCall(t.Context(), c), "without a period")
}

// brokenStore answers nothing.
type brokenStore struct{ asked []string }

var errStore = errors.New("the store is away")

func (s *brokenStore) Take(_ context.Context, key string, _, _ int, _ time.Duration, _ time.Time) (int, time.Duration, error) {
	s.asked = append(s.asked, key)
	return -1, 0, errStore
}

// A store is asked by credential and pool; its error ends the call.
func TestBudgetOfAStore(t *testing.T) {
	s := &brokenStore{}
	b := NewBudget("credential", s, false)
	c := Call{Pool: "things", Calls: 1, Per: time.Hour, Attempt: 1}
	require.ErrorIs(t, b.WaitCall(t.Context(), c), errStore)
	_, err := b.Left(t.Context(), c)
	require.ErrorIs(t, err, errStore)
	assert.Equal(t, []string{"credential/things", "credential/things"}, s.asked)
}

// The store in memory says what of all calls is left after one is taken, and how long until
// one below the limit is free.
func TestMemoryStore(t *testing.T) {
	s := &memoryStore{calls: map[string][]time.Time{}}
	now := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	for _, want := range []struct {
		left int
		wait time.Duration
	}{{4, 0}, {3, 0}, {2, 0}, {-1, 57 * time.Minute}} {
		left, wait, err := s.Take(t.Context(), "key", 3, 5, time.Hour, now)
		require.NoError(t, err)
		assert.Equal(t, want.left, left, "calls left at %s", now)
		assert.Equal(t, want.wait, wait, "at %s", now)
		now = now.Add(time.Minute)
	}
}
