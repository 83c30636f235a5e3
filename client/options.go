package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Option changes a client under construction.
type Option func(*Doer) error

// Limiter is what *rate.Limiter of golang.org/x/time offers.
type Limiter interface{ Wait(context.Context) error }

// Server replaces the server of the specification: another region, a proxy, a test
// server. A path is kept as base path; credentials, query and fragment are refused.
func Server(u string) Option {
	return func(d *Doer) (err error) {
		if d.server, err = url.Parse(u); err != nil {
			return errors.New("the server URL cannot be parsed")
		}
		return nil
	}
}

// DiscoveredServer is Server for a URL that an answer named. An answer is data, not trust:
// the host must be the one that the client has anyway, or lie in the domain of the
// specification's server (us2.example.com beside us1.example.com). To go elsewhere, say
// Server. A URL without a path keeps the base path.
func DiscoveredServer(u string) Option {
	return func(d *Doer) error {
		found, err := url.Parse(u)
		if err != nil || found.Host == "" {
			return errors.New("the discovered server is not an absolute URL")
		}
		_, domain, _ := strings.Cut(d.home.Hostname(), ".")
		if net.ParseIP(d.home.Hostname()) != nil {
			domain = "" // an address has none
		}
		inside := strings.Contains(domain, ".") && strings.HasSuffix(strings.ToLower(found.Hostname()), "."+domain) && found.Port() == d.home.Port()
		if !inside && found.Host != d.server.Host || found.Scheme != d.server.Scheme {
			return &RequestError{Parameter: "server URL", Reason: "was named by an answer and lies outside the API's own domain", Unsafe: true}
		}
		if strings.Trim(found.Path, "/") == "" {
			found.Path = d.server.Path
		}
		d.server = found
		return nil
	}
}

// Transport sends through rt, for proxies, client certificates, recording or tracing.
// The default is a clone of http.DefaultTransport.
func Transport(rt http.RoundTripper) Option {
	return func(d *Doer) error {
		if rt == nil {
			return errors.New("the transport is nil")
		}
		d.http.Transport = rt
		return nil
	}
}

// Attempts is how often a request is sent at most; the default is 3, 1 turns retries off.
func Attempts(n int) Option {
	return func(d *Doer) error {
		if n < 1 {
			return errors.New("the number of attempts is below 1")
		}
		d.attempts = n
		return nil
	}
}

// Backoff is the pause before the second attempt, doubled for each further one up to
// limit, and jittered between half of it and all of it. The default is 500ms and 30s.
func Backoff(first, limit time.Duration) Option {
	return func(d *Doer) error {
		if first < 0 || limit < first {
			return errors.New("the backoff is negative or over its limit")
		}
		d.backoff, d.backoffLimit = first, limit
		return nil
	}
}

// MaxWait is the longest Retry-After that is waited for; the default is a minute. A
// longer one is returned as the *Error that names it, and is never shortened.
func MaxWait(t time.Duration) Option {
	return func(d *Doer) error { d.maxWait = max(0, t); return nil }
}

// Timeout bounds each attempt while nothing moves: from the last byte sent to the headers
// of the answer, and between two reads of the body while the reader waits. A long stream
// that flows is not cut. The default is 2 minutes; 0 leaves it to the context.
func Timeout(t time.Duration) Option {
	return func(d *Doer) error { d.timeout = max(0, t); return nil }
}

// MaxBody bounds the decompressed body of a reply; the default is 256 MiB. Beyond it
// reading fails with ErrTooLarge: a reply is never shortened silently.
func MaxBody(n int64) Option {
	return func(d *Doer) error {
		if n < 1 {
			return errors.New("the body limit is below 1")
		}
		d.maxBody = n
		return nil
	}
}

// Throttle waits for l before each attempt.
func Throttle(l Limiter) Option { return func(d *Doer) error { d.limiter = l; return nil } }

// AllowHTTP lets credentials travel without TLS, for tests and sandboxes.
func AllowHTTP() Option { return func(d *Doer) error { d.insecure = true; return nil } }

// OnMismatch is told each member of a reply that did not have its specified type. The
// default warns through slog, once per operation and place. It may be called from
// several goroutines.
func OnMismatch(f func(Mismatch)) Option {
	return func(d *Doer) error { d.onMismatch = f; return nil }
}

// OnAttempt is told each attempt when it is over: when its body was closed, or when it
// failed. It may be called from several goroutines.
func OnAttempt(f func(Attempt)) Option {
	return func(d *Doer) error { d.onAttempt = f; return nil }
}

// Header is sent with every request, such as X-Terms-Update. An empty value keeps a
// header that would be sent by default from being sent.
func Header(name, value string) Option {
	return func(d *Doer) error {
		if name == "" || hasControl(name) || hasControl(value) {
			return errors.New("a header holds control characters or has no name")
		}
		d.header.Set(name, value)
		return nil
	}
}

// UserAgent replaces the default, which names this module and its version.
func UserAgent(s string) Option { return Header("User-Agent", s) }

// Lag keeps windows of time that far behind now; the default is a minute, because a
// vendor's clock may differ and refuses a window that is not over.
func Lag(t time.Duration) Option {
	return func(d *Doer) error { d.lag = max(0, t); return nil }
}

// Clock replaces time.Now, for tests and for replaying recorded windows.
func Clock(now func() time.Time) Option {
	return func(d *Doer) error {
		if now == nil {
			return errors.New("the clock is nil")
		}
		d.now = now
		return nil
	}
}

// Sleep replaces the pause between attempts, for tests.
func Sleep(f func(context.Context, time.Duration) error) Option {
	return func(d *Doer) error {
		if f == nil {
			return errors.New("the sleep is nil")
		}
		d.sleep = f
		return nil
	}
}
