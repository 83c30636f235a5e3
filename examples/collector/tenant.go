package collector

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
	"golang.org/x/sync/semaphore"

	"github.com/threatclients/threatclients-go/client"
)

// tenant is one feed of one customer.
type tenant struct {
	name, api, feed string
	identity        string // of the feed, in its checkpoint
	credentials     credentials
	connect         connection
	start           func(now time.Time) time.Time
	options         []client.Option
	budget          *client.Budget
	// room bounds the messages that are not acknowledged, over all leases: what an output
	// holds back does not grow when a feed begins anew.
	room *semaphore.Weighted
}

// run fetches a tenant until the lease ends or the feed fails.
func (in *input) run(l *lease, t *tenant) error {
	sign, err := t.credentials.sign()
	if err != nil {
		return err
	}
	o := &outage{log: in.log.With("tenant", t.name), now: time.Now}
	open, err := t.connect(sign, in.optionsOf(t, o)...)
	if err != nil {
		return err
	}
	at, err := in.resume(l, t) // after connecting, which refuses a server with credentials in its URL
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	p := newProgress(at)
	in.metrics.holds(t.name, p)
	kept := make(chan struct{})
	ctx, cancel := context.WithCancel(l.ctx)
	go func() {
		defer close(kept)
		in.keep(ctx, l, t, p)
	}()
	defer func() {
		cancel()
		<-kept
		in.metrics.holds(t.name, nil)
	}()
	var batch service.MessageBatch
	kinds := map[string]int64{}
	for it, err := range open(l.ctx, at) {
		if err != nil {
			return errors.Join(err, in.deliver(l, t, p, batch, at, kinds))
		}
		o.over()
		at = it.checkpoint
		if it.message != nil {
			it.message.MetaSetMut("tenant", t.name)
			batch = append(batch, it.message)
			kinds[it.kind]++
		}
		if len(batch) == in.settings.batch || it.message == nil {
			if err := in.deliver(l, t, p, batch, at, kinds); err != nil {
				return err
			}
			batch, kinds = nil, map[string]int64{}
		}
	}
	return nil
}

// deliver hands a batch to the pipeline as soon as the tenant has room for it. Behind it the
// feed is at the checkpoint.
func (in *input) deliver(l *lease, t *tenant, p *progress, batch service.MessageBatch, checkpoint time.Time, kinds map[string]int64) error {
	if len(batch) == 0 {
		p.done(p.add(checkpoint))
		return nil
	}
	if err := t.room.Acquire(l.ctx, int64(len(batch))); err != nil {
		return err
	}
	q := p.add(checkpoint)
	size := int64(len(batch))
	d := &delivery{ctx: l.ctx, batch: batch, settle: func(delivered bool) {
		t.room.Release(size)
		if !delivered { // the checkpoint stays before it
			return
		}
		p.done(q)
		for kind, n := range kinds {
			in.metrics.events.Incr(n, t.name, kind)
		}
	}}
	select {
	case in.deliveries <- d:
		return nil
	case <-l.ctx.Done():
		d.settle(false)
		return l.ctx.Err()
	}
}

// keep stores the newest checkpoint whenever it moves, and once more at the end unless the
// lease is lost.
func (in *input) keep(ctx context.Context, l *lease, t *tenant, p *progress) {
	save := func(ctx context.Context) error {
		err := in.state.save(ctx, t.name, l.holder, checkpoint{p.checkpoint(), t.identity})
		if err != nil {
			in.log.With("tenant", t.name).Errorf("The checkpoint is not stored: %v", err)
		}
		return err
	}
	stored := p.checkpoint()
	for {
		select {
		case <-p.moved:
			at := p.checkpoint()
			if save(ctx) == nil {
				stored = at
				continue
			}
			select { // again later, with a newer one then
			case <-time.After(time.Second):
				select {
				case p.moved <- struct{}{}:
				default:
				}
			case <-ctx.Done():
			}
		case <-ctx.Done():
			if !l.lost() && p.checkpoint().After(stored) {
				last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
				_ = save(last)
				cancel()
			}
			return
		}
	}
}
