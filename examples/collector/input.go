package collector

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
	"golang.org/x/sync/semaphore"

	"github.com/threatclients/threatclients-go/client"
)

func init() {
	service.MustRegisterBatchInput("threatclients", spec(), newInput)
	service.MustRegisterCache("threatclients_file", fileCacheSpec(), newFileCache)
}

// input fetches tenants, each in its own goroutine, and hands their batches to Benthos.
type input struct {
	settings   settings
	state      state
	leases     leases
	budgets    budgets
	metrics    *metrics
	log        *service.Logger
	transport  http.RoundTripper // one pool of connections for all tenants
	deliveries chan *delivery
	slots      chan struct{} // for the tenants that this process may fetch
	start      sync.Once
	running    sync.WaitGroup
	stop       context.CancelFunc
	pause      time.Duration // after a feed failed, doubled each time
	close      []func() error
}

const longestPause = time.Hour

func newInput(conf *service.ParsedConfig, resources *service.Resources) (service.BatchInput, error) {
	s, err := parse(conf)
	if err != nil {
		return nil, err
	}
	in := &input{
		settings: s, leases: alone{}, budgets: budgets{byKey: map[string]*client.Budget{}}, metrics: newMetrics(resources.Metrics()),
		log: resources.Logger(), transport: http.DefaultTransport.(*http.Transport).Clone(), deliveries: make(chan *delivery), pause: time.Minute,
	}
	slots := len(s.tenants)
	if s.maxTenants > 0 {
		slots = min(slots, s.maxTenants)
	}
	in.slots = make(chan struct{}, slots)
	for _, t := range s.tenants {
		t.room = semaphore.NewWeighted(int64(s.maxInFlight))
	}
	in.state = cacheState{inFolder(s.directory), s.prefix}
	if s.redis != "" {
		if err := in.share(conf); err != nil {
			return nil, err
		}
	}
	for _, t := range s.tenants {
		t.budget = in.budgets.of(t)
	}
	if s.cache != "" {
		if !resources.HasCache(s.cache) {
			return nil, fmt.Errorf("there is no cache resource %s", s.cache)
		}
		in.state = cacheState{func(ctx context.Context, f func(service.Cache)) error { return resources.AccessCache(ctx, s.cache, f) }, s.prefix}
	}
	return in, nil
}

// Connect implements service.BatchInput. It starts the tenants; what fails is tried again for
// each alone.
func (in *input) Connect(context.Context) error {
	in.start.Do(func() {
		ctx, stop := context.WithCancel(context.Background())
		in.stop = stop
		for _, t := range in.settings.tenants {
			in.running.Go(func() { in.fetch(ctx, t) })
		}
		in.running.Go(func() {
			for tick := time.Tick(5 * time.Second); ; {
				select {
				case now := <-tick:
					in.metrics.measure(now)
				case <-ctx.Done():
					return
				}
			}
		})
	})
	return nil
}

// ReadBatch implements service.BatchInput.
func (in *input) ReadBatch(ctx context.Context) (service.MessageBatch, service.AckFunc, error) {
	select {
	case d := <-in.deliveries:
		index := d.batch.Index()
		return d.batch.Copy(), func(_ context.Context, err error) error {
			d.acknowledge(index, err, in.deliveries)
			return nil
		}, nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

// Close implements service.BatchInput. Benthos has waited for the acknowledgements; the
// checkpoints are stored and the leases given back when it returns.
func (in *input) Close(context.Context) error {
	if in.stop != nil {
		in.stop()
	}
	in.running.Wait()
	in.transport.(*http.Transport).CloseIdleConnections()
	for _, f := range in.close {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// fetch fetches a tenant whenever this process has its lease, until the context ends.
func (in *input) fetch(ctx context.Context, t *tenant) {
	log := in.log.With("tenant", t.name)
	pause := in.pause
	for ctx.Err() == nil {
		in.slots <- struct{}{}
		l, err := in.leases.take(ctx, t.name)
		if l == nil {
			<-in.slots
			if err != nil && ctx.Err() == nil {
				log.Errorf("The lease: %v", err)
			}
			wait(ctx, in.leases.again())
			continue
		}
		begun := time.Now()
		log.Info("Fetching")
		err = in.run(l, t)
		l.release()
		<-in.slots
		switch {
		case ctx.Err() != nil:
		case l.lost():
			log.Warn("Another process may fetch this tenant now")
		default:
			if time.Since(begun) > longestPause {
				pause = in.pause
			}
			log.Errorf("The feed ended, and begins again in %s: %v", pause, err)
			in.metrics.failures.Incr(1, t.name)
			wait(ctx, pause)
			pause = min(2*pause, longestPause)
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// optionsOf are the options of a tenant's client.
func (in *input) optionsOf(t *tenant, o *outage) []client.Option {
	log := in.log.With("tenant", t.name)
	var told sync.Map
	return append([]client.Option{
		client.Transport(in.transport),
		client.Throttle(watched{t.budget, t.name, o, in.metrics.callsLeft}),
		client.OnAttempt(o.attempt),
		client.OnGap(func(g client.Gap) bool {
			log.Warnf("Cannot be read from %s to %s: %v", g.From.Format(time.RFC3339), g.To.Format(time.RFC3339), g.Err)
			return in.settings.passGaps
		}),
		client.OnMismatch(func(m client.Mismatch) {
			in.metrics.mismatches.Incr(1, t.name)
			if _, again := told.LoadOrStore(m.Operation+m.Pointer, true); !again {
				log.Warnf("%s leaves its specification at %s: wanted %s, got %s", m.Operation, m.Pointer, m.Want, m.Got)
			}
		}),
	}, t.options...)
}
