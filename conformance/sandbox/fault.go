package sandbox

import (
	"fmt"
	"path"
	"slices"
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

// set reads one attribute. A bare number is a status. A value with which the fault could never
// strike is refused.
func (f *Fault) set(name, value string) (err error) {
	good := true
	switch name {
	case "code", "status":
		f.Status, err = strconv.Atoi(value)
		good = f.Status >= 200 && f.Status <= 599
	case "retry-after":
		f.RetryAfter = value
	case "delay":
		f.Delay, err = time.ParseDuration(value)
		good = f.Delay > 0
	case "slow":
		f.Slow, err = time.ParseDuration(value)
		good = f.Slow > 0
	case "skew":
		f.Skew, err = time.ParseDuration(value)
	case "cut":
		f.Cut, err = strconv.Atoi(value)
		good = f.Cut > 0
	case "type":
		f.Type = value
	case "first":
		f.First, err = strconv.Atoi(value)
		good = f.First > 0
	case "every":
		f.Every, err = strconv.Atoi(value)
		good = f.Every > 0
	case "chance":
		f.Chance, err = strconv.ParseFloat(value, 64)
		good = f.Chance > 0 && f.Chance <= 1
	case "api":
		f.API = value
	default:
		if _, err := strconv.Atoi(name); err != nil || value != "" {
			return fmt.Errorf("no attribute %q", name)
		}
		return f.set("status", name)
	}
	if err == nil && !good {
		err = fmt.Errorf("%s=%s is out of range", name, value)
	}
	return err
}

// known refuses a fault for calls that no API of this sandbox has.
func (s *Sandbox) known(f Fault) error {
	method, pattern, isPath := strings.Cut(f.On, " ")
	served := false
	for _, sv := range s.services {
		if f.API != "" && f.API != sv.name {
			continue
		}
		served = true
		switch {
		case f.On == "", isPath && sv.outline.meets(pattern):
			return nil
		case !isPath && slices.Contains(sv.outline.operations, f.On):
			return nil
		}
	}
	switch {
	case !served:
		return unknownAPI(f.API)
	case isPath:
		return fmt.Errorf("no operation %s %s for a fault", method, pattern)
	}
	return fmt.Errorf("no operation %s for a fault", f.On)
}

// meets reports that a pattern with * can be the path of an operation, with the base or without.
func (o outline) meets(pattern string) bool {
	for _, p := range []string{pattern, strings.TrimPrefix(pattern, o.base)} {
		parts := strings.Split(strings.Trim(p, "/"), "/")
		for _, t := range o.templates {
			if alike(parts, t) {
				return true
			}
		}
	}
	return strings.HasSuffix(pattern, "*") && strings.HasPrefix(o.base, strings.TrimSuffix(pattern, "*"))
}

func alike(pattern, template []string) bool {
	for i, part := range pattern {
		switch {
		case i == len(pattern)-1 && strings.HasSuffix(part, "*"):
			head := strings.TrimSuffix(part, "*")
			return head == "" || i < len(template) && (strings.Contains(template[i], "{") || strings.HasPrefix(template[i], head))
		case i >= len(template):
			return false
		case part != template[i] && !strings.Contains(part, "*") && !strings.Contains(template[i], "{"):
			return false
		}
	}
	return len(pattern) == len(template)
}

// glob matches as path.Match does, and a * at the end also deeper paths.
func glob(pattern, p string) bool {
	if ok, err := path.Match(pattern, p); ok && err == nil {
		return true
	}
	head, ok := strings.CutSuffix(pattern, "*")
	return ok && strings.HasPrefix(p, head)
}
