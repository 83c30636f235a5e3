package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

var getUser = &Operation{ID: "getUser", Method: "GET", Path: "/users/{id}", Accept: "application/json"}

// The client's transport is its own: closing its idle connections, or another test that
// changes http.DefaultTransport, must not reach it. Redirects are never followed.
func TestNewMakesItsOwnClient(t *testing.T) {
	p, err := New("https://api.example.com", auth.Anonymous())
	require.NoError(t, err)
	assert.IsType(t, &http.Transport{}, p.config.Transport)
	assert.NotSame(t, http.DefaultTransport, p.config.Transport, "the transport is not everybody's")
}

// Each attempt is signed anew, last, on a clone: a timestamp is fresh, nothing of an attempt
// reaches the next one or the caller's request, and the signature covers what goes out.
func TestSigning(t *testing.T) {
	signed := 0
	f := newFake(t, []answer{says(503, ""), says(503, ""), says(200, "")}, client.Header("X-Client", "c"))
	f.config.Sign = func(_ context.Context, r *http.Request) error {
		signed++
		r.Header.Add("X-Signature", fmt.Sprint(signed, r.URL.RawQuery, r.Header.Get("X-Client"), r.Header.Get("Accept"), r.Header.Get("User-Agent") != ""))
		r.Header.Add("X-Client", "signed")
		return nil
	}
	r := request(getUser, "a=1&page=1", 7)
	r.set("page", "2")
	var edited *http.Request
	_, err := f.Send(t.Context(), r, []auth.Editor{func(_ context.Context, r *http.Request) error { edited = r; return nil }})
	require.NoError(t, err)
	for i, r := range f.sent {
		want := fmt.Sprint(i+1, "a=1&page=2", "c", "application/json", true)
		assert.Equal(t, []string{want}, r.Header["X-Signature"], "attempt %d is signed once, over what goes out", i+1)
		assert.Len(t, r.Header["X-Client"], 2, "attempt %d: the client's value and the signature's", i+1)
	}
	require.Len(t, f.sent, 3, "attempts")
	require.Empty(t, edited.Header, "the caller's request has nothing of an attempt")
	assert.Len(t, f.config.Header["X-Client"], 1, "the client's header has nothing of an attempt")
}

// Without credentials nothing is sent, and nothing is tried again.
func TestSigningFails(t *testing.T) {
	f := newFake(t, []answer{says(200, "")})
	f.config.Sign = auth.Basic("principal", "")
	_, err := f.Send(t.Context(), request(getUser, "", 7), nil)
	var re *client.RequestError
	var cause *auth.Error
	require.ErrorAs(t, err, &re)
	require.ErrorAs(t, err, &cause, "the credential is the cause")
	require.Empty(t, f.sent, "nothing is sent unsigned")
	require.Len(t, f.attempts, 1, "nothing is tried again")
	assert.Empty(t, f.pauses, "nothing is waited for")
}

// The same bytes go out with each attempt.
func TestBodyGoesOutAgain(t *testing.T) {
	op := &Operation{ID: "createUser", Method: "POST", Path: "/users"}
	f := newFake(t, []answer{says(429, ""), says(200, "")})
	r := request(op, "").JSON(map[string]string{"name": "x"})
	_, err := f.Send(t.Context(), r, nil)
	assert.NoError(t, err)
	assert.Equal(t, []string{`{"name":"x"}`, `{"name":"x"}`}, f.bodies, "the bodies of both attempts")
	broken := func(_ context.Context, r *http.Request) error {
		r.GetBody = func() (io.ReadCloser, error) { return nil, io.ErrClosedPipe }
		return nil
	}
	_, err = f.Send(t.Context(), r, []auth.Editor{broken})
	var re *client.RequestError
	assert.ErrorAs(t, err, &re, "the body cannot be made")
	assert.ErrorIs(t, err, io.ErrClosedPipe, "the body cannot be made")
	assert.Len(t, f.sent, 2, "nothing more is sent")
}

