package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Call is what a throttle may know of a call before it is sent.
type Call struct {
	Operation string
	Pool      string        // of the quota that counts it, "" if the document knows none
	Calls     int           // of the pool
	Per       time.Duration // in which they may be made
	Attempt   int           // 1 for the first
}

// CallLimiter is a Limiter that learns which call waits.
type CallLimiter interface {
	WaitCall(context.Context, Call) error
}

// Budget counts the calls of one credential by the quotas that its documents state, over the
// rolling period, and keeps a client inside them. Pass it to Throttle; clients and processes
// with one credential share one, processes through the store.
type Budget struct {
	credential string
	store      BudgetStore
	refuse     bool
	now        func() time.Time
	sleep      func(context.Context, time.Duration) error
}

// BudgetStore holds the times of calls. Take adds a call at now to key if fewer than limit
// were made in the period before, and returns how many are left, or how long until the next
// one is free. A limit of 0 adds nothing and returns how many of calls are left.
type BudgetStore interface {
	Take(ctx context.Context, key string, limit, calls int, per time.Duration, now time.Time) (left int, wait time.Duration, err error)
}

// NewBudget makes a Budget. credential is any name for the credential and no secret; a nil
// store counts in memory. A Budget waits until a call is left; with refuse it returns a
// *QuotaError instead.
func NewBudget(credential string, store BudgetStore, refuse bool) *Budget {
	if store == nil {
		store = &memoryStore{calls: map[string][]time.Time{}}
	}
	return &Budget{credential: credential, store: store, refuse: refuse, now: time.Now, sleep: sleep}
}

// At returns a copy of b with another clock and sleep, for tests.
func (b Budget) At(now func() time.Time, sleep func(context.Context, time.Duration) error) *Budget {
	b.now, b.sleep = now, sleep
	return &b
}

// Left tells how many calls of a pool are left in the running period.
func (b *Budget) Left(ctx context.Context, c Call) (int, error) {
	left, _, err := b.store.Take(ctx, b.key(c), 0, c.Calls, c.Per, b.now())
	return left, err
}

func (b *Budget) key(c Call) string { return b.credential + "/" + c.Pool }

// Wait does not wait: a call without a quota is not counted.
func (b *Budget) Wait(context.Context) error { return nil }

// WaitCall takes a call. The last tenth of a budget, at least one call, is not spent on
// repeating a call that failed.
func (b *Budget) WaitCall(ctx context.Context, c Call) error {
	for c.Calls > 0 {
		limit := c.Calls
		if c.Attempt > 1 {
			limit -= max(1, c.Calls/10)
		}
		left, wait, err := b.store.Take(ctx, b.key(c), max(limit, 1), c.Calls, c.Per, b.now())
		if err != nil || left >= 0 {
			return err
		}
		if b.refuse || c.Attempt > 1 {
			return &QuotaError{Operation: c.Operation, Pool: c.Pool, RetryAfter: wait}
		}
		if err := b.sleep(ctx, wait); err != nil {
			return err
		}
	}
	return nil
}

// QuotaError is a call that was not made because its quota is used up. It matches
// ErrRateLimited.
type QuotaError struct {
	Operation, Pool string
	RetryAfter      time.Duration // until a call is left
}

func (e *QuotaError) Error() string {
	return fmt.Sprintf("%s: the quota %s is used up, the next call is free in %s", e.Operation, e.Pool, e.RetryAfter.Round(time.Second))
}

// Is matches ErrRateLimited.
func (e *QuotaError) Is(target error) bool { return target == ErrRateLimited }

// memoryStore counts in one process.
type memoryStore struct {
	mu    sync.Mutex
	calls map[string][]time.Time
}

// Take implements BudgetStore.
func (s *memoryStore) Take(_ context.Context, key string, limit, calls int, per time.Duration, now time.Time) (int, time.Duration, error) {
	if per <= 0 {
		return 0, 0, errors.New("client: a quota without a period")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	made := s.calls[key]
	for len(made) > 0 && !made[0].After(now.Add(-per)) {
		made = made[1:]
	}
	s.calls[key] = made
	switch {
	case limit == 0:
		return max(0, calls-len(made)), 0, nil
	case len(made) < limit:
		s.calls[key] = append(made, now)
		return calls - len(made) - 1, 0, nil
	}
	return -1, made[len(made)-limit].Add(per).Sub(now), nil
}
