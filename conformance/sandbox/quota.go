package sandbox

import (
	"strconv"
	"sync"
	"time"
)

// quota counts the calls of each pool of x-quota.
type quota struct {
	mu   sync.Mutex
	used map[string][]time.Time
}

func (q *quota) reset() {
	q.mu.Lock()
	defer q.mu.Unlock()
	clear(q.used)
}

// spend counts a call. It returns the pool when that is used up, and how long until it holds
// a call again.
func (s *Sandbox) spend(c *call) (pool string, wait time.Duration) {
	if !s.options.Quotas && s.options.Quota == nil {
		return "", 0
	}
	x := extension(c.op, "x-quota")
	name := text(x["pool"])
	if name == "" {
		name = c.op.ID
	}
	calls, err := strconv.Atoi(text(x["calls"]))
	if n, ok := s.options.Quota[name]; ok {
		calls, err = n, nil
	} else if !s.options.Quotas {
		return "", 0
	}
	if err != nil {
		return "", 0
	}
	per, ok := duration(text(x["per"]))
	if !ok {
		per = 24 * time.Hour
	}
	s.quota.mu.Lock()
	defer s.quota.mu.Unlock()
	now, key := s.now(), c.done.API+" "+name
	used := s.quota.used[key]
	for len(used) > 0 && now.Sub(used[0]) >= per {
		used = used[1:]
	}
	if len(used) >= calls {
		s.quota.used[key] = used
		if len(used) == 0 {
			return name, per
		}
		return name, per - now.Sub(used[0])
	}
	s.quota.used[key] = append(used, now)
	return "", 0
}
