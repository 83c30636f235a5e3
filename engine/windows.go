package engine

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Windows cuts [from, to) into windows that the API allows, oldest first, without gap or
// overlap, and stays client.Lag behind now. Windows without events are yielded too, so that
// a checkpoint advances. Where the server moved the end of a window back, the next one begins
// there. A window whose events were not read to their end is the last one: what follows would
// leave a gap. A range that the API would refuse is one window whose events are the
// *client.RequestError that says why.
func Windows[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, from, to time.Time, kinds ...Kind[T]) iter.Seq[client.Window[T]] {
	// The wire has whole seconds; so must the checkpoints.
	from, to = from.UTC().Truncate(time.Second), to.UTC().Truncate(time.Second)
	return func(yield func(client.Window[T]) bool) {
		if err := p.reach(r.op, from, to); err != nil {
			yield(client.NewWindow(from, to, func(yield func(T, error) bool) {
				var none T
				yield(none, err)
			}))
			return
		}
		for at, again := from, false; ; {
			now := p.config.Now().Add(-p.config.Lag).UTC().Truncate(time.Second)
			end, ok := cut(at, to, now, r.op.Paging)
			if again { // longer than the one before, which the server did not answer
				end, ok = cut(at, now, now, r.op.Paging)
			}
			if !ok {
				return
			}
			w, read := window(ctx, p, r, editors, at, end, again, kinds)
			if !yield(w) || !read.Load() {
				return
			}
			next := w.Checkpoint()
			at, again = next, !next.After(at)
		}
	}
}

// RawWindows is Windows with events as they came.
func RawWindows(ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, from, to time.Time) iter.Seq[client.Window[client.RawElement]] {
	return Windows(ctx, p, r, editors, from, to, raw(r.op.Paging)...)
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
func (p *Pipeline) reach(op *Operation, from, to time.Time) error {
	refuse := func(param, reason string) error {
		return &client.RequestError{Operation: op.ID, Parameter: param, Reason: reason}
	}
	switch style := op.Paging; {
	case from.IsZero() || to.IsZero():
		return refuse("from", "and to must be set")
	case to.Before(from):
		return refuse("from", "lies after to")
	case style.Min != "" && to.After(from) && to.Sub(from) < mustDuration(style.Min):
		return refuse("to", "is less than "+style.Min+" after from")
	case style.Reach != "" && p.config.Now().Sub(from) > mustDuration(style.Reach):
		return refuse("from", "lies more than "+style.Reach+" back")
	}
	return nil
}

// window is one request of a list over windows. read says whether its events were read to
// their end: what follows would leave a gap otherwise. last says that the server answered
// the same window before with an end that is none.
func window[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, from, to time.Time, last bool, kinds []Kind[T]) (client.Window[T], *atomic.Bool) {
	var end atomic.Pointer[time.Time]
	read := new(atomic.Bool)
	style := r.op.Paging.Pages
	if style == nil {
		style = &Paging{Style: "single"}
	}
	seen := func(got page) error {
		v := got.members[r.op.Paging.End]
		if v.Kind() == 0 || v.Kind() == 'n' {
			return nil
		}
		t, ok := parseEnd(scalar(v))
		switch {
		case !ok:
			return errors.New("an end of the window that is no instant")
		case t.After(to):
			return errors.New("the end of another window")
		case !t.After(from) && last:
			return errors.New("an end of the window that lies before its start, twice")
		}
		if !t.Equal(to) {
			p.mismatch(client.Mismatch{Operation: r.op.ID, Pointer: pointer(r.op.Paging.End), Want: "the end that was asked for", Got: "an earlier one"})
		}
		end.Store(&t)
		return nil
	}
	events := func(yield func(T, error) bool) {
		read.Store(false)
		r := r.clone()
		r.set(r.op.Paging.Param, from.Format(time.RFC3339)+"/"+to.Format(time.RFC3339))
		whole := true
		err := p.pages(ctx, r, editors, style, arrays(kinds), emit(kinds, func(v T, err error) bool {
			whole = yield(v, err)
			return whole
		}), seen)
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		read.Store(whole)
	}
	return client.NewWindow(from, to, events, func() time.Time {
		if t := end.Load(); t != nil {
			return *t
		}
		return time.Time{}
	}), read
}
