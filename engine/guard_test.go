package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

func TestFollows(t *testing.T) {
	for _, c := range []struct {
		path, template string
		want           bool
	}{
		{"/users", "/users", true},
		{"/users/7", "/users/{id}", true},
		{"/users/a%2Fb", "/users/{id}", true},
		{"/users/7.json", "/users/{id}.json", true},
		{"/users/7/tags", "/users/{id}/tags", true},
		{"/", "/", true},
		{"/users", "/groups", false},
		{"/users/", "/users/{id}", false},
		{"/users/.", "/users/{id}", false},
		{"/users/..", "/users/{id}", false},
		{"/users/%2e%2E", "/users/{id}", false}, // RFC 3986 says that this is .. too
		{"/users/%2E", "/users/{id}", false},
		{"/users/7/", "/users/{id}", false},
		{"/users/7/tags", "/users/{id}", false},
		{"/users", "/users/{id}", false},
		{"/users/../tags", "/users/{id}/tags", false},
		{"/users//tags", "/users/{id}/tags", false},
		{"/Users", "/users", false},
		{"users", "/users", false},
		{"", "/users", false},
	} {
		assert.Equal(t, c.want, follows(c.path, c.template), "%q follows %s", c.path, c.template)
	}
}

// An editor of the caller runs after the URL was built. Whatever it does, credentials go to
// the server, below the base path, and to the operation that was called.
func TestGuard(t *testing.T) {
	op := &Operation{ID: "getUser", Method: "GET", Path: "/users/{id}"}
	set := func(u string) func(*http.Request) {
		return func(r *http.Request) { r.URL, _ = url.Parse(u) }
	}
	for name, c := range map[string]struct {
		edit func(*http.Request)
		ok   bool
	}{
		"untouched":        {func(*http.Request) {}, true},
		"query":            {func(r *http.Request) { r.URL.RawQuery = "a=1" }, true},
		"another id":       {set("https://api.example.com/v1/users/8"), true},
		"another host":     {set("https://evil.example/v1/users/7"), false},
		"another port":     {set("https://api.example.com:8443/v1/users/7"), false},
		"subdomain":        {set("https://x.api.example.com/v1/users/7"), false},
		"no TLS":           {set("http://api.example.com/v1/users/7"), false},
		"userinfo":         {set("https://me:secret@api.example.com/v1/users/7"), false},
		"outside the base": {set("https://api.example.com/users/7"), false},
		"like the base":    {set("https://api.example.com/v11/users/7"), false},
		"climbs":           {set("https://api.example.com/v1/../users/7"), false},
		"climbs, escaped":  {set("https://api.example.com/v1/users/%2e%2e"), false},
		"parent":           {set("https://api.example.com/v1/users/"), false},
		"another path":     {set("https://api.example.com/v1/groups/7"), false},
		"opaque":           {func(r *http.Request) { r.URL.Opaque = "//api.example.com/v1/groups" }, false}, // is sent instead of the path
		"another method":   {func(r *http.Request) { r.Method = "DELETE" }, false},
		"another context":  {func(r *http.Request) { *r = *r.WithContext(context.Background()) }, true}, // what is sent is known without it
		"the same Host":    {func(r *http.Request) { r.Host = "api.example.com" }, true},
		"no Host":          {func(r *http.Request) { r.Host = "" }, true}, // that of the URL is sent
		"another Host":     {func(r *http.Request) { r.Host = "evil.example" }, false},
		"Host, other port": {func(r *http.Request) { r.Host = "api.example.com:8443" }, false},
	} {
		f := newFake(t, []answer{says(200, `{}`)})
		_, err := f.Send(t.Context(), request(op, "", 7), []auth.Editor{func(_ context.Context, r *http.Request) error { c.edit(r); return nil }})
		assert.Equal(t, c.ok, len(f.sent) == 1, "%s: is sent: %v", name, err)
		assert.Equal(t, !c.ok, errors.Is(err, client.ErrUnsafe), "%s: is unsafe: %v", name, err)
		assert.NotContains(t, fmt.Sprint(err), "secret", "%s: the error shows a password", name)
	}
}
