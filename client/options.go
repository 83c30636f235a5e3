package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/threatclients/threatclients-go/auth"
)

// Option changes a client under construction.
type Option func(*Config) error

// Config holds the settings of a client. Package engine reads it; programs pass
// options to the New of a generated package.
type Config struct {
	Server, Home                            *url.URL // Home is the server of the document
	Sign                                    auth.Editor
	Transport                               http.RoundTripper
	Header                                  http.Header
	Limiter                                 Limiter
	Attempts                                int
	Backoff, BackoffLimit, MaxWait, Timeout time.Duration
	Lag                                     time.Duration // negative unless the caller said one
	Poll, WindowLength                      time.Duration
	OnGap                                   func(Gap) bool
	MaxBody                                 int64
	AllowHTTP                               bool
	Check                                   func(operation, parameter, value string) error // of a query parameter, before it is sent
	OnMismatch                              func(Mismatch)
	OnAttempt                               func(Attempt)
	Sleep                                   func(context.Context, time.Duration) error
	Now                                     func() time.Time
}

// Configure applies options to the defaults of a client of server whose requests are signed
// by sign.
func Configure(server string, sign auth.Editor, opts ...Option) (*Config, error) {
	if sign == nil {
		return nil, errors.New("client: no credentials: pass an editor of package auth")
	}
	c := &Config{
		Sign: sign, Header: http.Header{"User-Agent": {userAgent()}},
		Attempts: 3, Backoff: 500 * time.Millisecond, BackoffLimit: 30 * time.Second,
		MaxWait: time.Minute, Timeout: 2 * time.Minute, Lag: -1, Poll: 5 * time.Minute, MaxBody: 256 << 20,
		OnMismatch: warnOnce(), Sleep: sleep, Now: time.Now,
	}
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		c.Transport = t.Clone()
	}
	atHome := func(c *Config) error { c.Home = c.Server; return nil }
	for _, o := range append([]Option{Server(server), atHome}, opts...) {
		if err := o(c); err != nil {
			return nil, fmt.Errorf("client: %w", err)
		}
	}
	return c, c.checkServer()
}

// sets is an option that is refused, for that reason, unless ok.
func sets(ok bool, refusal string, set func(*Config)) Option {
	return func(c *Config) error {
		if !ok {
			return errors.New(refusal)
		}
		set(c)
		return nil
	}
}

// Limiter is what *rate.Limiter of golang.org/x/time offers.
type Limiter interface{ Wait(context.Context) error }

// Transport sends through rt, for proxies, client certificates, recording or tracing.
// The default is a clone of http.DefaultTransport.
func Transport(rt http.RoundTripper) Option {
	return sets(rt != nil, "the transport is nil", func(c *Config) { c.Transport = rt })
}

// Attempts is how often a request is sent at most; the default is 3, 1 turns retries off.
func Attempts(n int) Option {
	return sets(n >= 1, "the number of attempts is below 1", func(c *Config) { c.Attempts = n })
}

// Backoff is the pause before the second attempt, doubled for each further one up to
// limit, and jittered between half of it and all of it. The default is 500ms and 30s.
func Backoff(first, limit time.Duration) Option {
	return sets(first >= 0 && limit >= first, "the backoff is negative or over its limit", func(c *Config) { c.Backoff, c.BackoffLimit = first, limit })
}

// MaxWait is the longest Retry-After that is waited for; the default is a minute. A
// longer one is returned as the *Error that names it, and is never shortened.
func MaxWait(t time.Duration) Option {
	return func(c *Config) error { c.MaxWait = max(0, t); return nil }
}

// Timeout bounds each attempt while nothing moves: from the last byte sent to the headers
// of the answer, and between two reads of the body while the reader waits. A long stream
// that flows is not cut. The default is 2 minutes; 0 leaves it to the context.
func Timeout(t time.Duration) Option {
	return func(c *Config) error { c.Timeout = max(0, t); return nil }
}

