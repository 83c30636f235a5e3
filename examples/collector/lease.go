package collector

import (
	"context"
	"errors"
	"sync"
	"time"
)

var errLeaseLost = errors.New("the lease is lost")

// lease is the right to fetch a tenant, which ctx ends with.
type lease struct {
	ctx     context.Context
	holder  string
	release func()
}

// lost is why a lease ended that another process may hold now; other leases end in order.
func (l *lease) lost() bool { return errors.Is(context.Cause(l.ctx), errLeaseLost) }

// leases are given to one process at a time.
type leases interface {
	// take returns nil when another process holds the lease of a tenant.
	take(ctx context.Context, tenant string) (*lease, error)
	// again is how long to wait until the next try.
	again() time.Duration
}

// alone is the leases of the only process.
type alone struct{}

func (alone) take(ctx context.Context, _ string) (*lease, error) {
	ctx, end := context.WithCancel(ctx)
	return &lease{ctx: ctx, release: end}, nil
}

func (alone) again() time.Duration { return time.Second }

// leaseStore holds leases for a time.
type leaseStore interface {
	// hold takes a lease, or keeps it, and reports false if another holder has it.
	hold(ctx context.Context, tenant, holder string, ttl time.Duration) (bool, error)
	// drop gives a lease back.
	drop(ctx context.Context, tenant, holder string) error
}

// shared leases are renewed three times in their lifetime. One that cannot be renewed ends here
// a third of its lifetime before it expires in the store.
type shared struct {
	store  leaseStore
	holder string // of this process
	ttl    time.Duration
}

func (s shared) again() time.Duration { return s.ttl / 3 }

func (s shared) take(ctx context.Context, tenant string) (*lease, error) {
	asked := time.Now()
	ok, err := s.ask(ctx, tenant)
	if err != nil || !ok {
		return nil, err
	}
	held, end := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { s.renew(held, end, tenant, asked) })
	return &lease{ctx: held, holder: s.holder, release: func() {
		end(nil)
		renewing.Wait()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.ttl/3)
		defer cancel()
		_ = s.store.drop(ctx, tenant, s.holder) // or it ends by itself
	}}, nil
}

func (s shared) ask(ctx context.Context, tenant string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.ttl/3)
	defer cancel()
	return s.store.hold(ctx, tenant, s.holder, s.ttl)
}

func (s shared) renew(ctx context.Context, end context.CancelCauseFunc, tenant string, held time.Time) {
	tick := time.NewTicker(s.ttl / 3)
	defer tick.Stop()
	last := time.AfterFunc(time.Until(held.Add(s.ttl*2/3)), func() { end(errLeaseLost) })
	defer last.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		asked := time.Now()
		switch ok, err := s.ask(ctx, tenant); {
		case err == nil && !ok:
			end(errLeaseLost)
			return
		case err == nil:
			last.Reset(time.Until(asked.Add(s.ttl * 2 / 3)))
		}
	}
}
