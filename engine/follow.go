package engine

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Follow is an endless list over windows of time, from a checkpoint on. It waits until a window
// is over, reads the late part again where client.Lag is shorter than the delay of elements, and
// yields each element once per content. It continues after rate limits, server failures and
// lost connections, and ends with the context, with refused credentials, and before a gap that
// the caller does not pass.
func Follow[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, from time.Time, kinds ...Kind[T]) iter.Seq2[client.Followed[T], error] {
	style := r.op.Paging
	pages := cmp.Or(style.Pages, &Paging{Style: "single"})
	return func(yield func(client.Followed[T], error) bool) {
		f := &feed[T]{p: p, op: r.op, at: from.UTC().Truncate(time.Second), yield: yield, overlap: max(0, mustDuration(style.Late)-p.lag(style))}
		if f.at.Equal(client.Oldest()) {
			f.at = p.oldest(style)
		}
		f.floor, f.seed = f.at, maphash.MakeSeed()
		f.read = map[uint64]time.Time{}
		f.run(ctx, func(to time.Time) error {
			seen := func(got page) error {
				if v := got.members.get(style.End); v.Kind() == '"' {
					end, ok := parseEnd(scalar(v))
					switch {
					case !ok || end.After(to) || !end.After(f.at):
						return errors.New("an end of the window that lies outside of it")
					case end.Before(to):
						f.moved = end
					}
				}
				return nil
			}
			begin := f.checkpoint()
			if oldest := p.oldest(style); begin.Before(oldest) {
				begin = oldest
			}
			r := r.clone()
			r.set(style.Param, begin.Format(time.RFC3339)+"/"+to.Format(time.RFC3339))
			r.wantJSON()
			var reader *pageReader
			reader = newPageReader(p, r.op, arrays(kinds), func(kind int, v any, sum uint64) bool {
				if _, again := f.read[sum]; again {
					return true
				}
				f.read[sum] = to
				e := element(kinds[kind], v)
				return f.hand(client.Followed[T]{Event: &e, JSON: reader.exact})
			}, true)
			reader.seed = f.seed // the same fingerprints in all windows
			return p.pagesOf(ctx, r, editors, pages, reader, seen)
		})
	}
}

// feed is the loop of a list that is followed: one window after the other, again after a
// failure, in halves after three failures of one kind, and past a gap if the caller says so.
type feed[T any] struct {
	p       *Pipeline
	op      *Operation
	yield   func(client.Followed[T], error) bool
	at      time.Time            // everything before was handed out
	floor   time.Time            // where it began: nothing before is asked for
	seed    maphash.Seed         // of the fingerprints in read
	overlap time.Duration        // how much of it is read again, for what comes late
	moved   time.Time            // an earlier end of the window, as the server states it
	read    map[uint64]time.Time // what was handed out, by the end of its window
	length  time.Duration        // of windows, while one is hard to read; 0 as long as allowed
	ended   bool                 // the caller has stopped
}

// checkpoint is the time from which a feed goes on after a restart.
func (f *feed[T]) checkpoint() time.Time {
	if at := f.at.Add(-f.overlap); at.After(f.floor) {
		return at
	}
	return f.floor
}

func (f *feed[T]) hand(e client.Followed[T]) bool {
	e.Checkpoint = f.checkpoint()
	f.ended = !f.yield(e, nil)
	return !f.ended
}

func (f *feed[T]) fail(err error) {
	f.yield(client.Followed[T]{Checkpoint: f.checkpoint()}, err)
}

// run calls read for each window [f.at, to) until the feed ends.
func (f *feed[T]) run(ctx context.Context, read func(to time.Time) error) {
	failures := 0
	var before string
	for !f.ended {
		if oldest := f.oldest(); f.at.Before(oldest.Add(-time.Minute)) { // after an outage
			if !f.pass(oldest, &client.RequestError{Operation: f.op.ID, Parameter: "interval", Reason: "begins earlier than the service looks back"}) {
				return
			}
		}
		to, ok := f.next()
		if !ok {
			if err := f.p.config.Sleep(ctx, f.p.config.Poll); err != nil {
				f.fail(lost(f.op, 0, 0, err, redactor{}))
				return
			}
			continue
		}
		f.moved = time.Time{}
		err := read(to)
		switch {
		case f.ended:
			return
		case err == nil:
			f.advance(to)
			failures = 0
			if !f.hand(client.Followed[T]{}) {
				return
			}
			continue
		case ctx.Err() != nil || final(err):
			f.fail(err)
			return
		}
		if kind := kindOf(err); kind != before {
			before, failures = kind, 0
		}
		failures++
		switch {
		case temporary(err) || failures < 3:
		case f.halve(to):
			failures = 0
			continue
		default:
			if !f.pass(to, err) {
				return
			}
			failures = 0
			continue
		}
		if err := f.p.config.Sleep(ctx, f.pause(err, failures)); err != nil {
			f.fail(lost(f.op, 0, 0, err, redactor{}))
			return
		}
	}
}

