package engine

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
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

// watched is the time of an attempt that a watchdog of its own ends.
func watched(ctx context.Context, limit time.Duration) *idleTimer {
	w := new(idleTimer)
	(&watchdog{attempts: map[*idleTimer]bool{}}).watch(ctx, w, limit)
	return w
}

func TestIdleTimerEndsWhatDoesNotMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := watched(t.Context(), limit)
		<-w.ctx.Done()
		assert.Equal(t, limit, time.Since(start), "it ends after the limit")
		assert.Same(t, client.ErrTimeout, w.cause(w.ctx.Err()), "ErrTimeout, not the cancellation that it became")
		assert.Same(t, io.EOF, w.cause(io.EOF), "a body that is complete did not time out")
		assert.NoError(t, w.cause(nil), "success is no error")
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
			w := watched(t.Context(), limit)
			time.Sleep(limit / 2)
			b := w.receiving(io.NopCloser(&paused{iotest.OneByteReader(strings.NewReader("abc")), w.ctx, c.server}))
			var err error
			for err == nil {
				time.Sleep(c.reader)
				_, err = b.Read(make([]byte, 10))
			}
			assert.Equal(t, c.want, err, "%s: how the reply ends", c.name)
			assert.ErrorIs(t, err, c.want, "%s: it is that very error", c.name)
			w.stop()
		})
	}
}

// An upload that takes longer than the limit, but moves, is not cut.
func TestIdleTimerOfUploads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watched(t.Context(), limit)
		up := w.sending(io.NopCloser(strings.NewReader(strings.Repeat("x", 20))))
		for range 20 {
			time.Sleep(limit - 1)
			_, err := up.Read(make([]byte, 1))
			require.NoError(t, err)
			require.NoError(t, w.ctx.Err(), "an upload that moves is not ended")
		}
		time.Sleep(limit + 1)
		assert.Same(t, client.ErrTimeout, context.Cause(w.ctx), "an upload that stands still is ended")
	})
}

// A server may answer before the upload is over. What the transport still reads of it must
// not start the time of a reader who is slow.
func TestIdleTimerOfEarlyReplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watched(t.Context(), limit)
		up := w.sending(io.NopCloser(strings.NewReader("x")))
		down := w.receiving(io.NopCloser(strings.NewReader("reply")))
		io.ReadAll(up)
		time.Sleep(10 * limit)
		b, err := io.ReadAll(down)
		assert.NoError(t, err)
		assert.Equal(t, "reply", string(b), "the reply is whole")
		assert.NoError(t, context.Cause(w.ctx), "a slow reader is not ended")
		w.stop()
	})
}

// After an attempt its request may still be read; that must not start its time again.
func TestIdleTimerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watched(t.Context(), limit)
		up := w.sending(io.NopCloser(strings.NewReader("x")))
		w.stop()
		up.Read(make([]byte, 1))
		assert.Empty(t, w.watchdog.attempts, "nothing is watched after the attempt")
		assert.ErrorIs(t, w.ctx.Err(), context.Canceled, "an attempt that is over is cancelled")
		assert.NotSame(t, client.ErrTimeout, context.Cause(w.ctx), "and has not timed out")
	})
}

// One timer serves all attempts: each ends after its own limit, however they follow each other,
// and the timer rests when none is left.
func TestWatchdogOfManyAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, start := &watchdog{attempts: map[*idleTimer]bool{}}, time.Now()
		ended, want := make([]time.Duration, 12), make([]time.Duration, 12)
		for i := range ended {
			w, mine := new(idleTimer), limit
			if i%4 == 1 { // as client.ForCall does
				mine = limit / 4
			}
			want[i] = time.Since(start) + mine
			d.watch(t.Context(), w, mine)
			if i%3 == 0 {
				want[i] += mine / 2
				go func() {
					time.Sleep(mine / 2)
					w.progress()
				}()
			}
			go func() {
				<-w.ctx.Done()
				ended[i] = time.Since(start)
				assert.Same(t, client.ErrTimeout, context.Cause(w.ctx), "why attempt %d ends", i)
			}()
			time.Sleep(limit / 20)
		}
		time.Sleep(3 * limit)
		synctest.Wait()
		assert.Equal(t, want, ended, "when each attempt ends")
		d.mu.Lock()
		assert.True(t, d.at.IsZero(), "the timer runs and nothing is watched")
		d.mu.Unlock()

		w := new(idleTimer)
		d.watch(t.Context(), w, limit)
		start = time.Now()
		<-w.ctx.Done()
		assert.Equal(t, limit, time.Since(start), "it starts again with the next attempt")
	})
}

func TestIdleTimerWithoutLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watched(t.Context(), 0)
		b := w.receiving(w.sending(io.NopCloser(strings.NewReader("x"))))
		time.Sleep(1000 * time.Hour)
		s, err := io.ReadAll(b)
		assert.NoError(t, err)
		assert.Equal(t, "x", string(s), "the body is whole")
		assert.NoError(t, w.ctx.Err(), "without a limit nothing is ended")
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
			assert.Equal(t, c.took, time.Since(start), "%s: until the call ends", name)
			var te *client.TransportError
			var e *client.Error
			if c.status == 500 {
				require.ErrorAs(t, err, &e, name)
				assert.Equal(t, "{", string(e.Body), "%s: the refusal as far as it came", name)
			} else {
				require.ErrorAs(t, err, &te, name)
				assert.ErrorIs(t, err, client.ErrTimeout, name)
				assert.Equal(t, c.status, te.StatusCode, "%s: the status of the error", name)
			}
			a := f.attempts[0]
			assert.Equal(t, c.status, a.Status, "%s: the status that is told", name)
			assert.Equal(t, c.took, a.Duration, "%s: the duration that is told", name)
			assert.Error(t, a.Err, "%s: the attempt is no success", name)
		})
	}
}

// The limit of a call holds for it alone: one that began before keeps its own.
func TestTimeoutOfACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		op := &Operation{ID: "getReport", Method: "GET", Path: "/report"}
		silent := func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		p, err := New("https://api.example.com", auth.Anonymous(), client.Transport(roundTrip(silent)), client.Timeout(10*limit), client.Attempts(1))
		require.NoError(t, err)
		took := func(ctx context.Context, want time.Duration) {
			start := time.Now()
			_, err := get[any](ctx, p, request(op, ""), nil)
			assert.ErrorIs(t, err, client.ErrTimeout, "the call of %v", want)
			assert.Equal(t, want, time.Since(start), "until the call of %v ends", want)
		}
		var others sync.WaitGroup
		others.Go(func() { took(t.Context(), 10*limit) })
		time.Sleep(limit)
		took(client.ForCall(t.Context(), client.Timeout(limit)), limit)
		others.Wait()
	})
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
