package engine

import (
	"net/url"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

// Range is two instants that run forward, at least Min and at most Max apart (ISO 8601
// durations, "" for no bound). An absent To is now.
type Range struct{ From, To, Min, Max string }

func (r Range) check(q url.Values, now time.Time) *client.RequestError {
	from, ok := parseInstant(q.Get(r.From))
	if !ok {
		return nil
	}
	to, ok := parseInstant(q.Get(r.To))
	if !ok {
		to = now
	}
	return between(r.From, to.Sub(from), r.Min, r.Max)
}

// Age is an instant that lies at least Min and at most Max before now.
type Age struct{ Param, Min, Max string }

func (r Age) check(q url.Values, now time.Time) *client.RequestError {
	if !q.Has(r.Param) {
		return nil
	}
	t, ok := parseInstant(q.Get(r.Param))
	if !ok {
		return refuse(r.Param, "is not an ISO 8601 instant")
	}
	return between(r.Param, now.Sub(t), r.Min, r.Max)
}

// Interval is an ISO 8601 interval that runs forward, lasts between Min and Max, is over,
// and began at most Reach before now.
type Interval struct{ Param, Min, Max, Reach string }

func (r Interval) check(q url.Values, now time.Time) *client.RequestError {
	if !q.Has(r.Param) {
		return nil
	}
	from, to, ok := parseInterval(q.Get(r.Param))
	switch {
	case !ok:
		return refuse(r.Param, "is not an ISO 8601 interval (start/end, start/duration or duration/end)")
	case to.After(now):
		return refuse(r.Param, "ends in the future")
	case r.Reach != "" && now.Sub(from) > mustDuration(r.Reach):
		return refuse(r.Param, "begins more than "+r.Reach+" ago")
	}
	return between(r.Param, to.Sub(from), r.Min, r.Max)
}

func between(param string, d time.Duration, low, high string) *client.RequestError {
	switch {
	case d < 0:
		return refuse(param, "lies after the end of its range")
	case d < mustDuration(low):
		return refuse(param, "spans less than "+low)
	case high != "" && d > mustDuration(high):
		return refuse(param, "spans more than "+high)
	}
	return nil
}
