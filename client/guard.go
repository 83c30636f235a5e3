package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

type callKey struct{}

// call travels with the context of a request: what it is, and what paging sets.
type call struct {
	op  *Op
	set []pair // query parameters that replace those of the request
}

type pair struct{ name, value string }

// Begin starts a request of op whose path parameters are values, in order. It refuses
// values that URL resolution would swallow: the request would hit the parent, also on
// DELETE. Generated code calls it before the URL is built.
func Begin(ctx context.Context, op *Op, values ...any) (context.Context, error) {
	names := pathNames(op.Path)
	for i, v := range values {
		s := fmt.Sprint(v)
		switch {
		case s == "":
			return nil, &RequestError{Operation: op.ID, Parameter: names[i], Reason: "is empty", Unsafe: true}
		case s == "." || s == "..":
			return nil, &RequestError{Operation: op.ID, Parameter: names[i], Reason: "is a dot segment", Unsafe: true}
		case hasControl(s):
			return nil, &RequestError{Operation: op.ID, Parameter: names[i], Reason: "holds control characters", Unsafe: true}
		}
	}
	return context.WithValue(ctx, callKey{}, &call{op: op, set: settings(ctx)}), nil
}

// with adds query parameters to the request that is sent under the context.
func with(ctx context.Context, set ...pair) context.Context {
	if len(set) == 0 {
		return ctx
	}
	return context.WithValue(ctx, callKey{}, &call{set: append(settings(ctx), set...)})
}

func settings(ctx context.Context) []pair {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c.set[:len(c.set):len(c.set)]
	}
	return nil
}

func pathNames(path string) (names []string) {
	for _, s := range strings.Split(path, "{")[1:] {
		name, _, _ := strings.Cut(s, "}")
		names = append(names, name)
	}
	return names
}

// guard refuses a request that left its server, its base path or its operation, and
// applies what paging sets. Editors of the caller have run before.
func (d *Doer) guard(r *http.Request) (*Op, error) {
	c, _ := r.Context().Value(callKey{}).(*call)
	if c == nil || c.op == nil {
		return nil, &RequestError{Reason: "the request was not built by a generated client", Unsafe: true}
	}
	refuse := func(reason string) error { return &RequestError{Operation: c.op.ID, Reason: reason, Unsafe: true} }
	if r.URL.Scheme != d.server.Scheme || r.URL.Host != d.server.Host || r.URL.User != nil || r.URL.Opaque != "" {
		return nil, refuse("the request left the server")
	}
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), d.server.EscapedPath()+"/")
	if !ok || r.Method != c.op.Method || !follows(rest, c.op.Path) {
		return nil, refuse("the request left the path of its operation")
	}
	for _, p := range c.set {
		setQuery(r.URL, p)
	}
	for _, p := range always(c.op.Paging) {
		if !has(r.URL.Query(), p.name) {
			setQuery(r.URL, p)
		}
	}
	if err := d.check(c.op, r); err != nil {
		return nil, err
	}
	return c.op, checkFilled(c.op, r)
}

// always is what a page is asked for where neither the caller nor a page before says it.
func always(p *Paging) (set []pair) {
	if p != nil && p.Pages != nil {
		p = p.Pages
	}
	if p == nil || !p.Always {
		return nil
	}
	if p.Style == "offset" || p.Style == "page" {
		set = append(set, pair{p.Param, strconv.FormatInt(p.First, 10)})
	}
	if p.Size != "" && p.Default > 0 {
		set = append(set, pair{p.Size, strconv.FormatInt(p.Default, 10)})
	}
	return set
}

// follows reports whether an escaped path is one of the template: literal segments
// are equal, parameters are neither empty nor dot segments.
func follows(path, template string) bool {
	have, want := strings.Split(path, "/"), strings.Split(template[1:], "/")
	return slices.EqualFunc(have, want, func(h, w string) bool {
		if !strings.Contains(w, "{") {
			return h == w
		}
		h, err := url.PathUnescape(h) // %2e is a dot too
		return err == nil && h != "" && h != "." && h != ".."
	})
}

// setQuery replaces a parameter and leaves the encoding of the others alone.
func setQuery(u *url.URL, p pair) {
	var kept []string
	for _, s := range strings.Split(u.RawQuery, "&") {
		name, _, _ := strings.Cut(s, "=")
		if n, err := url.QueryUnescape(name); s != "" && (err != nil || n != p.name) {
			kept = append(kept, s)
		}
	}
	u.RawQuery = strings.Join(append(kept, url.QueryEscape(p.name)+"="+url.QueryEscape(p.value)), "&")
}

func hasControl(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }
