package client

import (
	"iter"
	"sync/atomic"
	"time"
)

// Window is a part of the time that a list covers. The zero Window has no events.
type Window[T any] struct {
	From, To time.Time // [From, To), UTC, whole seconds
	events   iter.Seq2[T, error]
	state    *windowState
}

// windowState is shared by the copies of a window, which several goroutines may hold.
type windowState struct {
	end  func() time.Time
	read atomic.Bool
}

// NewWindow is the window [from, to) with those events, for fakes of an API. serverEnd, if
// given, returns the end that the server stated, and is called after the events were read.
func NewWindow[T any](from, to time.Time, events iter.Seq2[T, error], serverEnd ...func() time.Time) Window[T] {
	s := &windowState{}
	if len(serverEnd) > 0 {
		s.end = serverEnd[0]
	}
	return Window[T]{From: from, To: to, events: events, state: s}
}

// Events fetches the window and yields its events as they arrive, in no order. An error is
// the last thing that it yields. Ranging over it again fetches it again.
func (w Window[T]) Events() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if w.events == nil {
			return
		}
		w.state.read.Store(false)
		whole := true
		w.events(func(v T, err error) bool {
			whole = yield(v, err) && err == nil
			return whole
		})
		w.state.read.Store(whole)
	}
}

// QueryEnd is the end that the server says it used, or that its clock had reached, once the
// events were read; zero before that and where the server does not say.
func (w Window[T]) QueryEnd() time.Time {
	if w.state == nil || w.state.end == nil {
		return time.Time{}
	}
	return w.state.end()
}

// Checkpoint is the time from which to go on: From until the events were read to their end,
// then the earlier of To and QueryEnd, but never before From. It never passes over what was
// not read.
func (w Window[T]) Checkpoint() time.Time {
	switch end := w.QueryEnd(); {
	case w.state == nil || !w.state.read.Load():
		return w.From
	case end.IsZero() || end.After(w.To):
		return w.To
	case end.Before(w.From):
		return w.From
	default:
		return end
	}
}
