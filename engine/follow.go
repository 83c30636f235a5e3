package engine

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"hash/maphash"
	"iter"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Follow is an endless list over windows of time, from a checkpoint on. It waits until a window
// is over, reads the late part again where client.Lag is shorter than the delay of elements, and
// yields each element once per content. It continues after rate limits, failures of the server
// and lost connections, and ends with the context, with refused credentials, with an answer that
// it cannot use for an hour whatever it asks for, and before a gap that the caller does not pass.
func Follow[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, from time.Time, kinds ...Kind[T]) iter.Seq2[client.Followed[T], error] {
	style := r.op.Paging
	pages := cmp.Or(style.Pages, &Paging{Style: "single"})
	return func(yield func(client.Followed[T], error) bool) {
		f := &feed[T]{p: p, op: r.op, at: from.UTC().Truncate(time.Second), yield: yield, late: mustDuration(style.Late)}
		if f.at.Equal(client.Oldest()) {
			f.at = p.oldest(style)
		}
		f.sure = f.at
		seed, known := maphash.MakeSeed(), map[fingerprint]lastSeen{} // what was handed out
		f.run(ctx, func(from, to time.Time, probe bool) (time.Time, error) {
			maps.DeleteFunc(known, func(_ fingerprint, s lastSeen) bool {
				return !s.end.After(f.sure) || s.round < f.round-1 && !s.end.After(f.head)
			}) // cannot come again, or was replaced
			end := to
			seen := func(got page) error {
				stated, err := p.stated(r.op, got, from, to)
				switch {
				case err != nil:
					return err
				case stated.Equal(from):
					return errNotYet{}
				case !stated.IsZero():
					end = earlier(end, stated)
				}
				return nil
			}
			r := r.clone()
			r.repeats = f.repeats
			r.set(style.Param, from.Format(time.RFC3339)+"/"+to.Format(time.RFC3339))
			var reader *pageReader
			reader = newPageReader(p, r.op, arrays(kinds), func(kind int, v any, sum uint64) bool {
				id := fingerprint{kind, sum}
				was, again := known[id]
				if probe {
					return true
				}
				known[id] = lastSeen{cmp.Or(was.end, to), f.round}
				if again {
					return true
				}
				e := element(kinds[kind], v)
				return f.hand(client.Followed[T]{Event: &e, JSON: reader.exact})
			}, true)
			reader.seed = seed // the same fingerprints in all windows
			err := p.pagesOf(ctx, r, editors, pages, reader, seen)
			f.skew = p.skew(reader.res)
			return later(from, earlier(end, f.settled())), err
		})
	}
}

// fingerprint is the content of an element of one array: what is equal in two arrays is two elements.
type fingerprint struct {
	kind int
	sum  uint64
}

// lastSeen is the end of the window in which an element came first, and the round in which it
// came last: what did not come in a whole round is new if it comes again.
type lastSeen struct {
	end   time.Time
	round int
}

const (
	// patience is how long the shortest window must fail before it is a gap.
	patience = 10 * time.Minute
	// endurance is how long a feed waits while everything is refused or undecodable.
	endurance = time.Hour
)

// feed is the loop of a list that is followed: one window after the other, again after a
// failure, in halves after three failures of one kind, and past a gap if the caller says so.
//
// It reads [at, to), with the whole of what may have come late again after each round:
//
//	sure ............ at ............ now - lag ... now
//	  | to be read again |  to be read   |
type feed[T any] struct {
	p         *Pipeline
	op        *Operation
	yield     func(client.Followed[T], error) bool
	late      time.Duration // how late an element may appear
	sure      time.Time     // everything before was read once nothing more appears there
	at        time.Time     // the begin of the next window
	skew      time.Duration // of the clock here, ahead of the service's
	head      time.Time     // the end of the round before
	round     int           // how often all was read up to now
	length    time.Duration // of windows, once one was hard to read; 0 as long as allowed
	good      int           // windows of that length that could be read
	failures  int           // of one kind, of one window
	repeats   int           // failures since a window was read, which the throttle is told
	kind      string        // of the failures
	since     time.Time     // of the first of them
	elsewhere bool          // another window could be read meanwhile
	moved     bool          // an element was handed out since the last request
	ended     bool          // the caller has stopped
}

func (f *feed[T]) hand(e client.Followed[T]) bool {
	e.Checkpoint = f.sure
	f.moved = f.moved || e.Event != nil
	f.ended = !f.yield(e, nil)
	return !f.ended
}

