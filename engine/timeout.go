package engine

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

// watchdog ends the attempts of a client in which nothing moves for a while. It has one timer
// for all: to start one for each attempt would wake the thread that waits for the network.
type watchdog struct {
	mu       sync.Mutex
	attempts map[*idleTimer]bool
	timer    *time.Timer
	at       time.Time // when the timer ends; zero if it does not run
}

// watch starts the time of w, whose context ends with ctx, with stop, and when nothing moves for
// limit, if that is not 0.
func (d *watchdog) watch(ctx context.Context, w *idleTimer, limit time.Duration) {
	w.watchdog, w.limit, w.start = d, limit, time.Now()
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	if limit > 0 {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.attempts[w] = true
		d.wake(limit)
	}
}

func (d *watchdog) forget(w *idleTimer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.attempts, w)
}

// wake lets the timer end after that time, unless it does so before.
func (d *watchdog) wake(after time.Duration) {
	at := time.Now().Add(after)
	if !d.at.IsZero() && !at.Before(d.at) {
		return
	}
	if d.timer != nil {
		d.timer.Stop()
	}
	d.at, d.timer = at, time.AfterFunc(after, d.elapsed)
}

// elapsed ends what stood still for its limit, and wakes again for what is left.
func (d *watchdog) elapsed() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = time.Time{}
	for w := range d.attempts {
		if left := w.limit - w.still(); left > 0 {
			d.wake(left)
			continue
		}
		w.cancel(client.ErrTimeout)
		delete(d.attempts, w)
	}
}

// idleTimer counts how long nothing moves in an attempt. http.Client.Timeout would cut a long
// stream that flows, and one that the caller reads slowly.
type idleTimer struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	watchdog *watchdog
	limit    time.Duration
	start    time.Time
	moved    atomic.Int64 // when something moved last, since start
	idle     atomic.Bool  // the caller has the answer and does not read, or the attempt is over
}

func (w *idleTimer) still() time.Duration {
	if w.idle.Load() {
		return 0
	}
	return time.Since(w.start) - time.Duration(w.moved.Load())
}

func (w *idleTimer) stop() {
	w.pause()
	w.watchdog.forget(w)
	w.cancel(nil)
}

func (w *idleTimer) pause() { w.idle.Store(true) }

// progress restarts the idle time.
func (w *idleTimer) progress() { w.moved.Store(int64(time.Since(w.start))) }

// cause returns the timeout in place of the cancellation that it caused.
func (w *idleTimer) cause(err error) error {
	if err != nil && err != io.EOF && context.Cause(w.ctx) == client.ErrTimeout {
		return client.ErrTimeout
	}
	return err
}

func (w *idleTimer) sending(b io.ReadCloser) io.ReadCloser { return &sentBody{b, w} }

// receiving counts the time inside Read only: a slow reader is not a slow server.
func (w *idleTimer) receiving(b io.ReadCloser) io.ReadCloser {
	w.pause()
	return &receivedBody{b, w}
}

type sentBody struct {
	io.ReadCloser
	timer *idleTimer
}

func (b *sentBody) Read(p []byte) (int, error) {
	b.timer.progress()
	return b.ReadCloser.Read(p)
}

type receivedBody struct {
	io.ReadCloser
	timer *idleTimer
}

func (b *receivedBody) Read(p []byte) (int, error) {
	b.timer.progress()
	b.timer.idle.Store(false)
	n, err := b.ReadCloser.Read(p)
	b.timer.pause()
	return n, b.timer.cause(err)
}
