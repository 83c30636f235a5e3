package engine

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// OnAttempt is told each attempt once, when it is over, with the error that the call returns.
func TestOnAttempt(t *testing.T) {
	op := &Operation{ID: "getUser", Method: "GET", Path: "/users/{id}", Types: []string{"application/json"}}
	f := newFake(t, []answer{fails(io.EOF), says(503, "busy", "Retry-After", "7"), says(200, `{"id":"7"}`)}, client.Backoff(time.Second, time.Second))
	body, err := Open(t.Context(), f.Pipeline, request(op, "q=s3cr3t", "s3cr3t"), "", nil)
	require.NoError(t, err)
	assert.Len(t, f.attempts, 2, "attempts are over before the body is read")
	io.ReadAll(body)
	body.Close()
	body.Close()
	for i, want := range []struct {
		status int
		bytes  int64
		wait   time.Duration
		err    bool
	}{{0, 0, 0, true}, {503, 4, f.pauses[0], true}, {200, 10, 7 * time.Second, false}} {
		a := f.attempts[i]
		if a.Status != want.status || a.Bytes != want.bytes || a.Wait != want.wait || (a.Err != nil) != want.err || a.Duration < 0 {
			t.Errorf("%+v; want %+v", a, want)
		}
		assert.Equal(t, "getUser", a.Operation, a)
		assert.Equal(t, "GET", a.Method, a)
		assert.Equal(t, "/users/{id}", a.Path, a)
		assert.Equal(t, i+1, a.Attempt, a)
	}
	assert.Len(t, f.attempts, 3)
	var te *client.TransportError
	var e *client.Error
	require.ErrorAs(t, f.attempts[0].Err, &te)
	assert.ErrorAs(t, f.attempts[1].Err, &e)
	assert.NotContains(t, fmt.Sprintf("%+v", f.attempts), "s3cr3t")
}

// A reply that was cut, or too large, is not a success.
func TestOnAttemptOfBrokenReplies(t *testing.T) {
	op := &Operation{ID: "getUser", Method: "GET", Path: "/user", Types: []string{"application/json"}}
	for want, c := range map[error]struct {
		answer answer
		bytes  int64
	}{
		io.ErrUnexpectedEOF: {breaksOff("abc"), 3},
		client.ErrTooLarge:  {says(200, "abcdef"), 5},
	} {
		f := newFake(t, []answer{c.answer}, client.MaxBody(5))
		body, err := Open(t.Context(), f.Pipeline, request(op, ""), "", nil)
		require.NoError(t, err)
		io.ReadAll(body)
		body.Close()
		if a := f.attempts[0]; !errors.Is(a.Err, want) || a.Bytes != c.bytes || a.Status != 200 {
			t.Errorf("%+v; want %v", a, want)
		}
	}
}

// What the client is told, what the operation says, and what is sent by default.
func TestHeaderOptions(t *testing.T) {
	op := &Operation{Method: "GET", Path: "/x", Accept: "application/json", Headers: []Pair{{"X-Terms-Update", "true"}}}
	for _, c := range []struct {
		opts []client.Option
		name string
		want []string
	}{
		{nil, "X-Terms-Update", []string{"true"}},
		{[]client.Option{client.Header("x-terms-update", "false")}, "X-Terms-Update", []string{"false"}},
		{[]client.Option{client.Header("X-Terms-Update", "")}, "X-Terms-Update", nil},
		{[]client.Option{client.Header("X-A", "1"), client.Header("X-A", "2")}, "X-A", []string{"2"}},
		{nil, "Accept", []string{"application/json"}},
		{[]client.Option{client.Header("Accept", "text/csv")}, "Accept", []string{"text/csv"}},
		{nil, "User-Agent", newFake(t, nil).config.Header["User-Agent"]},
		{[]client.Option{client.UserAgent("mine/1")}, "User-Agent", []string{"mine/1"}},
		{[]client.Option{client.UserAgent("")}, "User-Agent", []string{""}}, // net/http sends none then
	} {
		f := newFake(t, []answer{says(200, "")}, c.opts...)
		if _, err := f.Send(t.Context(), request(op, ""), nil); err != nil {
			t.Fatal(err)
		}
		if got := f.sent[0].Header[c.name]; strings.Join(got, "|") != strings.Join(c.want, "|") || len(got) != len(c.want) {
			t.Errorf("%s: %q; want %q", c.name, got, c.want)
		}
	}
}