// readRange reads [from, to) and returns the end of what was read. A probe hands out nothing.
type readRange func(from, to time.Time, probe bool) (time.Time, error)

// run calls read for each window until the feed ends, and yields why it did.
func (f *feed[T]) run(ctx context.Context, read readRange) {
	if err := f.loop(ctx, read); err != nil {
		f.yield(client.Followed[T]{Checkpoint: f.sure}, err)
	}
}

func (f *feed[T]) loop(ctx context.Context, read readRange) error {
	if f.at.After(f.p.config.Now().Add(time.Hour)) { // clocks differ, but not that much
		return &client.RequestError{Operation: f.op.ID, Parameter: "checkpoint", Reason: "lies in the future"}
	}
	for !f.ended {
		if f.aged() { // after an outage
			err := f.pass(f.p.oldest(f.op.Paging), &client.RequestError{Operation: f.op.ID, Parameter: "interval", Reason: "begins earlier than the service looks back"})
			if err != nil {
				return err
			}
			continue
		}
		now, wait := f.p.config.Now(), f.p.config.Poll
		to, ok := f.next()
		if ok {
			f.moved = false
			end, err := read(f.at, to, false)
			switch {
			case f.ended:
				return nil
			case err == nil:
				f.advance(end, now.Add(-f.skew))
				f.hand(client.Followed[T]{})
				continue
			case ctx.Err() != nil || final(err) && !f.aged(): // one that aged while it waited is a gap
				return err
			}
			if wait, err = f.failed(to, err, read); err != nil {
				return err
			}
		}
		if err := f.p.config.Sleep(ctx, wait); err != nil {
			return lost(f.op, 0, 0, err, redactor{})
		}
		if !ok {
			f.head, f.at = f.at, f.sure
			f.round++
		}
	}
	return nil
}

// aged reports whether the next window begins earlier than the service looks back.
func (f *feed[T]) aged() bool {
	return f.at.Before(f.p.oldest(f.op.Paging).Add(-time.Minute))
}

// next is the end of the window that can be read now.
func (f *feed[T]) next() (time.Time, bool) {
	style, now := f.op.Paging, f.settled()
	if style.Style != "window" { // a list is asked for all that changed
		return now, now.After(f.at)
	}
	return cut(f.at, now, now, max(min(f.p.longest(style), cmp.Or(f.length, math.MaxInt64)), f.shortest()), style)
}

// settled is the moment before which no further element appears, by the service's clock.
func (f *feed[T]) settled() time.Time {
	return f.p.settled(f.op.Paging).Add(-f.skew).Truncate(time.Minute)
}

func (f *feed[T]) shortest() time.Duration { return max(mustDuration(f.op.Paging.Min), time.Second) }

// advance moves on behind a window that was read after that moment. Short windows become longer
// after some time, not at once: what was hard to read is likely to be so again.
func (f *feed[T]) advance(end, asked time.Time) {
	if !f.at.After(f.sure) {
		f.sure = later(f.sure, earlier(end, asked.Add(-f.late).UTC().Truncate(time.Minute)))
	}
	f.at, f.failures, f.repeats, f.kind = end, 0, 0, ""
	if f.good++; f.good == 8 && f.length > 0 {
		f.length, f.good = min(2*f.length, f.p.longest(f.op.Paging)), 0
	}
}

// failed counts a failure and returns how long to wait, or why the feed ends. After three of
// one kind the window is halved. The shortest one is a gap only if it still fails after minutes,
// while another window can be read: otherwise the service is down.
func (f *feed[T]) failed(to time.Time, err error, read readRange) (time.Duration, error) {
	now := f.p.config.Now()
	if _, refused := errors.AsType[*client.QuotaError](err); refused { // the service was not asked
		return f.pause(err), nil
	}
	if kind := kindOf(err); kind != f.kind || f.moved {
		f.kind, f.failures, f.since, f.elsewhere = kind, 0, now, false
	}
	f.failures++
	f.repeats++
	e, answered := errors.AsType[*client.Error](err)
	lasted := now.Sub(f.since)
	switch {
	case answered && e.RetryAfter > 24*time.Hour:
		return 0, err
	case temporary(err):
	case f.failures < 3:
		return f.p.pause(f.failures + 1), nil
	case f.halve(to):
		return 0, nil
	case lasted < patience:
	case f.elsewhere:
		return 0, f.pass(to, err)
	case f.probe(to, read):
		f.elsewhere = true
		return 0, nil
	case lasted >= endurance && !(answered && e.StatusCode >= http.StatusInternalServerError):
		return 0, err
	}
	if e, ok := errors.AsType[*client.DecodeError](err); ok { // the attempt itself looks like a success
		f.p.mismatch(client.Mismatch{Operation: f.op.ID, Want: "a reply that can be read", Got: e.Reason})
	}
	return f.pause(err), nil
}

