package engine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

const (
	errorBodyLimit = 64 << 10
	// Services refuse timestamps that are five minutes off; from one minute on the error says so.
	clockTolerance = time.Minute
)

// classify turns an answer outside 2xx into an *Error. It reads and closes the body.
func (p *Pipeline) classify(op *Operation, res *http.Response, n int, secrets redactor) *client.Error {
	b := readFor(res.Body, p.config.Timeout)
	_ = res.Body.Close()
	now, millis := p.config.Now(), ""
	if res.StatusCode == http.StatusTooManyRequests {
		millis = op.RetryMillis
	}
	e := &client.Error{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: res.StatusCode, Attempts: n,
		RetryAfter: retryAfter(res.Header, millis, now, p.config.MaxWait), Header: res.Header, Body: b, Sent: res.StatusCode >= 500 && !op.reads()}
	e.Message, e.Code = vendorMessage(res.Header.Get("Content-Type"), b, secrets)
	switch {
	case res.StatusCode/100 == 3 && res.Header.Get("Location") != "":
		e.Message = join(e.Message, "redirects are not followed: credentials would go along")
	case res.StatusCode == http.StatusUnauthorized:
		if t, err := http.ParseTime(res.Header.Get("Date")); err == nil {
			if diff := now.Sub(t).Round(time.Second); diff.Abs() > clockTolerance {
				e.Message = join(e.Message, fmt.Sprintf("the local clock differs from the server's by %s", diff))
			}
		}
	}
	return e
}

// readFor reads the start of a body, and not much longer than limit: a server that sends
// a byte at a time must not hold the caller for ever. 0 is no limit.
func readFor(body io.Reader, limit time.Duration) (b []byte) {
	start := time.Now()
	for len(b) < errorBodyLimit && (limit == 0 || time.Since(start) < limit) {
		b = slices.Grow(b, bytes.MinRead)
		n, err := body.Read(b[len(b):min(cap(b), errorBodyLimit)])
		b = b[:len(b)+n]
		if err != nil {
			break
		}
	}
	return b
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " (" + b + ")"
}

// retryAfter is the longest pause of all Retry-After headers: seconds, with or without a
// fraction, and HTTP dates against the server's own clock. The header millis of the document, ""
// if it has none, holds milliseconds. A header that cannot be read counts as longer than MaxWait,
// so that the wait is never too short.
func retryAfter(h http.Header, millis string, now time.Time, longest time.Duration) (wish time.Duration) {
	if t, err := http.ParseTime(h.Get("Date")); err == nil {
		now = t
	}
	for _, v := range h["Retry-After"] {
		if t, err := http.ParseTime(strings.TrimSpace(v)); err == nil {
			wish = max(wish, t.Sub(now))
		} else {
			wish = max(wish, pause(v, time.Second, longest))
		}
	}
	for _, v := range h.Values(millis) {
		wish = max(wish, pause(v, time.Millisecond, longest))
	}
	return wish
}

func pause(v string, unit, longest time.Duration) time.Duration {
	v = strings.TrimSpace(v)
	s, err := strconv.ParseFloat(v, 64)
	switch {
	case v == "":
		return 0
	case err == nil && !math.IsNaN(s) && s < 1e9:
		return time.Duration(math.Ceil(s)) * unit
	case (err == nil || errors.Is(err, strconv.ErrRange)) && s > 0:
		return math.MaxInt64
	}
	return longest + time.Second
}
