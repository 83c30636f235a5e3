package engine

import (
	"crypto/tls"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

// shouldRetry decides whether a failed request is sent once more, and after how long. A 429
// was not carried out, so every method may be repeated. After a 5xx, a broken connection or a
// cut reply that is unknown, so only idempotent operations are. A request that the service did
// not begin to answer in time is not repeated: it would be as expensive again.
func (p *Pipeline) shouldRetry(r *Request, req *http.Request, err error, n int) (time.Duration, bool) {
	if n >= p.config.Attempts || req.Context().Err() != nil || !repeatable(req) {
		return 0, false
	}
	op, pause := r.op, p.pause(n)
	if e, ok := errors.AsType[*client.Error](err); ok {
		gone := e.StatusCode == http.StatusBadGateway || e.StatusCode == http.StatusServiceUnavailable || e.StatusCode == http.StatusGatewayTimeout
		if e.StatusCode != http.StatusTooManyRequests && !(op.Idempotent && gone) {
			return 0, false
		}
		// A day's quota is not free again within the second.
		if q := r.quota(); e.StatusCode == http.StatusTooManyRequests && e.RetryAfter == 0 && q != nil && mustDuration(q.Per) >= time.Hour {
			return 0, false
		}
		// Never sooner than the server asks; beyond MaxWait the caller decides.
		return max(e.RetryAfter, pause), e.RetryAfter <= p.config.MaxWait
	}
	if te, ok := errors.AsType[*client.TransportError](err); ok {
		_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
		final := untrusted || errors.Is(err, client.ErrTooLarge) || te.StatusCode == 0 && errors.Is(err, client.ErrTimeout)
		return pause, op.Idempotent && !final
	}
	return 0, false
}

// repeatable reports whether the body can be sent again.
func repeatable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

func (p *Pipeline) pause(n int) time.Duration {
	d := min(math.Ldexp(float64(p.config.Backoff), n-1), float64(p.config.BackoffLimit))
	return time.Duration(d * (0.5 + rand.Float64()/2))
}
