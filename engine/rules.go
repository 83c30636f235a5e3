package engine

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

// Rule is something that a request must satisfy before it is sent. It looks at the
// query as it goes out, so that it holds for every way to build a request.
type Rule interface {
	check(q url.Values, now time.Time) *client.RequestError
}

func (p *Pipeline) check(op *Operation, r *http.Request) error {
	if r.URL.RawQuery == "" && len(op.Rules) == 0 {
		return nil
	}
	q := r.URL.Query()
	for _, rule := range op.Rules {
		if f, ok := rule.(FilterRequired); ok && client.IsUnfiltered(r.Context()) && !q.Has(f.Param) {
			continue
		}
		if h, ok := rule.(RequiredHeader); ok && p.carries(r, h.Name) {
			continue
		}
		if err := rule.check(q, p.config.Now()); err != nil {
			err.Operation = op.ID
			return err
		}
	}
	if p.config.Check == nil {
		return nil
	}
	for name, values := range q {
		for _, v := range values {
			if err := p.config.Check(op.ID, name, v); err != nil {
				return &client.RequestError{Operation: op.ID, Parameter: name, Reason: "is refused", Err: err}
			}
		}
	}
	return nil
}

func refuse(param, reason string) *client.RequestError {
	return &client.RequestError{Parameter: param, Reason: reason}
}

// Required parameters must be given.
type Required struct{ Param string }

func (r Required) check(q url.Values, _ time.Time) *client.RequestError {
	if q.Get(r.Param) == "" {
		return refuse(r.Param, "is required")
	}
	return nil
}

// RequiredHeader must be given, by a parameter, an editor or client.Header.
type RequiredHeader struct{ Name string }

func (r RequiredHeader) check(url.Values, time.Time) *client.RequestError {
	return refuse(r.Name, "is required")
}

// carries reports whether a request has a header that is not empty, or will get it from the client.
func (p *Pipeline) carries(r *http.Request, name string) bool {
	if values := r.Header.Values(name); len(values) > 0 {
		return strings.TrimSpace(values[0]) != ""
	}
	return p.config.Header.Get(name) != ""
}

// Exclusive parameters exclude each other; with Required one of them must be given.
type Exclusive struct {
	Of       []string
	Required bool
}

func (r Exclusive) check(q url.Values, _ time.Time) *client.RequestError {
	given := slices.DeleteFunc(slices.Clone(r.Of), func(name string) bool { return !q.Has(name) })
	all := strings.Join(r.Of, ", ")
	switch {
	case len(given) > 1:
		return refuse("", "parameters "+all+" exclude each other")
	case len(given) == 0 && r.Required:
		return refuse("", "one of the parameters "+all+" is required")
	}
	return nil
}

// Requires is a parameter that is valid only together with another.
type Requires struct{ Param, Needs string }

func (r Requires) check(q url.Values, _ time.Time) *client.RequestError {
	if q.Has(r.Param) && !q.Has(r.Needs) {
		return refuse(r.Param, "needs parameter "+r.Needs)
	}
	return nil
}

// Minimum is the lower bound of a number.
type Minimum struct {
	Param string
	Min   float64
}

func (r Minimum) check(q url.Values, _ time.Time) *client.RequestError {
	if f, err := strconv.ParseFloat(q.Get(r.Param), 64); err == nil && f < r.Min {
		return refuse(r.Param, "is below "+strconv.FormatFloat(r.Min, 'f', -1, 64))
	}
	return nil
}

// Maximum is the upper bound of a number.
type Maximum struct {
	Param string
	Max   float64
}

func (r Maximum) check(q url.Values, _ time.Time) *client.RequestError {
	if f, err := strconv.ParseFloat(q.Get(r.Param), 64); err == nil && f > r.Max {
		return refuse(r.Param, "is over "+strconv.FormatFloat(r.Max, 'f', -1, 64))
	}
	return nil
}

// Length bounds the characters of a value; Max 0 is no bound.
type Length struct {
	Param    string
	Min, Max int
}

func (r Length) check(q url.Values, _ time.Time) *client.RequestError {
	for _, v := range q[r.Param] {
		if n := len([]rune(v)); n < r.Min || r.Max > 0 && n > r.Max {
			return refuse(r.Param, "is shorter or longer than allowed")
		}
	}
	return nil
}

// OneOf is a parameter that takes these values only.
type OneOf struct {
	Param  string
	Values []string
}

func (r OneOf) check(q url.Values, _ time.Time) *client.RequestError {
	for _, v := range q[r.Param] {
		for _, s := range strings.Split(v, ",") {
			if !slices.Contains(r.Values, s) {
				return refuse(r.Param, "takes only "+strings.Join(r.Values, ", "))
			}
		}
	}
	return nil
}

// FilterRequired is a filter without which the operation affects every element.
type FilterRequired struct{ Param string }

func (r FilterRequired) check(q url.Values, _ time.Time) *client.RequestError {
	if strings.TrimSpace(q.Get(r.Param)) == "" {
		return refuse(r.Param, "is required: without it the operation touches everything; client.Unfiltered allows that")
	}
	return nil
}
