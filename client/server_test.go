package client

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
		d, err := Configure(c.server, auth.Anonymous(), c.opts...)
		if c.want == "" {
			if assert.Error(t, err, "%q with %d options is refused", c.server, len(c.opts)) {
				assert.NotContains(t, err.Error(), "s3cr3t", "%q: the error shows a secret", c.server)
			}
		} else if assert.NoError(t, err, "%q with %d options is taken", c.server, len(c.opts)) {
			assert.Equal(t, c.want, d.Server.String(), "%q with %d options", c.server, len(c.opts))
		}
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
		d, err := Configure(c.home, auth.Anonymous(), Server(c.chosen), DiscoveredServer(c.found))
		if c.want == "" {
			if assert.ErrorIs(t, err, ErrUnsafe, "%s is refused, with home in %s", c.found, c.home) {
				assert.NotContains(t, err.Error(), "pw", "%s: the error shows a password", c.found)
			}
		} else if assert.NoError(t, err, "%s is followed, with home in %s", c.found, c.home) {
			assert.Equal(t, c.want, d.Server.String(), "%s, with home in %s", c.found, c.home)
		}
	}
}
