package client

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Rule is something that a request must satisfy before it is sent. It looks at the
// query as it goes out, so that it holds for every way to build a request.
type Rule interface {
	check(q url.Values, now time.Time) *RequestError
}

func (d *Doer) check(op *Op, r *http.Request) error {
	q := r.URL.Query()
	for _, rule := range op.Rules {
		if f, ok := rule.(Filter); ok && unfiltered(r.Context()) && !has(q, f.Param) {
			continue
		}
		if err := rule.check(q, d.now()); err != nil {
			err.Operation = op.ID
			return err
		}
	}
	return nil
}

func has(q url.Values, name string) bool { return len(q[name]) > 0 }

func refused(param, reason string) *RequestError {
	return &RequestError{Parameter: param, Reason: reason}
}

// Required parameters must be given.
type Required struct{ Param string }

func (r Required) check(q url.Values, _ time.Time) *RequestError {
	if q.Get(r.Param) == "" {
		return refused(r.Param, "is required")
	}
	return nil
}

// Exclusive parameters exclude each other; with Required one of them must be given.
type Exclusive struct {
	Of       []string
	Required bool
}

func (r Exclusive) check(q url.Values, _ time.Time) *RequestError {
	n := 0
	for _, name := range r.Of {
		if has(q, name) {
			n++
		}
	}
	all := strings.Join(r.Of, ", ")
	switch {
	case n > 1:
		return refused("", "parameters "+all+" exclude each other")
	case n == 0 && r.Required:
		return refused("", "one of the parameters "+all+" is required")
	}
	return nil
}

// Requires is a parameter that makes sense only together with another.
type Requires struct{ Param, Needs string }

func (r Requires) check(q url.Values, _ time.Time) *RequestError {
	if has(q, r.Param) && !has(q, r.Needs) {
		return refused(r.Param, "needs parameter "+r.Needs)
	}
	return nil
}

// AtLeast is the lower bound of a number.
type AtLeast struct {
	Param string
	Min   float64
}

func (r AtLeast) check(q url.Values, _ time.Time) *RequestError {
	if f, err := strconv.ParseFloat(q.Get(r.Param), 64); err == nil && f < r.Min {
		return refused(r.Param, "is below "+strconv.FormatFloat(r.Min, 'f', -1, 64))
	}
	return nil
}

// AtMost is the upper bound of a number.
type AtMost struct {
	Param string
	Max   float64
}

func (r AtMost) check(q url.Values, _ time.Time) *RequestError {
	if f, err := strconv.ParseFloat(q.Get(r.Param), 64); err == nil && f > r.Max {
		return refused(r.Param, "is over "+strconv.FormatFloat(r.Max, 'f', -1, 64))
	}
	return nil
}

// Length bounds the characters of a value; Max 0 is no bound.
type Length struct {
	Param    string
	Min, Max int
}

func (r Length) check(q url.Values, _ time.Time) *RequestError {
	for _, v := range q[r.Param] {
		if n := len([]rune(v)); n < r.Min || r.Max > 0 && n > r.Max {
			return refused(r.Param, "is shorter or longer than allowed")
		}
	}
	return nil
}

// Closed parameters take these values only.
type Closed struct {
	Param  string
	Values []string
}

func (r Closed) check(q url.Values, _ time.Time) *RequestError {
	for _, v := range q[r.Param] {
		for _, s := range strings.Split(v, ",") {
			if !slices.Contains(r.Values, s) {
				return refused(r.Param, "takes only "+strings.Join(r.Values, ", "))
			}
		}
	}
	return nil
}

// Filter is a parameter without which the operation touches everything.
type Filter struct{ Param string }

func (r Filter) check(q url.Values, _ time.Time) *RequestError {
	if strings.TrimSpace(q.Get(r.Param)) == "" {
		return refused(r.Param, "is required: without it the operation touches everything; client.Unfiltered allows that")
	}
	return nil
}

type unfilteredKey struct{}

// Unfiltered lets calls under the context it returns touch everything, where they are
// refused without a filter otherwise, such as a bulk delete.
func Unfiltered(ctx context.Context) context.Context {
	return context.WithValue(ctx, unfilteredKey{}, true)
}

func unfiltered(ctx context.Context) bool { return ctx.Value(unfilteredKey{}) != nil }
