package sandbox

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// faults are those that are active.
type faults struct {
	mu   sync.Mutex
	list []Fault
}

// Fail adds a fault.
func (s *Sandbox) Fail(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, f)
}

// Heal ends all faults, and gives the quotas back.
func (s *Sandbox) Heal() {
	s.faults.mu.Lock()
	s.faults.list = nil
	s.faults.mu.Unlock()
	s.quota.reset()
}

func (fs *faults) skew() (d time.Duration) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, f := range fs.list {
		d += f.Skew
	}
	return d
}

// meets returns the first fault that strikes a call.
func (fs *faults) meets(c *call) *Fault {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i := range fs.list {
		f := &fs.list[i]
		if f.API != "" && f.API != c.done.API || !f.on(c) {
			continue
		}
		f.met++
		if f.First > 0 && f.met > f.First || f.Every > 1 && f.met%f.Every != 0 || f.Chance > 0 && rand.Float64() >= f.Chance {
			continue
		}
		hit := *f
		return &hit
	}
	return nil
}

func (f *Fault) on(c *call) bool {
	method, pattern, ok := strings.Cut(f.On, " ")
	switch {
	case f.On == "":
		return true
	case !ok:
		return f.On == c.op.ID
	}
	whole := c.SentPath()
	return method == c.Method && (glob(pattern, whole) || glob(pattern, c.below))
}

// disturb applies a fault to a call: one of the list, or one that the request asks for with
// Prefer. It returns an answer when the fault is one.
func (s *Sandbox) disturb(c *call) *reply {
	c.fault = s.faults.meets(c)
	for name, value := range preferences(c.Request.Request) {
		if name == "example" || name == "wait" || name == "" {
			continue
		}
		f := Fault{}
		if c.fault != nil {
			f = *c.fault
		}
		if f.set(name, value) == nil && !isDigits(name) {
			c.fault = &f
		}
	}
	f := c.fault
	if f != nil {
		c.note("a fault was asked for")
		if f.Delay > 0 {
			select {
			case <-time.After(f.Delay):
			case <-c.Context().Done():
			}
		}
		if f.Status > 0 {
			return c.service.failing(c, f.Status, f.RetryAfter)
		}
	}
	if pool, wait := s.spend(c); pool != "" {
		return c.service.failing(c, http.StatusTooManyRequests, strconv.Itoa(int(wait/time.Second)+1))
	}
	return nil
}

// failing is an answer with a status: an exchange of it, else the service's form.
func (sv *apiServer) failing(c *call, status int, retryAfter string) *reply {
	e := c.book.failure(c.op, status)
	var a *reply
	if e != nil {
		c.done.Source = e.File
		a = replyOf(e)
	} else {
		a = sv.refuse(c, status, http.StatusText(status)+", as the sandbox was asked to say")
	}
	if retryAfter != "" {
		a.header.Set("Retry-After", retryAfter)
	}
	c.done.Reason = "asked for: " + strconv.Itoa(status)
	return a
}
