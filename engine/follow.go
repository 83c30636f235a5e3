package engine

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"math"
	"net/http"
	"slices"
	"strconv"
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
		f.run(ctx, func(to time.Time) (time.Time, error) {
			read := to
			seen := func(got page) error {
				end, err := got.end(style)
				if err != nil || end.IsZero() {
					return err
				}
				if end.After(to) || !end.After(f.at) {
					return errors.New("an end of the window that lies outside of it")
				}
				read = slices.MinFunc([]time.Time{read, end}, time.Time.Compare)
				return nil
			}
			begin := slices.MaxFunc([]time.Time{f.checkpoint(), p.oldest(style)}, time.Time.Compare)
			r := r.clone()
			r.set(style.Param, begin.Format(time.RFC3339)+"/"+to.Format(time.RFC3339))
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
			err := p.pagesOf(ctx, r, editors, pages, reader, seen)
			return read, err
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
	read    map[uint64]time.Time // what was handed out, by the end of its window
	length  time.Duration        // of windows, while one is hard to read; 0 as long as allowed
	ended   bool                 // the caller has stopped
}

// checkpoint is the time from which a feed goes on after a restart.
func (f *feed[T]) checkpoint() time.Time {
	return slices.MaxFunc([]time.Time{f.at.Add(-f.overlap), f.floor}, time.Time.Compare)
}

func (f *feed[T]) hand(e client.Followed[T]) bool {
	e.Checkpoint = f.checkpoint()
	f.ended = !f.yield(e, nil)
	return !f.ended
}

// run calls read for each window [f.at, to) until the feed ends, and yields why it did. read
// returns the end of what was read.
func (f *feed[T]) run(ctx context.Context, read func(to time.Time) (time.Time, error)) {
	if err := f.loop(ctx, read); err != nil {
		f.yield(client.Followed[T]{Checkpoint: f.checkpoint()}, err)
	}
}

func (f *feed[T]) loop(ctx context.Context, read func(to time.Time) (time.Time, error)) error {
	failures, before := 0, ""
	for !f.ended {
		if oldest := f.p.oldest(f.op.Paging); f.at.Before(oldest.Add(-time.Minute)) { // after an outage
			err := f.pass(oldest, &client.RequestError{Operation: f.op.ID, Parameter: "interval", Reason: "begins earlier than the service looks back"})
			if err != nil || f.ended {
				return err
			}
		}
		wait := f.p.config.Poll
		if to, ok := f.next(); ok {
			end, err := read(to)
			switch {
			case f.ended:
				return nil
			case err == nil:
				f.advance(end)
				failures = 0
				f.hand(client.Followed[T]{})
				continue
			case ctx.Err() != nil || final(err):
				return err
			}
			if kind := kindOf(err); kind != before {
				before, failures = kind, 0
			}
			failures++
			if failures >= 3 && !temporary(err) {
				if failures = 0; !f.halve(to) {
					if err := f.pass(to, err); err != nil {
						return err
					}
				}
				continue
			}
			wait = f.pause(err, failures)
		}
		if err := f.p.config.Sleep(ctx, wait); err != nil {
			return lost(f.op, 0, 0, err, redactor{})
		}
	}
	return nil
}

// next is the end of the window that can be read now.
func (f *feed[T]) next() (time.Time, bool) {
	style := f.op.Paging
	now, longest := f.p.settled(style), min(f.p.longest(style)-f.overlap, cmp.Or(f.length, math.MaxInt64))
	if style.Style != "window" { // a list is asked for all that changed
		return now, now.After(f.at)
	}
	return cut(f.at, now, now, max(longest, mustDuration(style.Min), time.Second), style)
}

// advance moves on behind a window that was read, and forgets what cannot come again.
func (f *feed[T]) advance(to time.Time) {
	f.at, f.length = to, 0
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

// pass yields the gap up to to, or returns it as the error if the caller does not let the feed
// continue after it.
func (f *feed[T]) pass(to time.Time, err error) error {
	gap := client.Gap{From: f.at, To: to, Err: err}
	if f.p.config.OnGap == nil || !f.p.config.OnGap(gap) {
		return &client.GapError{Operation: f.op.ID, Gap: gap}
	}
	f.at, f.length = to, 0
	f.hand(client.Followed[T]{Gap: &gap})
	return nil
}

// pause is how long to wait after a failure.
func (f *feed[T]) pause(err error, failures int) time.Duration {
	wait := f.p.pause(failures + 1)
	if temporary(err) { // an outage may last, and each attempt counts against the quota
		wait = max(wait, min(f.p.config.Poll, 5*time.Second<<min(failures, 10)))
	}
	if e, ok := errors.AsType[*client.Error](err); ok && e.StatusCode == http.StatusTooManyRequests {
		wait = max(wait, e.RetryAfter, min(f.p.config.Poll, time.Minute<<min(failures, 6)))
	}
	if q, ok := errors.AsType[*client.QuotaError](err); ok {
		wait = max(wait, q.RetryAfter)
	}
	return wait
}

// final reports whether asking again cannot help: credentials that are refused, and requests
// that are refused here.
func final(err error) bool {
	_, refused := errors.AsType[*client.RequestError](err)
	return refused || errors.Is(err, client.ErrUnauthorized) || errors.Is(err, client.ErrForbidden)
}

// temporary reports whether a failure is unrelated to the window.
func temporary(err error) bool {
	e, answered := errors.AsType[*client.Error](err)
	_, lost := errors.AsType[*client.TransportError](err)
	return errors.Is(err, client.ErrRateLimited) || answered && e.StatusCode > 501 || lost && !errors.Is(err, client.ErrTooLarge)
}

// kindOf tells failures apart: three of one kind are a property of the window.
func kindOf(err error) string {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return strconv.Itoa(e.StatusCode)
	}
	if e, ok := errors.AsType[*client.DecodeError](err); ok {
		return e.Reason
	}
	return "transport"
}