// A redirect is an answer: following it would take credentials along.
func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		for _, to := range []string{"https://api.example.com/v1/users/8", "https://evil.example/", "http://api.example.com/v1/users/7"} {
			f := newFake(t, []answer{says(307, "", "Location", to)})
			_, err := f.Send(t.Context(), request(&Operation{ID: "x", Method: method, Path: "/x"}, ""), nil)
			var e *client.Error
			require.ErrorAs(t, err, &e, "%s to %s", method, to)
			assert.Equal(t, 307, e.StatusCode, "%s to %s", method, to)
			assert.Len(t, f.sent, 1, "%s to %s: requests", method, to)
		}
	}
}

func TestRetries(t *testing.T) {
	lost := fails(errors.New("connection reset"))
	for _, c := range []struct {
		name    string
		method  string
		answers []answer
		sent    int
		want    int // status of the error; 0 for success, -1 for a lost connection
	}{
		{"works", "GET", []answer{says(200, "")}, 1, 0},
		{"works at last", "GET", []answer{says(503, ""), lost, says(200, "")}, 3, 0},
		{"never works", "GET", []answer{says(503, "")}, 3, 503},
		{"the last error counts", "GET", []answer{lost, says(503, ""), says(404, "")}, 3, 404},
		{"lost for good", "GET", []answer{lost}, 3, -1},
		{"not found is final", "GET", []answer{says(404, ""), says(200, "")}, 1, 404},
		{"a broken server is final", "GET", []answer{says(500, ""), says(200, "")}, 1, 500},
		{"POST after 503", "POST", []answer{says(503, ""), says(200, "")}, 1, 503},
		{"POST after a lost connection", "POST", []answer{lost, says(200, "")}, 1, -1},
		{"POST after 429", "POST", []answer{says(429, "", "Retry-After", "7"), says(200, "")}, 2, 0},
		{"Retry-After beyond the cap", "GET", []answer{says(429, "", "Retry-After", "61"), says(200, "")}, 1, 429},
	} {
		f := newFake(t, c.answers)
		_, err := f.Send(t.Context(), request(&Operation{ID: "x", Method: c.method, Path: "/x"}, ""), nil)
		got := 0
		var e *client.Error
		var te *client.TransportError
		switch {
		case errors.As(err, &e):
			got = e.StatusCode
			assert.Equal(t, c.sent, e.Attempts, "%s: the error counts", c.name)
		case errors.As(err, &te):
			got = -1
			assert.Equal(t, c.sent, te.Attempts, "%s: the error counts", c.name)
		}
		assert.Equal(t, c.want, got, "%s: the status that is told", c.name)
		require.Len(t, f.sent, c.sent, "%s: requests", c.name)
		assert.Len(t, f.pauses, c.sent-1, "%s: pauses", c.name)
	}
}

// An error of a write says whether any attempt may have been carried out, and how many there were.
func TestSentByAnEarlierAttempt(t *testing.T) {
	lost := fails(errors.New("connection reset"))
	refused := says(200, `{"status":"Failure","message":"no such user"}`)
	for _, c := range []struct {
		name     string
		method   string
		answers  []answer
		attempts int
		sent     bool
	}{
		{"gone at once", "DELETE", []answer{says(404, "")}, 1, false},
		{"gone after a lost connection", "DELETE", []answer{lost, says(404, "")}, 2, true},
		{"gone after a failed gateway", "DELETE", []answer{says(502, ""), says(404, "")}, 2, true},
		{"a conflict after two", "PUT", []answer{says(503, ""), lost, says(409, "")}, 3, true},
		{"gone after a rate limit", "DELETE", []answer{says(429, ""), says(404, "")}, 2, false},
		{"refused at once", "DELETE", []answer{refused}, 1, false},
		{"refused after a failed gateway", "DELETE", []answer{says(502, ""), refused}, 2, true},
		{"a reading", "GET", []answer{says(502, ""), says(404, "")}, 2, false},
	} {
		f := newFake(t, c.answers)
		op := &Operation{ID: "x", Method: c.method, Path: "/x", Envelope: &Envelope{Status: "status", Success: "Success", Message: "message"}}
		r := request(op, "")
		for range 2 { // what was is not told of the next call
			f.sent = nil
			_, err := get[map[string]any](t.Context(), f.Pipeline, r, nil)
			var e *client.Error
			require.ErrorAs(t, err, &e, c.name)
			assert.Equal(t, c.attempts, e.Attempts, "%s: attempts", c.name)
			assert.Equal(t, c.sent, e.Sent, "%s: may have been carried out", c.name)
		}
	}
}

