package engine

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/threatclients/threatclients-go/auth"
)

func TestServers(t *testing.T) {
	for _, c := range []struct {
		server string
		opts   []Option
		want   string // "" when it is refused
	}{
		{"https://api.example.com", nil, "https://api.example.com"},
		{"https://api.example.com/", nil, "https://api.example.com"},
		{"https://api.example.com/v1//", nil, "https://api.example.com/v1"},
		{"https://api.example.com:8443/a%20b", nil, "https://api.example.com:8443/a%20b"},
		{"HTTPS://api.example.com", nil, "https://api.example.com"},
		{"https://api.example.com", []Option{Server("https://eu.example.com/v2")}, "https://eu.example.com/v2"},
		{"http://127.0.0.1:8080", []Option{AllowHTTP()}, "http://127.0.0.1:8080"},

		{"http://api.example.com", nil, ""}, // credentials would be readable on the way
		{"https://api.example.com", []Option{Server("http://api.example.com")}, ""},
		{"ftp://api.example.com", []Option{AllowHTTP()}, ""},
		{"api.example.com", nil, ""},
		{"/v1", nil, ""},
		{"", nil, ""},
		{"https:///v1", nil, ""},
		{"https://:443/v1", nil, ""},
		{"https:api.example.com", nil, ""},
		{"https://me:s3cr3t@api.example.com", nil, ""},
		{"https://me@api.example.com", nil, ""},
		{"https://api.example.com?key=s3cr3t", nil, ""},
		{"https://api.example.com/?", nil, ""},
		{"https://api.example.com#x", nil, ""},
		{"https://api.example.com:s3cr3t", nil, ""},
	} {
		d, err := New(c.server, auth.Anonymous(), c.opts...)
		switch {
		case c.want != "" && (err != nil || d.Server() != c.want):
			t.Errorf("%s: %v; want %s", c.server, err, c.want)
		case c.want == "" && err == nil:
			t.Errorf("%s was taken as %s", c.server, d.Server())
		case err != nil && strings.Contains(err.Error(), "s3cr3t"):
			t.Errorf("%s: %v", c.server, err)
		}
	}
}

func TestNewNeedsCredentials(t *testing.T) {
	if _, err := New("https://api.example.com", nil); err == nil || !strings.Contains(err.Error(), "package auth") {
		t.Error(err)
	}
}

// The client's transport is its own: closing its idle connections, or another test that
// changes http.DefaultTransport, must not reach it. Redirects are never followed.
func TestNewMakesItsOwnClient(t *testing.T) {
	d, err := New("https://api.example.com", auth.Anonymous())
	if err != nil {
		t.Fatal(err)
	}
	if own, ok := d.http.Transport.(*http.Transport); !ok || own == http.DefaultTransport {
		t.Errorf("%T is shared", d.http.Transport)
	}
	if err := d.http.CheckRedirect(nil, nil); !errors.Is(err, http.ErrUseLastResponse) {
		t.Error(err)
	}
	if d.http.Jar != nil || d.http.Timeout != 0 {
		t.Error("a cookie jar, or a timeout that would cut long streams")
	}
}

func TestUserAgentNamesTheModule(t *testing.T) {
	name, version, _ := strings.Cut(userAgent(), "/")
	if name != "threatclients-go" || version == "" || strings.ContainsAny(version, " ()") {
		t.Error(userAgent())
	}
}
