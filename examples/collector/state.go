package collector

import (
	"context"
	"errors"

	"github.com/redpanda-data/benthos/v4/public/service"
)

// state holds the checkpoints of tenants.
type state interface {
	// load returns the checkpoint of a tenant, and false if there is none.
	load(ctx context.Context, tenant string) (checkpoint, bool, error)
	// save stores a checkpoint for the holder of a tenant's lease.
	save(ctx context.Context, tenant, holder string, c checkpoint) error
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

func (s cacheState) load(ctx context.Context, tenant string) (at checkpoint, found bool, err error) {
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

func (s cacheState) save(ctx context.Context, tenant, _ string, at checkpoint) error {
	return s.access(ctx, func(c service.Cache) error { return c.Set(ctx, s.prefix+tenant, at.text(), nil) })
}