// A caller who gives up between two attempts learns both: that he did, and what failed.
func TestContextEndsThePause(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := newFake(t, []answer{says(429, "")}, client.Sleep(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }))
	_, err := f.Send(ctx, request(getUser, "", 7), nil)
	assert.ErrorIs(t, err, context.Canceled, "the caller gave up")
	assert.ErrorIs(t, err, client.ErrRateLimited, "what failed before")
	assert.Len(t, f.sent, 1, "requests")
	ctx, cancel = context.WithCancel(t.Context())
	f = newFake(t, []answer{fails(io.EOF)}, client.Sleep(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }))
	_, err = f.Send(ctx, request(getUser, "", 7), nil)
	assert.ErrorIs(t, err, context.Canceled, "the caller gave up")
	assert.ErrorIs(t, err, io.EOF, "what failed before")
	assert.Equal(t, 1, strings.Count(err.Error(), "getUser"), "the operation is named once: %v", err)
}

// Headers of the caller's editors win over the client's, those over the operation's.
func TestHeaderPrecedence(t *testing.T) {
	op := &Operation{ID: "x", Method: "GET", Path: "/x", Accept: "application/json", Headers: []Pair{{"X-A", "operation"}, {"X-B", "operation"}, {"X-C", "operation"}}}
	f := newFake(t, []answer{says(200, "")}, client.Header("X-A", "client"), client.Header("X-B", "client"))
	edit := func(_ context.Context, r *http.Request) error {
		r.Header = http.Header{"X-A": {"call"}, "Accept": {"text/csv"}, "X-D": {""}, "X-E": {"1", ""}}
		return nil
	}
	_, err := f.Send(t.Context(), request(op, ""), []auth.Editor{edit})
	require.NoError(t, err)
	h := f.sent[0].Header
	assert.Equal(t, "call", h.Get("X-A"), "the editor's wins over all")
	assert.Equal(t, "client", h.Get("X-B"), "the client's wins over the operation's")
	assert.Equal(t, "operation", h.Get("X-C"), "the operation's, where nobody else has one")
	assert.Equal(t, "text/csv", h.Get("Accept"), "the editor's wins over the operation's")
	assert.NotContains(t, h, "X-D", "an empty header means none")
	assert.Len(t, h["X-E"], 2, "an empty value beside another stays")
}

// Over a real connection: the body of a refusal is read, so that the connection is used again.
func TestOverLoopback(t *testing.T) {
	conns := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conns[r.RemoteAddr] = true
		if r.URL.Path == "/v1/users/missing" {
			http.Error(w, "no such user", 404)
			return
		}
		io.WriteString(w, `{"id":"7"}`)
	}))
	defer s.Close()
	p, err := New(s.URL+"/v1", auth.Anonymous(), client.AllowHTTP())
	require.NoError(t, err)
	for range 3 {
		_, err := get[map[string]string](t.Context(), p, request(getUser, "", "missing"), nil)
		assert.ErrorIs(t, err, client.ErrNotFound)
		v, err := get[map[string]string](t.Context(), p, request(getUser, "", "7"), nil)
		assert.NoError(t, err)
		assert.Equal(t, "7", v["id"])
	}
	assert.Len(t, conns, 1, "connections of six calls")
}

