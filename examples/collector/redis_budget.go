package collector

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// redisBudget counts calls for all processes. It is a client.BudgetStore.
type redisBudget struct {
	c      redis.UniversalClient
	prefix string
}

// takeScript keeps the times of calls, in microseconds, in a sorted set. The clock is that of
// Redis, so that processes whose clocks differ count the same period.
var takeScript = redis.NewScript(`
local limit, calls, per = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - per))
local made = redis.call('ZCARD', KEYS[1])
if limit == 0 then return {math.max(0, calls - made), 0} end
if made < limit then
  local at = string.format('%.0f', now)
  redis.call('ZADD', KEYS[1], at, at .. '-' .. made)
  redis.call('PEXPIRE', KEYS[1], math.ceil(per / 1000))
  return {calls - made - 1, 0}
end
local first = redis.call('ZRANGE', KEYS[1], made - limit, made - limit, 'WITHSCORES')
return {-1, tonumber(first[2]) + per - now}`)

// Take implements client.BudgetStore.
func (s redisBudget) Take(ctx context.Context, key string, limit, calls int, per time.Duration, _ time.Time) (int, time.Duration, error) {
	v, err := takeScript.Run(ctx, s.c, []string{s.prefix + "budget:" + key}, limit, calls, per.Microseconds()).Int64Slice()
	if err != nil {
		return 0, 0, err
	}
	return int(v[0]), time.Duration(v[1]) * time.Microsecond, nil
}
