package engine

import (
	"context"
	"io"
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
	idle   atomic.Bool // the caller has the answer and does not read, or the attempt is over
}

func newIdleTimer(ctx context.Context, limit time.Duration) *idleTimer {
	w := &idleTimer{limit: limit}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	if limit > 0 {
		w.timer = time.AfterFunc(limit, func() { w.cancel(client.ErrTimeout) })
	}
	return w
}

func (w *idleTimer) stop() {
	w.pause()
	w.cancel(nil)
}

func (w *idleTimer) pause() {
	w.idle.Store(true)
	if w.timer != nil {
		w.timer.Stop()
	}
}

// progress starts the time anew, unless nobody waits: the transport may still read the
// request's body then.
func (w *idleTimer) progress() {
	if w.timer != nil && !w.idle.Load() {
		w.timer.Reset(w.limit)
	}
}

// cause names the timeout instead of the cancellation that it became.
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
	b.timer.idle.Store(false)
	b.timer.progress()
	n, err := b.ReadCloser.Read(p)
	b.timer.pause()
	return n, b.timer.cause(err)
}
