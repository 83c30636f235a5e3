package client

import (
	"context"
	"iter"
	"time"
)

// Window is a part of the time that a list covers.
type Window[T any] struct {
	From, To time.Time // [From, To), UTC, whole seconds
	end      *time.Time
	events   iter.Seq2[T, error]
}

// Events fetches the window and yields its events as they arrive, in no order. Ranging
// over it again fetches it again.
func (w Window[T]) Events() iter.Seq2[T, error] { return w.events }

// QueryEnd is the end that the server says it used, once the events were read; zero
// before that and where the server does not say.
func (w Window[T]) QueryEnd() time.Time { return *w.end }

// Windows cuts [from, to) into windows that the API allows, oldest first, without gap or
// overlap, and stays Lag behind now. Windows without events are yielded too, so that a
// checkpoint advances. After a window whose events failed the sequence ends: what follows
// would leave a gap. A range that the API would refuse is one window whose events are the
// *RequestError that says why.
func Windows[T any](ctx context.Context, d *Doer, op *Op, items Items[T], from, to time.Time, send Send) iter.Seq[Window[T]] {
	p := op.Paging
	// The wire has whole seconds; so must the checkpoints.
	from, to = from.UTC().Truncate(time.Second), to.UTC().Truncate(time.Second)
	return func(yield func(Window[T]) bool) {
		if err := d.reach(op, from, to); err != nil {
			yield(Window[T]{From: from, To: to, end: new(time.Time), events: func(yield func(T, error) bool) {
				var none T
				yield(none, err)
			}})
			return
		}
		for at := from; ; {
			end, ok := cut(at, to, d.now().Add(-d.lag).UTC().Truncate(time.Second), p)
			if !ok {
				return
			}
			w, failed := window(ctx, d, op, items, at, end, send)
			if !yield(w) || *failed {
				return
			}
			at = end
		}
	}
}

// cut finds the end of the window that begins at at. It leaves no rest that is shorter
// than the API allows, and waits for one that is not over.
func cut(at, to, now time.Time, p *Paging) (time.Time, bool) {
	shortest, longest := time.Duration(0), mustDuration(p.Max)
	if p.Min != "" {
		shortest = mustDuration(p.Min)
	}
	if now.Before(to) {
		to = now
	}
	left := to.Sub(at)
	switch {
	case left <= 0 || left < shortest:
		return at, false
	case left <= longest:
		return to, true
	case left-longest < shortest:
		return at.Add(longest - shortest), true
	}
	return at.Add(longest), true
}

// reach refuses a range that no window of it could be asked for.
func (d *Doer) reach(op *Op, from, to time.Time) error {
	p := op.Paging
	switch {
	case from.IsZero() || to.IsZero():
		return &RequestError{Operation: op.ID, Parameter: "from", Reason: "and to must be set"}
	case to.Before(from):
		return &RequestError{Operation: op.ID, Parameter: "from", Reason: "lies after to"}
	case p.Min != "" && to.After(from) && to.Sub(from) < mustDuration(p.Min):
		return &RequestError{Operation: op.ID, Parameter: "to", Reason: "is less than " + p.Min + " after from"}
	case p.Reach != "" && d.now().Sub(from) > mustDuration(p.Reach):
		return &RequestError{Operation: op.ID, Parameter: "from", Reason: "lies more than " + p.Reach + " back"}
	}
	return nil
}

func window[T any](ctx context.Context, d *Doer, op *Op, items Items[T], from, to time.Time, send Send) (Window[T], *bool) {
	end, failed := new(time.Time), new(bool)
	fixed := []pair{{op.Paging.Param, from.Format(time.RFC3339) + "/" + to.Format(time.RFC3339)}}
	inner := op.Paging.Pages
	if inner == nil {
		inner = &Paging{Style: "single"}
	}
	return Window[T]{From: from, To: to, end: end, events: func(yield func(T, error) bool) {
		*failed = false
		err := pages(ctx, d, op, inner, items, send, fixed, yield, func(p page) {
			if t, ok := parseEnd(p.text(op.Paging.End)); ok {
				*end = t
			}
		})
		if err != nil {
			*failed = true
			var none T
			yield(none, err)
		}
	}}, failed
}
