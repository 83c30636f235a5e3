package collector

import (
	"sync"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"

	"github.com/threatclients/threatclients-go/client"
)

// metrics are what an operator sees of the tenants.
type metrics struct {
	events, failures, mismatches *service.MetricCounter
	lag, callsLeft, holding      *service.MetricGauge

	mu    sync.Mutex
	since map[string]*progress // of the tenants that this process fetches
}

func newMetrics(m *service.Metrics) *metrics {
	return &metrics{
		events:     m.NewCounter("threatclients_messages_acknowledged", "tenant", "kind"),
		failures:   m.NewCounter("threatclients_feed_failures", "tenant"),
		mismatches: m.NewCounter("threatclients_mismatches", "tenant"),
		lag:        m.NewGauge("threatclients_lag_seconds", "tenant"),
		callsLeft:  m.NewGauge("threatclients_calls_left", "tenant", "pool"),
		holding:    m.NewGauge("threatclients_holding", "tenant"),
		since:      map[string]*progress{},
	}
}

// holds notes that this process fetches a tenant; p is nil when it does no longer.
func (m *metrics) holds(tenant string, p *progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p == nil {
		delete(m.since, tenant)
		m.holding.Set(0, tenant)
		m.lag.Set(0, tenant) // whoever fetches it now reports it
		return
	}
	m.since[tenant] = p
	m.holding.Set(1, tenant)
}

// lags are the seconds between the checkpoints and now, of stalled feeds too.
func (m *metrics) lags(now time.Time) map[string]int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := map[string]int64{}
	for tenant, p := range m.since {
		if at := p.checkpoint(); !at.Equal(client.Oldest()) {
			all[tenant] = int64(now.Sub(at).Seconds())
		}
	}
	return all
}

// measure reports the lags.
func (m *metrics) measure(now time.Time) {
	for tenant, seconds := range m.lags(now) {
		m.lag.Set(seconds, tenant)
	}
}
