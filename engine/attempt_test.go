package engine

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// OnAttempt is told each attempt once, when it is over, with the error that the call returns.
func TestOnAttempt(t *testing.T) {
	op := &Op{ID: "getUser", Method: "GET", Path: "/users/{id}"}
	f := newFake(t, []answer{fails(io.EOF), says(503, "busy", "Retry-After", "7"), says(200, `{"id":"7"}`)}, Backoff(time.Second, time.Second))
	body, err := Open(t.Context(), op, "", f.send(op, "q=s3cr3t", "s3cr3t"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.attempts) != 2 {
		t.Errorf("%d attempts are over before the body is read", len(f.attempts))
	}
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
		if a.Operation != "getUser" || a.Method != "GET" || a.Path != "/users/{id}" || a.Attempt != i+1 {
			t.Errorf("%+v", a)
		}
	}
	if len(f.attempts) != 3 {
		t.Errorf("%d attempts", len(f.attempts))
	}
	var te *TransportError
	var e *Error
	if !errors.As(f.attempts[0].Err, &te) || !errors.As(f.attempts[1].Err, &e) {
		t.Errorf("%T, %T", f.attempts[0].Err, f.attempts[1].Err)
	}
	if s := fmt.Sprintf("%+v", f.attempts); strings.Contains(s, "s3cr3t") {
		t.Error(s)
	}
}

// A reply that was cut, or too large, is not a success.
func TestOnAttemptOfBrokenReplies(t *testing.T) {
	op := &Op{ID: "getUser", Method: "GET", Path: "/user"}
	for want, c := range map[error]struct {
		answer answer
		bytes  int64
	}{
		io.ErrUnexpectedEOF: {breaksOff("abc"), 3},
		ErrTooLarge:         {says(200, "abcdef"), 5},
	} {
		f := newFake(t, []answer{c.answer}, MaxBody(5))
		body, err := Open(t.Context(), op, "", f.send(op, ""))
		if err != nil {
			t.Fatal(err)
		}
		io.ReadAll(body)
		body.Close()
		if a := f.attempts[0]; !errors.Is(a.Err, want) || a.Bytes != c.bytes || a.Status != 200 {
			t.Errorf("%+v; want %v", a, want)
		}
	}
}