// halve makes the next window half as long, and reports false if it is the shortest already.
func (f *feed[T]) halve(to time.Time) bool {
	half := (to.Sub(f.at) / 2).Truncate(time.Second)
	if f.op.Paging.Style != "window" || half < f.shortest() {
		return false
	}
	f.length, f.good, f.failures = half, 0, 0
	return true
}

// probe reports whether the service answers for a window behind that one.
func (f *feed[T]) probe(to time.Time, read readRange) bool {
	style := f.op.Paging
	from := earlier(to.Add(f.p.longest(style)), f.settled().Add(-f.shortest()))
	if style.Style != "window" || from.Before(to) {
		return false
	}
	_, err := read(from, from.Add(f.shortest()), true)
	return err == nil
}

// pass yields the gap up to to, or returns it as the error if the caller does not let the feed
// continue after it.
func (f *feed[T]) pass(to time.Time, err error) error {
	gap := client.Gap{From: f.at, To: to, Err: err}
	if f.p.config.OnGap == nil || !f.p.config.OnGap(gap) {
		return &client.GapError{Operation: f.op.ID, Gap: gap}
	}
	if !f.at.After(f.sure) {
		f.sure = to
	}
	f.at, f.length, f.failures, f.kind = to, 0, 0, ""
	f.hand(client.Followed[T]{Gap: &gap})
	return nil
}

// pause is how long to wait while the service fails: an outage may last, and each attempt counts
// against the quota.
func (f *feed[T]) pause(err error) time.Duration {
	wait := max(f.p.pause(f.failures+1), min(f.p.config.Poll, 5*time.Second<<min(f.failures, 10)))
	if e, ok := errors.AsType[*client.Error](err); ok && e.StatusCode == http.StatusTooManyRequests {
		wait = max(wait, e.RetryAfter, min(f.p.config.Poll, time.Minute<<min(f.failures, 6)))
	}
	if q, ok := errors.AsType[*client.QuotaError](err); ok {
		wait = max(wait, q.RetryAfter)
	}
	return wait
}

// final reports whether asking again cannot help: credentials that are refused, requests that
// are refused here, and servers that are not trusted. A store of credentials that does not
// answer is neither.
func final(err error) bool {
	re, refused := errors.AsType[*client.RequestError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return untrusted || refused && !unsigned(re) || errors.Is(err, client.ErrUnauthorized) || errors.Is(err, client.ErrForbidden)
}

// unsigned reports whether the credentials could not be had, rather than used.
func unsigned(e *client.RequestError) bool {
	return e.Reason == "no credentials" && !errors.Is(e, auth.ErrCredential)
}

// temporary reports whether a failure is unrelated to the window.
func temporary(err error) bool {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return e.StatusCode > 501 || e.StatusCode < 400 || slices.Contains([]int{http.StatusNotFound, http.StatusRequestTimeout, http.StatusTooManyRequests}, e.StatusCode)
	}
	if e, ok := errors.AsType[*client.DecodeError](err); ok {
		return errors.Is(err, errNotYet{}) || strings.HasPrefix(e.Reason, "a web page")
	}
	return !errors.Is(err, client.ErrTooLarge)
}

// kindOf tells failures apart: three of one kind may be a property of the window.
func kindOf(err error) string {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return strconv.Itoa(e.StatusCode)
	}
	if e, ok := errors.AsType[*client.DecodeError](err); ok {
		return e.Reason
	}
	return "transport"
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// skew is how far the clock here is ahead of a reply's Date. Less than a minute is what windows
// stay behind now for; more than an hour is no clock, but a test or a recorded reply.
func (p *Pipeline) skew(res *http.Response) time.Duration {
	if res == nil {
		return 0
	}
	date, err := http.ParseTime(res.Header.Get("Date"))
	if skew := p.config.Now().Sub(date); err == nil && skew > time.Minute && skew < time.Hour {
		return skew
	}
	return 0
}
