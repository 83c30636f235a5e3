package engine

import (
	"context"
	"io"
	"math"
	"sync/atomic"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

// idleTimer cancels an attempt in which nothing moves for a while. http.Client.Timeout would
// cut a long stream that flows, and one that the caller reads slowly.
type idleTimer struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	limit  time.Duration
	start  time.Time
	moved  atomic.Int64 // when something moved last, since start
	idle   atomic.Bool  // the caller has the answer and does not read, or the attempt is over
}

func newIdleTimer(ctx context.Context, limit time.Duration) *idleTimer {
	w := &idleTimer{limit: limit, start: time.Now()}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	if limit > 0 {
		w.timer = time.AfterFunc(math.MaxInt64, w.elapsed) // it is known to elapsed before it can run
		w.timer.Reset(limit)
	}
	return w
}

// elapsed restarts the timer if something moved since. Restarting it at each read would cost
// more than the read, since it wakes the thread that waits for the network.
func (w *idleTimer) elapsed() {
	if w.ctx.Err() != nil {
		return // the attempt is over
	}
	left := w.limit
	if !w.idle.Load() {
		left -= time.Since(w.start) - time.Duration(w.moved.Load())
	}
	if left <= 0 {
		w.cancel(client.ErrTimeout)
		return
	}
	w.timer.Reset(left)
}

func (w *idleTimer) stop() {
	w.pause()
	w.cancel(nil)
	if w.timer != nil {
		w.timer.Stop()
	}
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