// next is the end of the window that can be read now.
func (f *feed[T]) next() (time.Time, bool) {
	style := f.op.Paging
	if style.Style != "window" { // a list is asked for all that changed
		now := f.p.settled(style)
		return now, now.After(f.at)
	}
	now, longest := f.p.settled(style), f.p.longest(style)-f.overlap
	if f.length > 0 {
		longest = min(longest, f.length)
	}
	return cut(f.at, now, now, max(longest, mustDuration(style.Min), time.Second), style)
}

func (f *feed[T]) oldest() time.Time { return f.p.oldest(f.op.Paging) }

// advance moves on behind a window that was read, and forgets what cannot come again.
func (f *feed[T]) advance(to time.Time) {
	f.at, f.length = to, 0
	if !f.moved.IsZero() {
		f.at = f.moved
	}
	for sum, end := range f.read {
		if !end.Add(f.overlap).After(f.at) {
			delete(f.read, sum)
		}
	}
}

// halve makes the next window half as long, and reports false if it is the shortest already.
func (f *feed[T]) halve(to time.Time) bool {
	half := (to.Sub(f.at) / 2).Truncate(time.Second)
	if f.op.Paging.Style != "window" || half < max(mustDuration(f.op.Paging.Min), time.Second) {
		return false
	}
	f.length = half
	return true
}

// pass yields the gap up to to, if the caller lets the feed continue after it.
func (f *feed[T]) pass(to time.Time, err error) bool {
	gap := client.Gap{From: f.at, To: to, Err: err}
	if f.p.config.OnGap == nil || !f.p.config.OnGap(gap) {
		f.fail(&client.GapError{Operation: f.op.ID, Gap: gap})
		return false
	}
	f.at, f.length = to, 0
	return f.hand(client.Followed[T]{Gap: &gap})
}

// pause is how long to wait after a failure.
func (f *feed[T]) pause(err error, failures int) time.Duration {
	wait := f.p.pause(failures + 1)
	if temporary(err) { // an outage may last, and each attempt counts against the quota
		wait = max(wait, min(f.p.config.Poll, 5*time.Second<<min(failures, 10)))
	}
	var e *client.Error
	var q *client.QuotaError
	switch {
	case errors.As(err, &e) && e.StatusCode == 429:
		wait = max(wait, e.RetryAfter, min(f.p.config.Poll, time.Minute<<min(failures, 6)))
	case errors.As(err, &q):
		wait = max(wait, q.RetryAfter)
	}
	return wait
}

// final reports whether asking again cannot help: credentials that are refused, and requests
// that are refused here.
func final(err error) bool {
	var re *client.RequestError
	return errors.Is(err, client.ErrUnauthorized) || errors.Is(err, client.ErrForbidden) || errors.As(err, &re)
}

// temporary reports whether a failure is unrelated to the window.
func temporary(err error) bool {
	var e *client.Error
	var te *client.TransportError
	var q *client.QuotaError
	return errors.As(err, &e) && (e.StatusCode == 429 || e.StatusCode > 501) || errors.As(err, &q) || errors.As(err, &te) && !errors.Is(err, client.ErrTooLarge)
}

// kindOf tells failures apart: three of one kind are a property of the window.
func kindOf(err error) string {
	var e *client.Error
	if errors.As(err, &e) {
		return string(rune(e.StatusCode))
	}
	return errorType(err)
}

func errorType(err error) string {
	var de *client.DecodeError
	if errors.As(err, &de) {
		return de.Reason
	}
	return "transport"
}
