package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// answer is the server.
func (r *run) answer(w http.ResponseWriter, req *http.Request) {
	r.asked++
	if r.asked == 1 {
		r.wrong = r.differences(req)
	}
	if r.ContentType != "" {
		w.Header().Set("Content-Type", r.ContentType)
	}
	status := r.Status
	if status == 0 {
		status = http.StatusTeapot // nothing is known of the answer
	}
	w.WriteHeader(status)
	if status != http.StatusNoContent && req.Method != http.MethodHead {
		_, _ = w.Write(r.Wire())
	}
}

// differences compares the request that arrived with the exchange.
func (r *run) differences(req *http.Request) (errs []error) {
	fail := func(f string, a ...any) { errs = append(errs, fmt.Errorf(f, a...)) }
	if want := r.base + r.path(); req.Method != r.op.Method || !exchange.SamePath(req.URL.EscapedPath(), want) {
		fail("sent %s %s, want %s %s", req.Method, req.URL.EscapedPath(), r.op.Method, want)
	}
	if req.Header.Get(signature) != req.RequestURI {
		fail("signed %q, sent %q", req.Header.Get(signature), req.RequestURI)
	}
	got := req.URL.Query()
	for name, want := range r.Query {
		same := strings.Join(got[name], ",") == strings.Join(want, ",")
		if r.op.Media != nil && name == r.op.Media.Param {
			same = strings.EqualFold(got.Get(name), want[0])
		}
		if !same && !slices.ContainsFunc(want, exchange.IsPlaceholder) && !sameInstant(got[name], want) {
			fail("query %s=%q, want %q", name, got[name], want)
		}
	}
	for name := range got {
		if r.Query[name] == nil && !r.added(name) {
			fail("query %s was sent unasked", name)
		}
	}
	for name, want := range r.RequestHeaders {
		if r.how == Fixture && req.Header.Get(name) != want {
			fail("header %s=%q, want %q", name, req.Header.Get(name), want)
		}
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		fail("reading the body: %v", err)
	}
	return append(errs, r.bodyDifferences(body, req.Header.Get("Content-Type"))...)
}

// added reports whether the client sends a parameter that the exchange does not name.
func (r *run) added(name string) bool {
	p := r.op.Paging
	return r.op.Media != nil && name == r.op.Media.Param || p != nil && p.Always && (name == p.Param || name == p.Size)
}

func (r *run) bodyDifferences(body []byte, contentType string) []error {
	want := r.RequestWire()
	switch {
	case len(r.RequestForm) > 0:
		return nil // the caller makes the form
	case len(want) == 0:
		if len(body) > 0 && r.how == Fixture {
			return []error{fmt.Errorf("body %s was sent unasked", body)}
		}
		return nil
	case !exchange.IsJSON(contentType):
		if !bytes.Equal(body, want) {
			return []error{fmt.Errorf("body %q, want %q", body, want)}
		}
		return nil
	}
	var w, g any
	if err := errors.Join(exchange.DecodeJSON(want, &w), exchange.DecodeJSON(body, &g)); err != nil {
		return []error{fmt.Errorf("body: %w", err)}
	}
	if list, ok := g.([]any); ok && len(list) == 1 && r.how == Sample {
		if _, single := w.(map[string]any); single {
			g = list[0]
		}
	}
	var errs []error
	for _, d := range append(lost("", w, g, changes{}), lost("", g, w, changes{})...) {
		errs = append(errs, fmt.Errorf("request body %s", d))
	}
	return errs
}

// path is the path of the exchange without the server's base path; placeholders that a
// document printed are filled.
func (r *run) path() string {
	out := r.op.Path
	for name, v := range r.values {
		out = strings.ReplaceAll(out, "{"+name+"}", url.PathEscape(filled(v)))
	}
	return out
}

func filled(v string) string {
	if exchange.IsPlaceholder(v) {
		return "1"
	}
	return v
}

// sameInstant takes 2026-01-15T12:00:00+00:00 and 2026-01-15T12:00:00Z for the same.
func sameInstant(a, b []string) bool {
	return slices.EqualFunc(a, b, func(x, y string) bool {
		s, err1 := time.Parse(time.RFC3339, x)
		t, err2 := time.Parse(time.RFC3339, y)
		return err1 == nil && err2 == nil && s.Equal(t)
	})
}
