package engine

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// A path value that URL resolution swallows would make DELETE /users/{id} a DELETE of
// /users.
func TestBegin(t *testing.T) {
	op := &Op{ID: "deleteUser", Method: "DELETE", Path: "/orgs/{org}/users/{id}"}
	for value, want := range map[string]string{
		"7":                 "",
		"a/b":               "", // is escaped
		"...":               "",
		"a..b":              "",
		"ä ö":               "",
		"2001:db8::1":       "",
		"%2e%2e":            "", // is escaped again
		"":                  "is empty",
		".":                 "is a dot segment",
		"..":                "is a dot segment",
		"a\nb":              "holds control characters",
		"a\x00":             "holds control characters",
		"\u0085":            "holds control characters",
		"x\r\nX-Injected: ": "holds control characters",
	} {
		_, err := Begin(t.Context(), op, "acme", value)
		if want == "" && err == nil {
			continue
		}
		var re *RequestError
		if !errors.As(err, &re) || re.Parameter != "id" || re.Reason != want || !errors.Is(err, ErrUnsafe) || re.Operation != "deleteUser" {
			t.Errorf("%q: %v; want %q", value, err, want)
		}
	}
	if _, err := Begin(t.Context(), op, "", "7"); err == nil || !strings.Contains(err.Error(), "parameter org") {
		t.Errorf("the wrong parameter is named: %v", err)
	}
	if _, err := Begin(t.Context(), op, "acme", int64(0)); err != nil {
		t.Errorf("0 is an identifier: %v", err)
	}
}

func TestFollows(t *testing.T) {
	for _, c := range []struct {
		path, template string
		want           bool
	}{
		{"users", "/users", true},
		{"users/7", "/users/{id}", true},
		{"users/a%2Fb", "/users/{id}", true},
		{"users/7.json", "/users/{id}.json", true},
		{"users/7/tags", "/users/{id}/tags", true},
		{"", "/", true},
		{"users", "/groups", false},
		{"users/", "/users/{id}", false},
		{"users/.", "/users/{id}", false},
		{"users/..", "/users/{id}", false},
		{"users/%2e%2E", "/users/{id}", false}, // RFC 3986 says that this is .. too
		{"users/%2E", "/users/{id}", false},
		{"users/7/", "/users/{id}", false},
		{"users/7/tags", "/users/{id}", false},
		{"users", "/users/{id}", false},
		{"users/../tags", "/users/{id}/tags", false},
		{"users//tags", "/users/{id}/tags", false},
		{"Users", "/users", false},
	} {
		if got := follows(c.path, c.template); got != c.want {
			t.Errorf("%s follows %s: %v", c.path, c.template, got)
		}
	}
}

// Signatures cover the query as it was written: what paging does not set must stay as it is.
func TestSetQuery(t *testing.T) {
	for _, c := range []struct{ before, name, value, want string }{
		{"", "page", "2", "page=2"},
		{"page=1", "page", "2", "page=2"},
		{"a=%20x+y&page=1&b=%2f", "page", "2", "a=%20x+y&b=%2f&page=2"},
		{"page=1&page=7&%70age=8", "page", "2", "page=2"},
		{"pages=1&Page=2", "page", "3", "pages=1&Page=2&page=3"},
		{"flag&x=", "page", "2", "flag&x=&page=2"},
		{"&&a=1&", "page", "2", "a=1&page=2"},
		{"bad%zz=1", "page", "2", "bad%zz=1&page=2"},
		{"", "to ken", "a&b=c/ä", "to+ken=a%26b%3Dc%2F%C3%A4"},
	} {
		u := &url.URL{RawQuery: c.before}
		setQuery(u, pair{c.name, c.value})
		if u.RawQuery != c.want {
			t.Errorf("%q with %s: %q; want %q", c.before, c.name, u.RawQuery, c.want)
		}
	}
}

// An editor of the caller runs after the URL was built. Whatever it does, credentials go to
// the server, below the base path, and to the operation that was called.
func TestGuard(t *testing.T) {
	op := &Op{ID: "getUser", Method: "GET", Path: "/users/{id}"}
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
		"without context":  {func(r *http.Request) { *r = *r.WithContext(context.Background()) }, false},
	} {
		f := newFake(t, []answer{says(200, `{}`)})
		r, err := f.request(t.Context(), op, "", nil, 7)
		if err != nil {
			t.Fatal(err)
		}
		c.edit(r)
		_, err = f.Do(r)
		if sent := len(f.sent) == 1; sent != c.ok || errors.Is(err, ErrUnsafe) == c.ok {
			t.Errorf("%s: sent %v: %v", name, sent, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Paging sets parameters through the context: two pages share nothing, and the operation
// stays known.
func TestWith(t *testing.T) {
	op := &Op{ID: "listUsers", Method: "GET", Path: "/users"}
	f := newFake(t, []answer{says(200, `{}`)})
	base := with(t.Context(), pair{"size", "9"})
	for _, page := range []string{"1", "2"} {
		if _, err := f.send(op, "q=x%20y&page=7")(with(base, pair{"page", page})); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.send(op, "q=1")(with(t.Context())); err != nil {
		t.Fatal(err)
	}
	if got, want := f.queries(), []string{"q=x%20y&size=9&page=1", "q=x%20y&size=9&page=2", "q=1"}; !slices.Equal(got, want) {
		t.Errorf("%q; want %q", got, want)
	}
}
