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
	limit    time.Duration // 0 for none
	mu       sync.Mutex
	attempts map[*idleTimer]bool
	started  bool // the timer
}

func newWatchdog(limit time.Duration) *watchdog {
	return &watchdog{limit: limit, attempts: map[*idleTimer]bool{}}
}

// watch starts the time of w, whose context ends with ctx, with the limit, and with stop.
func (d *watchdog) watch(ctx context.Context, w *idleTimer) {
	w.watchdog, w.start = d, time.Now()
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.attempts[w] = true
	if !d.started && d.limit > 0 {
		d.started = true
		time.AfterFunc(d.limit, d.elapsed)
	}
}

func (d *watchdog) forget(w *idleTimer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.attempts, w)
}

// elapsed ends what stood still for the limit, and starts the timer again for what may be next.
func (d *watchdog) elapsed() {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := d.limit
	for w := range d.attempts {
		if left := d.limit - w.still(); left <= 0 {
			w.cancel(client.ErrTimeout)
			delete(d.attempts, w)
		} else {
			next = min(next, left)
		}
	}
	if d.started = len(d.attempts) > 0; d.started {
		time.AfterFunc(next, d.elapsed)
	}
}

// idleTimer counts how long nothing moves in an attempt. http.Client.Timeout would cut a long
// stream that flows, and one that the caller reads slowly.
type idleTimer struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	watchdog *watchdog
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
