package engine

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

const (
	errorBodyLimit = 64 << 10
	// Signatures over a timestamp are refused beyond five minutes; a minute is worth a word.
	clockTolerance = time.Minute
)

// classify turns an answer outside 2xx into an *client.Error. It reads and closes the body.
func (p *Pipeline) classify(op *Operation, res *http.Response, n int) *client.Error {
	b, _ := io.ReadAll(io.LimitReader(res.Body, errorBodyLimit))
	_ = res.Body.Close()
	e := &client.Error{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: res.StatusCode, Attempts: n,
		RetryAfter: retryAfter(res.Header, p.config.Now()), Header: res.Header, Body: b}
	e.Message, e.Code = vendorMessage(res.Header.Get("Content-Type"), b)
	switch {
	case res.StatusCode/100 == 3:
		e.Message = join(e.Message, "redirects are not followed: credentials would go along")
	case res.StatusCode == http.StatusUnauthorized:
		if t, err := http.ParseTime(res.Header.Get("Date")); err == nil {
			if diff := p.config.Now().Sub(t).Round(time.Second); diff.Abs() > clockTolerance {
				e.Message = join(e.Message, fmt.Sprintf("the local clock differs from the server's by %s", diff))
			}
		}
	}
	return e
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " (" + b + ")"
}

// retryAfter reads seconds and HTTP dates; what it cannot read is no wish.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseInt(v, 10, 32); err == nil || errors.Is(err, strconv.ErrRange) { // then it is the largest
		return time.Duration(max(0, s)) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}
