package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
)

// Doer sends requests under the policy of this package. It satisfies the
// HttpRequestDoer of every generated package.
type Doer struct {
	server       *url.URL
	home         *url.URL // the server of the specification
	sign         auth.Editor
	http         http.Client
	header       http.Header
	limiter      Limiter
	attempts     int
	backoff      time.Duration
	backoffLimit time.Duration
	maxWait      time.Duration
	timeout      time.Duration
	lag          time.Duration
	maxBody      int64
	insecure     bool
	onMismatch   func(Mismatch)
	onAttempt    func(Attempt)
	sleep        func(context.Context, time.Duration) error
	now          func() time.Time
}

// New returns a Doer of server whose requests are signed by sign.
func New(server string, sign auth.Editor, opts ...Option) (*Doer, error) {
	if sign == nil {
		return nil, errors.New("client: no credentials: pass an editor of package auth")
	}
	d := &Doer{
		sign: sign, header: http.Header{"User-Agent": {userAgent()}},
		attempts: 3, backoff: 500 * time.Millisecond, backoffLimit: 30 * time.Second,
		maxWait: time.Minute, timeout: 2 * time.Minute, lag: time.Minute, maxBody: 256 << 20,
		onMismatch: warnOnce(), sleep: sleep, now: time.Now,
	}
	// A redirect is an answer: following it would take credentials along.
	d.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		d.http.Transport = t.Clone()
	}
	atHome := func(d *Doer) error { d.home = d.server; return nil }
	for _, o := range append([]Option{Server(server), atHome}, opts...) {
		if err := o(d); err != nil {
			return nil, fmt.Errorf("client: %w", err)
		}
	}
	if err := d.checkServer(); err != nil {
		return nil, err
	}
	return d, nil
}

// Server is the URL that requests are built on.
func (d *Doer) Server() string { return d.server.String() }

// checkServer is the part of the guard that needs no request.
func (d *Doer) checkServer() error {
	refuse := func(reason string) error { return &RequestError{Parameter: "server URL", Reason: reason, Unsafe: true} }
	switch u := d.server; {
	case u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return refuse("is not absolute")
	case u.Scheme != "https" && (u.Scheme != "http" || !d.insecure):
		return refuse("is not https: credentials would be readable on the way")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return refuse("holds credentials, a query or a fragment")
	}
	d.server = &url.URL{Scheme: d.server.Scheme, Host: d.server.Host, Path: strings.TrimRight(d.server.Path, "/")}
	return nil
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