// No query and no identifier reaches an error through the whole chain, also when the caller's
// transport uses another http.Client.
func TestTransportErrorsShowNoQuery(t *testing.T) {
	const secret = "s3cr3t"
	inner := &http.Client{Transport: roundTrip(fails(errors.New("connection reset")))}
	for name, says := range map[string]answer{
		"plain": fails(errors.New("connection reset")),
		"nested": func(r *http.Request) (*http.Response, error) {
			return inner.Get(r.URL.String())
		},
	} {
		f := newFake(t, []answer{says}, client.Attempts(1))
		_, err := f.Send(t.Context(), request(getUser, "token="+secret, secret), nil)
		var te *client.TransportError
		require.ErrorAs(t, err, &te, name)
		assert.EqualError(t, err, "getUser: GET /users/{id}: connection reset", name)
		text, _ := te.MarshalText()
		encoded, _ := json.Marshal(struct{ Err error }{err})
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Error("failed", "err", err, "attempts", f.attempts)
		ways := []string{string(text), string(encoded), log.String()}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			ways = append(ways, fmt.Sprintf(verb, err), fmt.Sprintf(verb, fmt.Errorf("outer: %w", err)), fmt.Sprintf(verb, []error{err}))
		}
		for _, s := range ways {
			assert.NotContains(t, s, secret, name)
		}
	}
}

// The extremes of the options work in a call.
func TestExtremeOptions(t *testing.T) {
	f := newFake(t, []answer{says(200, `{"n":"7"}`)}, client.MaxWait(-1), client.Timeout(-1), client.Lag(-1), client.Throttle(nil), client.OnMismatch(nil), client.OnAttempt(nil), client.Attempts(1), client.Backoff(0, 0), client.MaxBody(math.MaxInt64))
	v, err := get[struct {
		N int64 `json:"n"`
	}](t.Context(), f.Pipeline, request(&Operation{Method: "GET", Path: "/n"}, ""), nil)
	require.NoError(t, err)
	assert.Equal(t, int64(7), v.N)
	assert.Len(t, f.sent, 1)
}

// A pipeline that is printed, logged or encoded shows no value of a header, no matter how.
func TestPipelineShowsNoHeader(t *testing.T) {
	f := newFake(t, nil, client.Header("X-Api-Key", "s3cr3t"))
	require.Equal(t, "s3cr3t", f.config.Header.Get("X-Api-Key"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, v := range []any{f.Pipeline, struct{ P *Pipeline }{f.Pipeline}, []*Pipeline{f.Pipeline}} {
			s := fmt.Sprintf(verb, v)
			assert.NotContains(t, s, "s3cr3t", verb)
			assert.NotContains(t, s, "115 51 99", verb)
		}
		assert.Contains(t, fmt.Sprintf(verb, f.Pipeline), "https://api.example.com/v1", verb)
	}
	encoded, err := json.Marshal([]any{f.Pipeline})
	require.NoError(t, err)
	assert.NotContains(t, string(encoded), "s3cr3t")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "pipeline", f.Pipeline)
	assert.NotContains(t, log.String(), "s3cr3t")
}

// Attempts bounds everything that is sent for one call, wherever an attempt fails: while it is
// sent, by a refusal, or in the middle of the reply.
func TestAttemptsBoundAllSends(t *testing.T) {
	busy, cut, lost := says(503, ""), breaksOff(`{"id":`), fails(errors.New("connection reset"))
	for name, answers := range map[string][]answer{
		"refused, cut, refused": {busy, cut, busy, cut, busy, cut, busy, cut, busy, cut},
		"cut, refused, cut":     {cut, busy, cut, busy, cut, busy, cut, busy, cut, busy},
		"cut for good":          {cut},
		"refused for good":      {busy},
		"lost, cut, refused":    {lost, cut, busy, lost, cut, busy, lost, cut, busy, lost},
	} {
		for _, n := range []int{1, 2, 3, 5, 10} {
			f := newFake(t, answers, client.Attempts(n))
			_, err := get[map[string]int](t.Context(), f.Pipeline, request(getUser, "", 7), nil)
			require.Error(t, err, name)
			assert.Len(t, f.sent, n, "%s: Attempts(%d)", name, n)
			assert.Len(t, f.pauses, n-1, "%s: Attempts(%d)", name, n)
			require.Len(t, f.attempts, n, "%s: Attempts(%d)", name, n)
			for i, a := range f.attempts {
				assert.Equal(t, i+1, a.Attempt, "%s: attempts are counted on", name)
			}
			var e *client.Error
			var te *client.TransportError
			switch {
			case errors.As(err, &e):
				assert.Equal(t, n, e.Attempts, name)
			case errors.As(err, &te):
				assert.Equal(t, n, te.Attempts, name)
			default:
				assert.Fail(t, "neither a refusal nor a lost connection", "%s: %v", name, err)
			}
		}
	}
	// It ends as soon as it works.
	f := newFake(t, []answer{busy, cut, says(200, `{"id":7}`)}, client.Attempts(5))
	v, err := get[map[string]int](t.Context(), f.Pipeline, request(getUser, "", 7), nil)
	require.NoError(t, err)
	assert.Equal(t, 7, v["id"])
	assert.Len(t, f.sent, 3)
}