// MaxBody bounds the decompressed body of a reply, in bytes; the default is 256 MiB. Beyond
// it reading fails with ErrTooLarge: a reply is never shortened silently.
func MaxBody(n int64) Option {
	return sets(n >= 1, "the body limit is below 1", func(c *Config) { c.MaxBody = n })
}

// Throttle waits for l before each attempt. A Budget keeps a client inside its quotas; any
// CallLimiter learns which call waits.
func Throttle(l Limiter) Option { return func(c *Config) error { c.Limiter = l; return nil } }

// AllowHTTP lets credentials travel without TLS, for tests and sandboxes.
func AllowHTTP() Option { return func(c *Config) error { c.AllowHTTP = true; return nil } }

// OnMismatch is called with each member of a reply that did not have its specified type. The
// default warns through slog, once per operation and place. It may be called from
// several goroutines.
func OnMismatch(f func(Mismatch)) Option {
	return func(c *Config) error { c.OnMismatch = f; return nil }
}

// OnAttempt is called with each attempt when it is over: when its body was closed, or when it
// failed. It may be called from several goroutines. With several such options all are called.
func OnAttempt(f func(Attempt)) Option {
	return func(c *Config) error {
		before := c.OnAttempt
		if c.OnAttempt = f; before != nil && f != nil {
			c.OnAttempt = func(a Attempt) { before(a); f(a) }
		}
		return nil
	}
}

// Header is sent with every request, such as X-Terms-Update. An empty value keeps a
// header that would be sent by default from being sent.
func Header(name, value string) Option {
	ok := name != "" && !strings.ContainsFunc(name+value, unicode.IsControl)
	return sets(ok, "a header holds control characters or has no name", func(c *Config) { c.Header.Set(name, value) })
}

// UserAgent replaces the default, which names this module and its version.
func UserAgent(s string) Option { return Header("User-Agent", s) }

// Lag keeps windows of time that far behind now. The default is how late an event may turn up
// by the document, at least a minute, because a vendor's clock may differ and refuses a window
// that is not over. With a shorter lag a feed reads the late part again and yields each event once;
// a plain range over windows misses what comes late.
func Lag(t time.Duration) Option {
	return func(c *Config) error { c.Lag = max(0, t); return nil }
}

// Clock replaces time.Now, for tests and for replaying recorded windows.
func Clock(now func() time.Time) Option {
	return sets(now != nil, "the clock is nil", func(c *Config) { c.Now = now })
}

// Sleep replaces the pause between attempts, for tests.
func Sleep(f func(context.Context, time.Duration) error) Option {
	return sets(f != nil, "the sleep is nil", func(c *Config) { c.Sleep = f })
}

func sleep(ctx context.Context, t time.Duration) error {
	timer := time.NewTimer(t)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// warnOnce warns of the first mismatch at each place of an operation's replies.
func warnOnce() func(Mismatch) {
	var seen sync.Map
	return func(m Mismatch) {
		if _, dup := seen.LoadOrStore(m.Operation+" "+m.Pointer, true); !dup {
			slog.Warn("reply leaves the specification", "operation", m.Operation, "pointer", m.Pointer, "want", m.Want, "got", m.Got, "kept", m.Kept)
		}
	}
}

// userAgent names the module and the version that the program was built with.
func userAgent() string {
	const module = "github.com/threatclients/threatclients-go"
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(info.Deps, &info.Main) {
			if m.Path == module && m.Version != "" && m.Version != "(devel)" {
				version = m.Version
			}
		}
	}
	return "threatclients-go/" + version
}

type unfilteredKey struct{}

// Unfiltered returns a context that allows calls without their filter, which may affect every
// element, such as a bulk delete. Without it such calls are refused.
func Unfiltered(ctx context.Context) context.Context {
	return context.WithValue(ctx, unfilteredKey{}, true)
}

// IsUnfiltered reports whether ctx comes from Unfiltered.
func IsUnfiltered(ctx context.Context) bool { return ctx.Value(unfilteredKey{}) != nil }
