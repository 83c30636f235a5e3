package client

import (
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// again decides whether a failed request is sent once more, and after how long. A 429
// was not carried out, so every method may be repeated; what a 5xx or a broken
// connection did is unknown, so only idempotent methods are.
func (d *Doer) again(op *Op, req *http.Request, err error, n int) (time.Duration, bool) {
	if n >= d.attempts || req.Context().Err() != nil || !repeatable(req) {
		return 0, false
	}
	safe := slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete}, op.Method)
	pause := d.pause(n)
	var e *Error
	var re *TransportError
	switch {
	case errors.As(err, &e):
		gone := e.StatusCode == http.StatusBadGateway || e.StatusCode == http.StatusServiceUnavailable || e.StatusCode == http.StatusGatewayTimeout
		if e.StatusCode != http.StatusTooManyRequests && !(safe && gone) {
			return 0, false
		}
		// Never sooner than the server asks; longer than MaxWait is the caller's decision.
		return max(e.RetryAfter, pause), e.RetryAfter <= d.maxWait
	case errors.As(err, &re):
		var cert *tls.CertificateVerificationError
		return pause, safe && !errors.As(err, &cert)
	}
	return 0, false
}

// repeatable reports whether the body can be sent again.
func repeatable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

func (d *Doer) pause(n int) time.Duration {
	p := d.backoff
	for range n - 1 {
		p = min(2*p, d.backoffLimit)
	}
	return time.Duration(float64(p) * (0.5 + rand.Float64()/2))
}
