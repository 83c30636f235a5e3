package engine

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Windows cuts [from, to) into windows that the API allows, oldest first, without gap or
// overlap, and stays client.Lag behind now. Windows without events are yielded too, so that
// a checkpoint advances. Where the server moved the end of a window back, the next one begins
// there; where it states none, or one up to a minute later, the end is the one that was asked
// for. Where the clock here is ahead of the service's by more than a minute, the last window is
// the one that ends where the service's clock was: what lies behind comes again later. A window
// of which the server has nothing yet is asked for once more. A window whose events were not
// read to their end is the last one, because the next one would leave a gap. A range that the
// API would refuse is one window whose events are the *client.RequestError that says why; one
// that is not over yet has no windows.
func Windows[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, from, to time.Time, kinds ...Kind[T]) iter.Seq[client.Window[T]] {
	// The wire has whole seconds; so must the checkpoints.
	from, to = from.UTC().Truncate(time.Second), to.UTC().Truncate(time.Second)
	if from.Equal(client.Oldest()) {
		from = p.oldest(r.op.Paging)
	}
	return func(yield func(client.Window[T]) bool) {
		if err := p.reach(r.op, from, to); err != nil {
			none := func([]array, func(int, any, uint64) bool) error { return err }
			yield(client.NewWindow(from, to, elements(kinds, none)))
			return
		}
		for at, again := from, false; ; {
			now, longest := p.settled(r.op.Paging), p.longest(r.op.Paging)
			end, ok := cut(at, to, now, longest, r.op.Paging)
			if again { // longer than the one before, which the server did not answer
				end, ok = cut(at, to, now, mustDuration(r.op.Paging.Max), r.op.Paging)
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

// settled is the moment before which no further element appears, or client.Lag ago if the
// caller set it, at a whole minute.
func (p *Pipeline) settled(style *Paging) time.Time {
	return p.config.Now().Add(-p.lag(style)).UTC().Truncate(time.Minute)
}

func (p *Pipeline) lag(style *Paging) time.Duration {
	if p.config.Lag >= 0 {
		return p.config.Lag
	}
	return max(time.Minute, mustDuration(style.Late))
}

// longest is the length of a window: what the API allows, or less if the caller says so.
func (p *Pipeline) longest(style *Paging) time.Duration {
	longest := min(mustDuration(style.Max), cmp.Or(p.config.WindowLength, math.MaxInt64))
	return max(longest, 2*mustDuration(style.Min))
}

// cut finds the end of the window that begins at at: a whole minute, or to. It
// leaves no remainder that is shorter than the API allows, and reports false while the window is not over.
func cut(at, to, now time.Time, longest time.Duration, p *Paging) (time.Time, bool) {
	shortest := mustDuration(p.Min)
	if now.Before(to) {
		to = now
	}
	left := to.Sub(at)
	whole := func(end time.Time) time.Time {
		if m := end.Truncate(time.Minute); m.Sub(at) >= max(shortest, time.Second) {
			return m
		}
		return end
	}
	switch {
	case left <= 0 || left < shortest:
		return at, false
	case left <= longest || left < 2*shortest:
		return to, true
	case left-longest < shortest:
		return whole(at.Add(max(longest-shortest, shortest))), true
	}
	return whole(at.Add(longest)), true
}

// oldest is the earliest moment that a range may begin at, with a margin for the time until
// the request arrives; zero if the API names none.
func (p *Pipeline) oldest(style *Paging) time.Time {
	if style.Reach == "" {
		return time.Time{}
	}
	return p.config.Now().Add(reachMargin - mustDuration(style.Reach)).UTC().Truncate(time.Minute).Add(time.Minute)
}

const reachMargin = 2 * time.Minute

// reach refuses a range that is unset, runs backwards or begins before what the API allows.
func (p *Pipeline) reach(op *Operation, from, to time.Time) error {
	refuse := func(param, reason string) error {
		return &client.RequestError{Operation: op.ID, Parameter: param, Reason: reason}
	}
	switch style := op.Paging; {
	case from.IsZero() || to.IsZero():
		return refuse("from", "and to must be set")
	case to.Before(from):
		return refuse("from", "lies after to")
	case to.After(from) && to.Sub(from) < mustDuration(style.Min) && !from.Add(mustDuration(style.Min)).After(p.settled(style)):
		return refuse("from", "and to lie less than "+style.Min+" apart")
	case from.Before(p.oldest(style).Add(-time.Minute)):
		return refuse("from", "lies more than "+style.Reach+" back, less a margin: client.Oldest is as far as it goes")
	}
	return nil
}

// window is one request of a list over windows. read says whether its events were read to
// their end: what follows would leave a gap otherwise. last says that the server answered
// the same window before with an end that is none.
func window[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, from, to time.Time, last bool, kinds []Kind[T]) (client.Window[T], *atomic.Bool) {
	var end atomic.Pointer[time.Time]
	read := new(atomic.Bool)
	events := func(arrays []array, each func(int, any, uint64) bool) error {
		whole, skew := true, time.Duration(0)
		t, err := p.span(ctx, r, editors, from, to, last, arrays, func(kind int, v any, sum uint64) bool {
			whole = each(kind, v, sum)
			return whole
		}, &skew)
		reached := p.settled(r.op.Paging).Add(-skew).Truncate(time.Minute)
		early := skew > 0 && reached.Before(cmp.Or(t, to)) // what follows is not over by the service's clock
		if early {
			t = later(from, reached)
		}
		end.Store(&t)
		read.Store(whole && err == nil && !early)
		return err
	}
	return client.NewWindow(from, to, elements(kinds, events), func() time.Time {
		if t := end.Load(); t != nil {
			return *t
		}
		return time.Time{}
	}), read
}

// end is the end of the window that a page states, zero if it states none. It is a whole second,
// as the next request will say.
func (p page) end(style *Paging) (time.Time, error) {
	v := p.members.get(style.End)
	if jsonKind(v) == 0 || jsonKind(v) == 'n' || string(v) == `""` {
		return time.Time{}, nil
	}
	t, ok := parseEnd(scalar(v))
	if !ok {
		return t, errors.New("an end of the window that is no instant")
	}
	return t.UTC().Truncate(time.Second), nil
}

// span reads the elements of [from, to) and returns the end that the server stated, zero if it
// stated none. A service that fails with 500 for it, twice, may not gather that much in time:
// then its halves are asked for, down to the shortest window. Where the first half ended early,
// the second one is left to the next window.
func (p *Pipeline) span(ctx context.Context, r *Request, editors []auth.Editor, from, to time.Time, last bool, arrays []array, yield func(int, any, uint64) bool, skew *time.Duration) (time.Time, error) {
	var end time.Time
	begun, more := false, true // after an element nothing is requested again
	each := func(kind int, v any, sum uint64) bool {
		begun, more = true, yield(kind, v, sum)
		return more
	}
	ask := func() error {
		r := r.clone()
		r.set(r.op.Paging.Param, from.Format(time.RFC3339)+"/"+to.Format(time.RFC3339))
		style := cmp.Or(r.op.Paging.Pages, &Paging{Style: "single"})
		reader := newPageReader(p, r.op, arrays, each, style.Style == "offset" || style.Style == "page")
		return p.pagesOf(ctx, r, editors, style, reader, func(got page) error {
			*skew = max(*skew, p.skew(reader.res))
			t, err := p.stated(r.op, got, from, to)
			if err == nil && last && t.Equal(from) {
				err = errors.New("an end of the window that lies before its start, twice")
			}
			end = cmp.Or(t, end)
			return err
		})
	}
	err := ask()
	if tooMuch(err) && !begun && p.config.Attempts > 1 {
		r = r.clone()
		r.repeats++ // of the halves, too
		err = ask()
	}
	middle := from.Add(to.Sub(from) / 2).Truncate(time.Second)
	if !tooMuch(err) || begun || p.config.Attempts == 1 || middle.Sub(from) < max(mustDuration(r.op.Paging.Min), time.Second) {
		return end, err
	}
	end, err = p.span(ctx, r, editors, from, middle, last, arrays, each, skew)
	if err != nil || !more || !end.IsZero() && end.Before(middle) {
		return end, err
	}
	return p.span(ctx, r, editors, middle, to, last, arrays, yield, skew)
}

// errNotYet is a window of which the server has gathered nothing.
type errNotYet struct{}

func (errNotYet) Error() string { return "an end of the window that lies at its start" }

// stated is the end of [from, to) that a page states, zero if it states none: from where the
// server has nothing yet, and to where it rounded up.
func (p *Pipeline) stated(op *Operation, got page, from, to time.Time) (time.Time, error) {
	t, err := got.end(op.Paging)
	saw := "an earlier one"
	switch {
	case err != nil || t.Equal(to):
		return t, err
	case t.IsZero() && len(got.members.get(op.Paging.End)) != len(`""`):
		return t, nil
	case t.IsZero():
		saw = "none"
	case t.After(to.Add(time.Minute)):
		return t, errors.New("the end of another window")
	case t.After(to):
		t, saw = to, "a later one"
	case !t.After(from) && got.items > 0:
		return t, errors.New("an end of the window that lies before its start, with elements")
	case !t.After(from):
		t = from
	}
	p.mismatch(client.Mismatch{Operation: op.ID, Pointer: pointer(op.Paging.End), Want: "the end that was asked for", Got: saw})
	return t, nil
}

func tooMuch(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	return ok && e.StatusCode == http.StatusInternalServerError
}
