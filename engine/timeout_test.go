package engine

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/client"
)

// Time in these tests is that of testing/synctest: exact, and over at once.

// paused waits before each read, as long as the context lets it.
type paused struct {
	io.Reader
	ctx   context.Context
	pause time.Duration
}

func (p *paused) Read(b []byte) (int, error) {
	select {
	case <-p.ctx.Done():
		return 0, p.ctx.Err()
	case <-time.After(p.pause):
		return p.Reader.Read(b)
	}
}

const limit = time.Second

func TestIdleTimerEndsWhatDoesNotMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := newIdleTimer(t.Context(), limit)
		<-w.ctx.Done()
		assert.Equal(t, limit, time.Since(start), "ended after")
		assert.Equal(t, client.ErrTimeout, w.cause(w.ctx.Err()), "want ErrTimeout, not the cancellation that it became")
		assert.Equal(t, io.EOF, w.cause(io.EOF), "a body that is complete did not time out")
		assert.NoError(t, w.cause(nil), "success became an error")
	})
}

func TestIdleTimerOfReplies(t *testing.T) {
	for _, c := range []struct {
		name           string
		server, reader time.Duration // pause before each byte
		want           error
	}{
		{"all flows", limit / 2, 0, io.EOF},
		{"the reader is slow", 0, 10 * limit, io.EOF},
		{"both are slow", limit / 2, 10 * limit, io.EOF},
		{"the server stands still", limit + 1, 0, client.ErrTimeout},
		{"the server stands still, the reader is slow", limit + 1, 10 * limit, client.ErrTimeout},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newIdleTimer(t.Context(), limit)
			time.Sleep(limit / 2)
			b := w.receiving(io.NopCloser(&paused{iotest.OneByteReader(strings.NewReader("abc")), w.ctx, c.server}))
			var err error
			for err == nil {
				time.Sleep(c.reader)
				_, err = b.Read(make([]byte, 10))
			}
			assert.Equal(t, c.want, err, c.name)
			w.stop()
		})
	}
}

// An upload that takes longer than the limit, but moves, is not cut.
func TestIdleTimerOfUploads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newIdleTimer(t.Context(), limit)
		up := w.sending(io.NopCloser(strings.NewReader(strings.Repeat("x", 20))))
		for range 20 {
			time.Sleep(limit - 1)
			if _, err := up.Read(make([]byte, 1)); err != nil || w.ctx.Err() != nil {
				t.Fatal(err, w.ctx.Err())
			}
		}
		time.Sleep(limit + 1)
		assert.Equal(t, client.ErrTimeout, context.Cause(w.ctx), "an upload that stood still was not ended")
	})
}

// A server may answer before the upload is over. What the transport still reads of it must
// not start the time of a reader who is slow.
func TestIdleTimerOfEarlyReplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newIdleTimer(t.Context(), limit)
		up := w.sending(io.NopCloser(strings.NewReader("x")))
		down := w.receiving(io.NopCloser(strings.NewReader("reply")))
		io.ReadAll(up)
		time.Sleep(10 * limit)
		if b, err := io.ReadAll(down); string(b) != "reply" || err != nil || w.ctx.Err() != nil {
			t.Errorf("%q, %v, %v", b, err, context.Cause(w.ctx))
		}
		w.stop()
	})
}

// After an attempt its request may still be read; that must not start its time again.
func TestIdleTimerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newIdleTimer(t.Context(), limit)
		up := w.sending(io.NopCloser(strings.NewReader("x")))
		w.stop()
		up.Read(make([]byte, 1))
		assert.False(t, w.timer.Stop(), "the timer runs after the attempt")
		assert.ErrorIs(t, w.ctx.Err(), context.Canceled)
		assert.NotEqual(t, client.ErrTimeout, context.Cause(w.ctx))
	})
}

func TestIdleTimerWithoutLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newIdleTimer(t.Context(), 0)
		b := w.receiving(w.sending(io.NopCloser(strings.NewReader("x"))))
		time.Sleep(1000 * time.Hour)
		if s, err := io.ReadAll(b); string(s) != "x" || err != nil || w.ctx.Err() != nil {
			t.Error(s, err, w.ctx.Err())
		}
		w.stop()
	})
}

// The whole attempt: a server that never answers, and one that stops in the middle.
func TestTimeout(t *testing.T) {
	op := &Operation{ID: "getReport", Method: "GET", Path: "/report"}
	silent := func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	stalls := func(status int) answer {
		return func(r *http.Request) (*http.Response, error) {
			body := io.MultiReader(&paused{iotest.DataErrReader(strings.NewReader("{")), r.Context(), limit / 2}, &paused{nil, r.Context(), 99 * limit})
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(body)}, nil
		}
	}
	for name, c := range map[string]struct {
		answer answer
		took   time.Duration
		status int
	}{
		"silent":        {silent, limit, 0},
		"stalls":        {stalls(200), limit/2 + limit, 200},
		"stalls in 500": {stalls(500), limit/2 + limit, 500},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(t, []answer{c.answer}, client.Timeout(limit), client.Attempts(1))
			start := time.Now()
			_, err := get[any](t.Context(), f.Pipeline, request(op, ""), nil)
			assert.Equal(t, c.took, time.Since(start), "%s: took", name)
			var te *client.TransportError
			var e *client.Error
			switch {
			case c.status == 500 && (!errors.As(err, &e) || string(e.Body) != "{"):
				t.Errorf("%s: %v; want the refusal as far as it came", name, err)
			case c.status != 500 && (!errors.As(err, &te) || !errors.Is(err, client.ErrTimeout) || te.StatusCode != c.status):
				t.Errorf("%s: %v", name, err)
			}
			if a := f.attempts[0]; a.Status != c.status || a.Duration != c.took || a.Err == nil {
				t.Errorf("%s: %+v", name, a)
			}
		})
	}
}

// A whole call whose upload takes longer than the limit, and moves all the time, is not cut.
func TestTimeoutOfAnUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(r *http.Request) (*http.Response, error) {
			b, err := io.ReadAll(&paused{iotest.OneByteReader(r.Body), r.Context(), limit - 1})
			if err != nil {
				return nil, err
			}
			return says(200, string(b))(r)
		}
		f := newFake(t, nil, client.Transport(roundTrip(slow)), client.Timeout(limit), client.Attempts(1))
		op := &Operation{ID: "upload", Method: "POST", Path: "/upload", Status: []int{200}}
		var got map[string]int
		err := Call(t.Context(), f.Pipeline, NewRequest(op).Body("application/json", strings.NewReader(`{"id":7}`)), nil, func(int) any { return &got })
		assert.NoError(t, err)
		assert.Equal(t, map[string]int{"id": 7}, got)
	})
}
