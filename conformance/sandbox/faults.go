package sandbox

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is something that goes wrong with some calls. Members may be combined; a status alone
// is answered with an exchange of that status where there is one.
type Fault struct {
	API        string        `json:"api,omitempty"`        // any when empty
	On         string        `json:"on,omitempty"`         // an operationId, or a method and a path with *; any when empty
	Status     int           `json:"status,omitempty"`     // of the answer
	RetryAfter string        `json:"retryAfter,omitempty"` // header of that answer
	Delay      time.Duration `json:"delay,omitempty"`      // before the answer
	Slow       time.Duration `json:"slow,omitempty"`       // over which the body is spread
	Cut        int           `json:"cut,omitempty"`        // bytes of the body after which the connection breaks
	Type       string        `json:"type,omitempty"`       // Content-Type instead of the right one
	Skew       time.Duration `json:"skew,omitempty"`       // of the server's clock; holds for all calls
	First      int           `json:"first,omitempty"`      // only this many calls
	Every      int           `json:"every,omitempty"`      // only every nth call
	Chance     float64       `json:"chance,omitempty"`     // only this share of the calls, 0 to 1

	met int
}

// ParseFault reads "what=attributes", such as "GET /v2/siem/*=429,retry-after=2,first=3" or
// "=delay=1s,every=10" for all calls.
func ParseFault(s string) (Fault, error) {
	on, rest, ok := strings.Cut(s, "=")
	if !ok {
		return Fault{}, fmt.Errorf("fault %q is not of the form what=attributes", s)
	}
	f := Fault{On: on}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if err := f.set(strings.ToLower(name), value); err != nil {
			return f, fmt.Errorf("fault %q: %w", s, err)
		}
	}
	return f, nil
}

// set reads one attribute. A bare number is a status.
func (f *Fault) set(name, value string) (err error) {
	switch name {
	case "code", "status":
		f.Status, err = strconv.Atoi(value)
	case "retry-after":
		f.RetryAfter = value
	case "delay":
		f.Delay, err = time.ParseDuration(value)
	case "slow":
		f.Slow, err = time.ParseDuration(value)
	case "skew":
		f.Skew, err = time.ParseDuration(value)
	case "cut":
		f.Cut, err = strconv.Atoi(value)
	case "type":
		f.Type = value
	case "first":
		f.First, err = strconv.Atoi(value)
	case "every":
		f.Every, err = strconv.Atoi(value)
	case "chance":
		f.Chance, err = strconv.ParseFloat(value, 64)
	case "api":
		f.API = value
	default:
		if f.Status, err = strconv.Atoi(name); err != nil {
			err = fmt.Errorf("no attribute %q", name)
		}
	}
	return err
}

// faults are those in force.
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

// glob matches as path.Match does, and a * at the end also deeper paths.
func glob(pattern, p string) bool {
	if ok, err := path.Match(pattern, p); ok && err == nil {
		return true
	}
	head, ok := strings.CutSuffix(pattern, "*")
	return ok && strings.HasPrefix(p, head)
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
