package engine

import (
	"fmt"
	"io"
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
	assert.Len(t, f.attempts, 2, "the last attempt is not over before the body is read")
	io.ReadAll(body)
	body.Close()
	body.Close()
	require.Len(t, f.attempts, 3, "each attempt is told once")
	for i, want := range []client.Attempt{{}, {Status: 503, Bytes: 4, Wait: f.pauses[0]}, {Status: 200, Bytes: 10, Wait: 7 * time.Second}} {
		got := f.attempts[i]
		assert.GreaterOrEqual(t, got.Duration, time.Duration(0), "attempt %d", i+1)
		want.Operation, want.Method, want.Path, want.Attempt = "getUser", "GET", "/users/{id}", i+1
		got.Duration, got.Err = 0, nil
		assert.Equal(t, want, got, "attempt %d, but for its duration and its error", i+1)
	}
	var te *client.TransportError
	var e *client.Error
	assert.ErrorAs(t, f.attempts[0].Err, &te, "the first got no answer")
	assert.ErrorAs(t, f.attempts[1].Err, &e, "the second was refused")
	assert.NoError(t, f.attempts[2].Err, "the third is a success")
	assert.NotContains(t, fmt.Sprintf("%+v", f.attempts), "s3cr3t", "neither the query nor an identifier is told")
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
		assert.ErrorIs(t, f.attempts[0].Err, want)
		assert.Equal(t, c.bytes, f.attempts[0].Bytes, "bytes that were read before %v", want)
		assert.Equal(t, 200, f.attempts[0].Status, "the status of a reply with %v", want)
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
		_, err := f.Send(t.Context(), request(op, ""), nil)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.want, f.sent[0].Header[c.name], "%s with %d options", c.name, len(c.opts))
	}
}
