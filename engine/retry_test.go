package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/threatclients/threatclients-go/client"
)

// What a 5xx or a broken connection did is unknown: only what is idempotent is sent again.
// A 429 was not carried out, so everything is.
func TestShouldRetryByMethodAndStatus(t *testing.T) {
	f := newFake(t, nil)
	idempotent := map[string]bool{"GET": true, "HEAD": true, "OPTIONS": true, "PUT": true, "DELETE": true, "POST": false, "PATCH": false}
	for method, safe := range idempotent {
		r, _ := http.NewRequest(method, "https://api.example.com", nil)
		for status := 300; status < 600; status++ {
			want := status == 429 || safe && (status == 502 || status == 503 || status == 504)
			_, got := f.shouldRetry(request(&Operation{Method: method}, ""), r, &client.Error{StatusCode: status}, 1)
			assert.Equal(t, want, got, "%s is sent again after %d", method, status)
		}
		for name, c := range map[string]struct {
			err  error
			want bool
		}{
			"connection lost": {&client.TransportError{Err: io.ErrUnexpectedEOF}, safe},
			"no progress":     {&client.TransportError{Err: client.ErrTimeout}, false}, // it would be asked the same again
			"a slow reply":    {&client.TransportError{StatusCode: 200, Err: client.ErrTimeout}, safe},
			"a reply cut off": {&client.TransportError{StatusCode: 200, Err: io.ErrUnexpectedEOF}, safe},
			"too large":       {&client.TransportError{StatusCode: 200, Err: client.ErrTooLarge}, false},
			"wrong cert":      {&client.TransportError{Err: fmt.Errorf("tls: %w", &tls.CertificateVerificationError{Err: errors.New("expired")})}, false},
			"refused here":    {&client.RequestError{}, false},
			"anything else":   {errors.New("x"), false},
		} {
			_, got := f.shouldRetry(request(&Operation{Method: method}, ""), r, c.err, 1)
			assert.Equal(t, c.want, got, "%s is sent again after %s", method, name)
		}
	}
}

// Retry-After is obeyed up to the cap, and never shortened: beyond it the caller decides.
func TestShouldRetryObeysRetryAfter(t *testing.T) {
	r, _ := http.NewRequest("GET", "https://api.example.com", nil)
	f := newFake(t, nil, client.MaxWait(time.Minute), client.Backoff(time.Second, time.Second))
	for _, status := range []int{429, 503} {
		for wish, want := range map[time.Duration]bool{0: true, time.Second: true, time.Minute: true, time.Minute + 1: false, time.Hour: false} {
			pause, again := f.shouldRetry(request(&Operation{Method: "GET"}, ""), r, &client.Error{StatusCode: status, RetryAfter: wish}, 1)
			assert.Equal(t, want, again, "%d, asks for %s: it is sent again", status, wish)
			if again {
				assert.GreaterOrEqual(t, pause, max(wish, time.Second/2), "%d, asks for %s: the pause", status, wish)
			}
		}
	}
	f = newFake(t, nil, client.MaxWait(0))
	_, again := f.shouldRetry(request(&Operation{Method: "GET"}, ""), r, &client.Error{StatusCode: 429, RetryAfter: time.Second}, 1)
	assert.False(t, again, "MaxWait(0) waits for nothing")
}

