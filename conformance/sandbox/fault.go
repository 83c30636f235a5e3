package sandbox

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
)

// Fault is a failure that some calls meet. Members may be combined; a status alone
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

// glob matches as path.Match does, and a * at the end also deeper paths.
func glob(pattern, p string) bool {
	if ok, err := path.Match(pattern, p); ok && err == nil {
		return true
	}
	head, ok := strings.CutSuffix(pattern, "*")
	return ok && strings.HasPrefix(p, head)
}
