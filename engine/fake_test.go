package engine

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"

	"github.com/threatclients/threatclients-go/client"
)

// Tests of this package need no network: a fake is a Pipeline over answers that are written
// down beside the test, and remembers what happened.

// noon is the time of every fake.
var noon = time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)

type answer = func(*http.Request) (*http.Response, error)

type roundTrip answer

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type fake struct {
	*Pipeline
	sent       []*http.Request
	bodies     []string // of the requests
	pauses     []time.Duration
	mismatches []client.Mismatch
	attempts   []client.Attempt
}

// newFake gives the answers in order, the last one again and again.
func newFake(t testing.TB, answers []answer, opts ...client.Option) *fake {
	t.Helper()
	f := &fake{}
	p, err := New("https://api.example.com/v1", auth.Anonymous(), append([]client.Option{
		client.Transport(roundTrip(func(r *http.Request) (*http.Response, error) {
			var body []byte
			if r.Body != nil {
				body, _ = io.ReadAll(r.Body)
				r.Body.Close()
			}
			f.sent, f.bodies = append(f.sent, r), append(f.bodies, string(body))
			return answers[min(len(f.sent), len(answers))-1](r)
		})),
		client.Clock(func() time.Time { return noon }),
		client.Sleep(func(ctx context.Context, p time.Duration) error { f.pauses = append(f.pauses, p); return ctx.Err() }),
		client.OnMismatch(func(m client.Mismatch) { f.mismatches = append(f.mismatches, m) }),
		client.OnAttempt(func(a client.Attempt) { f.attempts = append(f.attempts, a) }),
	}, opts...)...)
	require.NoError(t, err)
	f.Pipeline = p
	return f
}

// says is an answer; header is name, value, name, value.
func says(status int, body string, header ...string) answer {
	return streams(status, func() io.Reader { return strings.NewReader(body) }, header...)
}

// breaksOff is an answer whose connection is lost after the text.
func breaksOff(body string) answer {
	return streams(200, func() io.Reader {
		return io.MultiReader(strings.NewReader(body), iotest.ErrReader(io.ErrUnexpectedEOF))
	})
}

func streams(status int, body func() io.Reader, header ...string) answer {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(body()), ContentLength: -1}, nil
	}
}

func fails(err error) answer {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// request is a request of op whose query is written like this.
func request(op *Operation, query string, values ...any) *Request {
	r := NewRequest(declared(op), values...)
	for text := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(text, "="); name != "" {
			r.query = append(r.query, parameter{name, text})
		}
	}
	return r
}

// declared is op with the statuses and the idempotence of its method, where a test does not
// say them.
func declared(op *Operation) *Operation {
	if op.Status != nil {
		return op
	}
	c := *op
	c.Status = append([]int{200, 207}, op.Empty...)
	c.Idempotent = op.Method != http.MethodPost && op.Method != http.MethodPatch
	return &c
}

// queries are the queries of what was sent.
func (f *fake) queries() (all []string) {
	for _, r := range f.sent {
		all = append(all, r.URL.RawQuery)
	}
	return all
}

// collect ranges over a list; the zero value beside an error is left out.
func collect[T any](seq iter.Seq2[T, error]) (all []T, err error) {
	for v, e := range seq {
		if e != nil {
			return all, e
		}
		all = append(all, v)
	}
	return all, nil
}

// told is the mismatches on one line each: pointer want<got, and ! where something was lost.
func (f *fake) told() (all []string) {
	for _, m := range f.mismatches {
		s := m.Pointer + " " + m.Want + "<" + m.Got
		if !m.Kept {
			s += "!"
		}
		all = append(all, s)
	}
	return all
}

// short keeps failure messages readable.
func short(s string) string {
	if len(s) > 60 {
		return fmt.Sprintf("%.60q… (%d bytes)", s, len(s))
	}
	return fmt.Sprintf("%q", s)
}

// get is Get as the generated methods are: it returns the value.
func get[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor) (out T, err error) {
	err = Get(ctx, p, r, editors, &out)
	return out, err
}
