package client

import (
	"context"
	"io"
	"sync/atomic"
	"time"
)

// watch cancels an attempt in which nothing moves for a while. http.Client.Timeout would
// cut a long stream that flows, and one that the caller reads slowly.
type watch struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	limit  time.Duration
	idle   atomic.Bool // the caller has the answer and does not read, or the attempt is over
}

func newWatch(ctx context.Context, limit time.Duration) *watch {
	w := &watch{limit: limit}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	if limit > 0 {
		w.timer = time.AfterFunc(limit, func() { w.cancel(ErrTimeout) })
	}
	return w
}

func (w *watch) stop() {
	w.pause()
	w.cancel(nil)
}

func (w *watch) pause() {
	w.idle.Store(true)
	if w.timer != nil {
		w.timer.Stop()
	}
}

// moved starts the time anew, unless nobody waits: the transport may still read the
// request's body then.
func (w *watch) moved() {
	if w.timer != nil && !w.idle.Load() {
		w.timer.Reset(w.limit)
	}
}

// cause names the timeout instead of the cancellation that it became.
func (w *watch) cause(err error) error {
	if err != nil && err != io.EOF && context.Cause(w.ctx) == ErrTimeout {
		return ErrTimeout
	}
	return err
}

func (w *watch) sending(b io.ReadCloser) io.ReadCloser {
	return &watched{b, func(p []byte) (int, error) {
		w.moved()
		return b.Read(p)
	}}
}

// receiving counts the time inside Read only: a slow reader is not a slow server.
func (w *watch) receiving(b io.ReadCloser) io.ReadCloser {
	w.pause()
	return &watched{b, func(p []byte) (int, error) {
		w.idle.Store(false)
		w.moved()
		n, err := b.Read(p)
		w.pause()
		return n, w.cause(err)
	}}
}

type watched struct {
	io.Closer
	read func([]byte) (int, error)
}

func (w *watched) Read(p []byte) (int, error) { return w.read(p) }