type limiter func(context.Context) error

func (f limiter) Wait(ctx context.Context) error { return f(ctx) }

// The limiter is asked before each attempt, not only before each call.
func TestThrottle(t *testing.T) {
	waits := 0
	f := newFake(t, []answer{says(429, ""), says(429, ""), says(200, "")}, client.Throttle(limiter(func(context.Context) error { waits++; return nil })))
	_, err := f.Send(t.Context(), request(&Operation{Method: "POST", Path: "/x"}, ""), nil)
	assert.NoError(t, err)
	assert.Equal(t, 3, waits, "the limiter is asked before each attempt")
	assert.Len(t, f.sent, 3, "attempts")
	full := errors.New("would exceed context deadline")
	f = newFake(t, []answer{says(200, "")}, client.Throttle(limiter(func(context.Context) error { return full })))
	_, err = f.Send(t.Context(), request(&Operation{ID: "postX", Method: "POST", Path: "/x"}, ""), nil)
	var te *client.TransportError
	assert.ErrorIs(t, err, full)
	require.ErrorAs(t, err, &te)
	assert.Empty(t, f.sent)
	assert.Zero(t, te.Attempts, "what the limiter held back was not attempted")
	assert.False(t, te.Sent, "what the limiter held back was not sent")
}

func TestNewRefuses(t *testing.T) {
	p, err := New("http://api.example.com", auth.Anonymous())
	require.ErrorIs(t, err, client.ErrUnsafe)
	assert.Nil(t, p)
	p, err = New("https://api.example.com", nil)
	require.ErrorContains(t, err, "package auth")
	assert.Nil(t, p)
}

// Editors run once for a call and in order, before it is checked and signed; the first that
// refuses ends it, and nothing is sent.
func TestEditors(t *testing.T) {
	var ran []string
	edit := func(name string, err error) auth.Editor {
		return func(_ context.Context, r *http.Request) error {
			ran = append(ran, name)
			r.Header.Add("X-Edit", name)
			return err
		}
	}
	f := newFake(t, []answer{says(503, ""), says(200, "{}")})
	f.config.Sign = func(_ context.Context, r *http.Request) error {
		ran = append(ran, "sign after "+strings.Join(r.Header["X-Edit"], " "))
		return nil
	}
	_, err := get[any](t.Context(), f.Pipeline, request(getUser, "", 7), []auth.Editor{edit("a", nil), edit("b", nil)})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "sign after a b", "sign after a b"}, ran)

	ran, f.sent = nil, nil
	refused := errors.New("not today")
	_, err = get[any](t.Context(), f.Pipeline, request(getUser, "", 7), []auth.Editor{edit("a", nil), edit("b", refused), edit("c", nil)})
	var re *client.RequestError
	require.ErrorAs(t, err, &re)
	assert.ErrorIs(t, err, refused)
	assert.EqualError(t, err, "getUser: refused by an editor: not today")
	assert.Equal(t, []string{"a", "b"}, ran)
	assert.Empty(t, f.sent)

	// A rule sees the query as the editors left it.
	op := &Operation{ID: "listThings", Method: "GET", Path: "/things", Rules: []Rule{Maximum{"size", 10}}}
	_, err = f.Send(t.Context(), request(op, "size=5"), []auth.Editor{func(_ context.Context, r *http.Request) error {
		r.URL.RawQuery = "size=11"
		return nil
	}})
	assert.EqualError(t, err, "listThings: parameter size is over 10")
	assert.Empty(t, f.sent)
}
