package collector

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
)

// state holds the checkpoints of tenants.
type state interface {
	// load returns the checkpoint of a tenant, and false if there is none.
	load(ctx context.Context, tenant string) (time.Time, bool, error)
	// save stores a checkpoint for the holder of a tenant's lease.
	save(ctx context.Context, tenant, holder string, at time.Time) error
}

// cacheState keeps checkpoints in a cache: a resource of the configuration, or a folder.
type cacheState struct {
	use    func(context.Context, func(service.Cache)) error
	prefix string
}

// inFolder uses a folder that is no resource.
func inFolder(directory string) func(context.Context, func(service.Cache)) error {
	return func(_ context.Context, f func(service.Cache)) error {
		f(fileCache{directory})
		return nil
	}
}

func (s cacheState) access(ctx context.Context, f func(service.Cache) error) error {
	var inner error
	if err := s.use(ctx, func(c service.Cache) { inner = f(c) }); err != nil {
		return err
	}
	return inner
}

func (s cacheState) load(ctx context.Context, tenant string) (at time.Time, found bool, err error) {
	err = s.access(ctx, func(c service.Cache) error {
		b, err := c.Get(ctx, s.prefix+tenant)
		if errors.Is(err, service.ErrKeyNotFound) {
			return nil
		}
		if err == nil {
			found = true
			at, err = parseCheckpoint(tenant, b)
		}
		return err
	})
	return at, found, err
}

func (s cacheState) save(ctx context.Context, tenant, _ string, at time.Time) error {
	return s.access(ctx, func(c service.Cache) error { return c.Set(ctx, s.prefix+tenant, formatCheckpoint(at), nil) })
}

func formatCheckpoint(at time.Time) []byte { return []byte(at.UTC().Format(time.RFC3339)) }

// parseCheckpoint returns an error for a text that it cannot read. Treating it as no checkpoint
// would restart the tenant at its start and lose what lies between.
func parseCheckpoint(tenant string, b []byte) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, string(b))
	if err != nil {
		return at, fmt.Errorf("the checkpoint of %s is no time; put one there, such as 2026-01-15T09:00:00Z", tenant)
	}
	return at, nil
}