// What a document says wins over the method: a POST that only reads is repeated, a PUT that
// adds up is not. A 429 of a day's quota is not repeated within the second.
func TestShouldRetryByTheDocument(t *testing.T) {
	gone := &client.Error{StatusCode: 503}
	for name, x := range map[string]struct {
		op   Operation
		err  error
		want bool
	}{
		"a POST that reads":     {Operation{Method: "POST", Status: []int{200}, Idempotent: true}, gone, true},
		"a PUT that adds up":    {Operation{Method: "PUT", Status: []int{200}}, gone, false},
		"a day's quota":         {Operation{Method: "GET", Status: []int{200}, Quotas: []Quota{{Pool: "siem", Calls: 50, Per: "PT24H"}}}, &client.Error{StatusCode: 429}, false},
		"a minute's quota":      {Operation{Method: "GET", Status: []int{200}, Quotas: []Quota{{Pool: "siem", Calls: 50, Per: "PT1M"}}}, &client.Error{StatusCode: 429}, true},
		"a quota and its reset": {Operation{Method: "GET", Status: []int{200}, Quotas: []Quota{{Pool: "siem", Calls: 50, Per: "PT24H"}}}, &client.Error{StatusCode: 429, RetryAfter: time.Second}, true},
	} {
		r, err := http.NewRequest(x.op.Method, "https://api.example.com", nil)
		require.NoError(t, err)
		_, got := newFake(t, nil).shouldRetry(request(&x.op, ""), r, x.err, 1)
		assert.Equal(t, x.want, got, name)
	}
}

// A body that cannot be sent again must not go out empty or halved.
func TestShouldRetryNeedsTheBody(t *testing.T) {
	f := newFake(t, nil)
	for name, c := range map[string]struct {
		body io.Reader
		want bool
	}{
		"none":     {nil, true},
		"NoBody":   {http.NoBody, true},
		"text":     {strings.NewReader("x"), true},
		"a stream": {io.MultiReader(strings.NewReader("x")), false},
	} {
		r, _ := http.NewRequest("PUT", "https://api.example.com", c.body)
		for _, err := range []error{&client.Error{StatusCode: 429}, &client.Error{StatusCode: 503}, &client.TransportError{Err: io.EOF}} {
			_, got := f.shouldRetry(request(&Operation{Method: "PUT"}, ""), r, err, 1)
			assert.Equal(t, c.want, got, "a body that is %s is sent again after %v", name, err)
		}
	}
}

func TestShouldRetryEnds(t *testing.T) {
	r, _ := http.NewRequest("GET", "https://api.example.com", nil)
	for attempts := 1; attempts < 5; attempts++ {
		f, sent := newFake(t, nil, client.Attempts(attempts)), 1
		for again := true; again && sent < 9; {
			if _, again = f.shouldRetry(request(&Operation{Method: "GET"}, ""), r, &client.Error{StatusCode: 429}, sent); again {
				sent++
			}
		}
		assert.Equal(t, attempts, sent, "Attempts(%d)", attempts)
	}
	// The context always wins.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, again := newFake(t, nil).shouldRetry(request(&Operation{Method: "GET"}, ""), r.WithContext(ctx), &client.Error{StatusCode: 429}, 1)
	assert.False(t, again, "a cancelled request is not sent again")
}

// Pauses double up to the limit and are jittered between half of it and all of it, so that
// clients which failed together do not come back together.
func TestPause(t *testing.T) {
	f := newFake(t, nil, client.Backoff(100*time.Millisecond, 350*time.Millisecond))
	for n, full := range map[int]time.Duration{1: 100 * time.Millisecond, 2: 200 * time.Millisecond, 3: 350 * time.Millisecond, 4: 350 * time.Millisecond, 99: 350 * time.Millisecond} {
		low, high := full, time.Duration(0)
		for range 1000 {
			p := f.pause(n)
			low, high = min(low, p), max(high, p)
		}
		assert.GreaterOrEqual(t, low, full/2, "the shortest pause %d", n)
		assert.LessOrEqual(t, high, full, "the longest pause %d", n)
		assert.LessOrEqual(t, low, full*6/10, "the shortest pause %d of 1000: it is jittered down to a half", n)
		assert.GreaterOrEqual(t, high, full*9/10, "the longest pause %d of 1000: it is jittered up to all", n)
	}
	assert.EqualValues(t, 0, newFake(t, nil, client.Backoff(0, 0)).pause(3), "Backoff(0, 0) is no pause")
}
