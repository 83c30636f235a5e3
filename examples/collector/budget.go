package collector

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

// budgets has one budget for each credential, however many tenants use it.
type budgets struct {
	store client.BudgetStore // nil for memory
	byKey map[string]*client.Budget
}

// of is the budget of a tenant. Its name is a hash of the credential's id, so that every
// process finds the same one and the id is not shown.
func (b budgets) of(t *tenant) *client.Budget {
	id := t.credentials.id
	if id == "" {
		id = t.name
	}
	sum := sha256.Sum256([]byte(id))
	key := t.api + "/" + hex.EncodeToString(sum[:8])
	if b.byKey[key] == nil {
		b.byKey[key] = client.NewBudget(key, b.store, false)
	}
	return b.byKey[key]
}

// watched is a budget that reports what is left, and why a feed waits.
type watched struct {
	*client.Budget
	tenant string
	outage *outage
	left   interface {
		Set(value int64, labels ...string)
	}
}

// WaitCall takes a call.
func (w watched) WaitCall(ctx context.Context, c client.Call) error {
	b := w.At(time.Now, func(ctx context.Context, d time.Duration) error {
		if d >= tellEvery {
			w.outage.fail(&client.QuotaError{Operation: c.Operation, Pool: c.Pool, RetryAfter: d})
		}
		wait(ctx, d)
		return ctx.Err()
	})
	if err := b.WaitCall(ctx, c); err != nil {
		w.outage.fail(err)
		return err
	}
	if c.Calls == 0 {
		return nil
	}
	if left, err := w.Left(ctx, c); err == nil {
		w.left.Set(int64(left), w.tenant, c.Pool)
	}
	return nil
}
