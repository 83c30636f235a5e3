package collector

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/client"
)

// gauge is what is left of a pool, as a metric would show it.
type gauge struct {
	mu   sync.Mutex
	seen map[string]int64
}

func (g *gauge) Set(value int64, labels ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen[strings.Join(labels, "/")] = value
}

// What is left is told with each call, by tenant and pool; a call that no quota counts tells
// nothing.
func TestCallsLeftAreTold(t *testing.T) {
	g := &gauge{seen: map[string]int64{}}
	w := watched{client.NewBudget("tap/principal", nil, true), "acme", &outage{now: time.Now}, g}
	for range 3 {
		assert.NoError(t, w.WaitCall(t.Context(), campaigns), "a call")
	}
	assert.NoError(t, w.WaitCall(context.Background(), client.Call{Operation: "listIndicators", Attempt: 1}), "a call without a quota")
	assert.Equal(t, map[string]int64{"acme/campaignIds": 47}, g.seen, "calls that are left of 50")
}

// Tenants of one credential share a budget, and others do not.
func TestBudgetsOfCredentials(t *testing.T) {
	b := budgets{byKey: map[string]*client.Budget{}}
	of := func(api, id string) *client.Budget {
		return b.of(&tenant{name: "acme", api: api, credentials: credentials{id: id}})
	}
	assert.Same(t, of("tap", "one"), of("tap", "one"), "two feeds of one credential")
	assert.NotSame(t, of("tap", "one"), of("tap", "two"), "two credentials")
	assert.NotSame(t, of("tap", "one"), of("essentialsthreat", "one"), "two APIs")
	for key := range b.byKey {
		assert.NotContains(t, key, "one", "a key shows nothing of a credential")
	}
}

// The lag is that of the checkpoint, also of a feed that stands still; a tenant that another
// process fetches has none here.
func TestLag(t *testing.T) {
	at := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	m := newMetrics(nil)
	m.holds("acme", newProgress(at))
	m.holds("new", newProgress(client.Oldest()))
	assert.Equal(t, map[string]int64{"acme": 3600}, m.lags(at.Add(time.Hour)), "seconds behind now")
	m.holds("acme", nil)
	assert.Empty(t, m.lags(at.Add(time.Hour)), "after the lease")
}
