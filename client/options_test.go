package client

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/threatclients/threatclients-go/auth"
)

func TestOptionsRefuseNonsense(t *testing.T) {
	for name, o := range map[string]Option{
		"Server that is no URL":        Server("https://a b/\x7f"),
		"Server without a scheme":      Server("api.example.com"),
		"Server of the API":            Server(""),
		"Transport(nil)":               Transport(nil),
		"Attempts(0)":                  Attempts(0),
		"Attempts(-1)":                 Attempts(-1),
		"Backoff below zero":           Backoff(-1, time.Second),
		"Backoff over its limit":       Backoff(2, 1),
		"MaxBody(0)":                   MaxBody(0),
		"MaxBody(-1)":                  MaxBody(-1),
		"Header without a name":        Header("", "x"),
		"Header with a line in it":     Header("X-A", "x\r\nX-B: y"),
		"Header with a line in a name": Header("X-A: x\r\nX-B", "y"),
		"UserAgent with a line in it":  UserAgent("x\ny"),
		"Clock(nil)":                   Clock(nil),
		"Sleep(nil)":                   Sleep(nil),
		"DiscoveredServer of nothing":  DiscoveredServer(""),
		"DiscoveredServer of a path":   DiscoveredServer("/v2"),
		"DiscoveredServer that is odd": DiscoveredServer("https://\x7f"),
	} {
		_, err := New("https://api.example.com", auth.Anonymous(), o)
		if err == nil || !strings.HasPrefix(err.Error(), "client: ") || strings.ContainsAny(err.Error(), "\r\n\x7f") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Times below zero mean none; a nil hook is no hook.
func TestOptionsTake(t *testing.T) {
	f := newFake(t, []answer{says(200, `{"n":"7"}`)}, MaxWait(-1), Timeout(-1), Lag(-1), Throttle(nil), OnMismatch(nil), OnAttempt(nil), Attempts(1), Backoff(0, 0), MaxBody(math.MaxInt64))
	if f.maxWait != 0 || f.timeout != 0 || f.lag != 0 {
		t.Error(f.maxWait, f.timeout, f.lag)
	}
	v, err := Get[struct {
		N int64 `json:"n"`
	}](t.Context(), f.Doer, &Op{Method: "GET", Path: "/n"}, f.send(&Op{Method: "GET", Path: "/n"}, ""))
	if v.N != 7 || err != nil {
		t.Error(v, err)
	}
}

// An answer is data, not trust: credentials follow it to the API's own domain only.
func TestDiscoveredServer(t *testing.T) {
	const home = "https://us1.api.example.com/v1"
	for _, c := range []struct{ home, chosen, found, want string }{
		{home, home, "https://us2.api.example.com/v1", "https://us2.api.example.com/v1"},
		{home, home, "https://us2.api.example.com", "https://us2.api.example.com/v1"},
		{home, home, "https://us2.api.example.com/", "https://us2.api.example.com/v1"},
		{home, home, "https://us2.api.example.com/v2/", "https://us2.api.example.com/v2"},
		{home, home, "https://EU.API.example.com", "https://EU.API.example.com/v1"},
		{home, home, "https://a.b.api.example.com", "https://a.b.api.example.com/v1"},
		{home, home, home, home},
		{home, "https://proxy.internal/tc", "https://proxy.internal/v2", "https://proxy.internal/v2"},
		{home, "https://proxy.internal/tc", "https://us2.api.example.com", "https://us2.api.example.com/tc"},

		{home, home, "https://evil.example/v1", ""},
		{home, home, "https://api.example.com.evil.example", ""},
		{home, home, "https://evilapi.example.com", ""},
		{home, home, "https://us2.api.example.com@evil.example", ""},
		{home, home, "https://me:pw@us2.api.example.com", ""},
		{home, home, "http://us2.api.example.com/v1", ""},
		{home, home, "https://us2.api.example.com:8443", ""},
		{home, home, "https://us2.api.example.com/v1?x=1", ""},
		{home, home, "//us2.api.example.com", ""},
		{home, "https://proxy.internal/tc", "https://other.internal/tc", ""},   // the caller's host is not the API's domain
		{"https://example.com", "https://example.com", "https://evil.com", ""}, // .com is no domain of theirs
		{"https://10.0.0.1", "https://10.0.0.1", "https://66.0.0.1", ""},       // an address has no domain
		{"https://[2001:db8::1]", "https://[2001:db8::1]", "https://evil.example", ""},
	} {
		d, err := New(c.home, auth.Anonymous(), Server(c.chosen), DiscoveredServer(c.found))
		switch {
		case c.want == "" && (err == nil || strings.Contains(err.Error(), "pw")):
			t.Errorf("%s at home in %s: %v", c.found, c.home, err)
		case c.want != "" && (err != nil || d.Server() != c.want):
			t.Errorf("%s at home in %s: %v", c.found, c.home, err)
		}
		if c.want == "" && err != nil && !errors.Is(err, ErrUnsafe) {
			t.Errorf("%s: %v is not ErrUnsafe", c.found, err)
		}
	}
}

func TestHeader(t *testing.T) {
	op := &Op{Method: "GET", Path: "/x", Accept: "application/json", Headers: map[string]string{"X-Terms-Update": "true"}}
	for _, c := range []struct {
		opts []Option
		name string
		want []string
	}{
		{nil, "X-Terms-Update", []string{"true"}},
		{[]Option{Header("x-terms-update", "false")}, "X-Terms-Update", []string{"false"}},
		{[]Option{Header("X-Terms-Update", "")}, "X-Terms-Update", nil},
		{[]Option{Header("X-A", "1"), Header("X-A", "2")}, "X-A", []string{"2"}},
		{nil, "Accept", []string{"application/json"}},
		{[]Option{Header("Accept", "text/csv")}, "Accept", []string{"text/csv"}},
		{nil, "User-Agent", []string{userAgent()}},
		{[]Option{UserAgent("mine/1")}, "User-Agent", []string{"mine/1"}},
		{[]Option{UserAgent("")}, "User-Agent", []string{""}}, // net/http sends none then
	} {
		f := newFake(t, []answer{says(200, "")}, c.opts...)
		if _, err := f.send(op, "")(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := f.sent[0].Header[c.name]; strings.Join(got, "|") != strings.Join(c.want, "|") || len(got) != len(c.want) {
			t.Errorf("%s: %q; want %q", c.name, got, c.want)
		}
	}
}

type limiter func(context.Context) error

func (f limiter) Wait(ctx context.Context) error { return f(ctx) }

// The limiter is asked before each attempt, not only before each call.
func TestThrottle(t *testing.T) {
	waits := 0
	f := newFake(t, []answer{says(429, ""), says(429, ""), says(200, "")}, Throttle(limiter(func(context.Context) error { waits++; return nil })))
	if _, err := f.send(&Op{Method: "POST", Path: "/x"}, "")(t.Context()); err != nil || waits != 3 || len(f.sent) != 3 {
		t.Error(err, waits, len(f.sent))
	}
	full := errors.New("would exceed context deadline")
	f = newFake(t, []answer{says(200, "")}, Throttle(limiter(func(context.Context) error { return full })))
	_, err := f.send(&Op{ID: "postX", Method: "POST", Path: "/x"}, "")(t.Context())
	var te *TransportError
	if !errors.Is(err, full) || !errors.As(err, &te) || len(f.sent) != 0 {
		t.Error(err, len(f.sent))
	}
}
