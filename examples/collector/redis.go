package collector

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redpanda-data/benthos/v4/public/service"
)

// share lets processes divide the tenants among them, over one Redis.
func (in *input) share(conf *service.ParsedConfig) error {
	o, err := redis.ParseURL(in.settings.redis)
	if err != nil {
		return errors.New("redis: the url cannot be read") // the error would show its password
	}
	prefix, err := conf.FieldString("redis", "prefix")
	if err != nil {
		return err
	}
	o.ContextTimeoutEnabled = true
	c := redis.NewClient(o)
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	holder := fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text())
	in.state = redisState{c, prefix}
	in.leases = shared{redisLeases{c, prefix}, holder, in.settings.lease}
	in.budgets.store = redisBudget{c, prefix}
	in.close = append(in.close, c.Close)
	return nil
}

// Keys of one tenant have one hash tag, so that a cluster holds them in one place.
func leaseKey(prefix, tenant string) string { return prefix + "{" + tenant + "}:lease" }

// redisState keeps checkpoints beside the leases, and takes them from the holder only: a process
// that lost its lease unnoticed cannot change them.
type redisState struct {
	c      redis.UniversalClient
	prefix string
}

func (s redisState) key(tenant string) string { return s.prefix + "{" + tenant + "}:checkpoint" }

var saveScript = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2])
return 1`)

func (s redisState) save(ctx context.Context, tenant, holder string, at checkpoint) error {
	n, err := saveScript.Run(ctx, s.c, []string{leaseKey(s.prefix, tenant), s.key(tenant)}, holder, at.text()).Int()
	if err == nil && n == 0 {
		return errLeaseLost
	}
	return err
}

func (s redisState) load(ctx context.Context, tenant string) (checkpoint, bool, error) {
	text, err := s.c.Get(ctx, s.key(tenant)).Result()
	if errors.Is(err, redis.Nil) {
		return checkpoint{}, false, nil
	}
	if err != nil {
		return checkpoint{}, false, err
	}
	at, err := parseCheckpoint(tenant, []byte(text))
	return at, true, err
}

// redisLeases holds each lease under a key that ends by itself.
type redisLeases struct {
	c      redis.UniversalClient
	prefix string
}

var holdScript = redis.NewScript(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`)

func (s redisLeases) hold(ctx context.Context, tenant, holder string, ttl time.Duration) (bool, error) {
	n, err := holdScript.Run(ctx, s.c, []string{leaseKey(s.prefix, tenant)}, holder, ttl.Milliseconds()).Int()
	return n == 1, err
}

var dropScript = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`)

func (s redisLeases) drop(ctx context.Context, tenant, holder string) error {
	return dropScript.Run(ctx, s.c, []string{leaseKey(s.prefix, tenant)}, holder).Err()
}
