package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/oapi-codegen/runtime"

	"github.com/threatclients/threatclients-go/client"
)

// Request is a call before it is sent: a value that generated code fills, one line a
// parameter, and that paging reads and changes.
type Request struct {
	op          *Operation
	path        []any
	query       []parameter // in the order of the document
	header      http.Header
	contentType string
	body        io.Reader
	read        func(*Decoder) bool // the generated decoder of the reply, nil if there is none
	repeats     int                 // failures of the same request, or of a longer one, before it
	err         error
	attempts    int  // how often it was sent
	sent        bool // of a write: one of them may have been carried out
}

// parameter is a query parameter: its name, and name=value as it is written.
type parameter struct{ name, text string }

// NewRequest starts a request of op whose path parameters are values, in order.
func NewRequest(op *Operation, values ...any) *Request { return &Request{op: op, path: values} }

// Query adds a parameter; nil is absent, and each element of a list repeats the name.
func (r *Request) Query(name string, v any) { r.addQuery(name, v, true) }

// QueryList adds a list whose elements are joined by commas; nil is absent.
func (r *Request) QueryList(name string, v any) { r.addQuery(name, v, false) }

func (r *Request) addQuery(name string, v any, explode bool) {
	if text, ok := r.style("form", name, v, explode, runtime.ParamLocationQuery); ok {
		r.query = append(r.query, parameter{name, text})
	}
}

// Header sets a header; nil is absent.
func (r *Request) Header(name string, v any) {
	if text, ok := r.style("simple", name, v, false, runtime.ParamLocationHeader); ok {
		if r.header == nil {
			r.header = http.Header{}
		}
		r.header.Set(name, text)
	}
}

// style writes a parameter as OpenAPI says. It is the one place that does.
func (r *Request) style(style, name string, v any, explode bool, where runtime.ParamLocation) (string, bool) {
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Invalid:
		return "", false
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if rv.IsNil() {
			return "", false
		}
	}
	if rv.Kind() == reflect.Pointer {
		v = rv.Elem().Interface()
	}
	switch t := v.(type) { // the runtime takes both for a date and writes 2006-01-02
	case client.Instant:
		v = t.String()
	case client.SlashDate:
		v = t.String()
	}
	text, err := runtime.StyleParamWithOptions(style, explode, name, v, runtime.StyleParamOptions{ParamLocation: where})
	if err != nil && r.err == nil {
		r.err = &client.RequestError{Operation: r.op.ID, Parameter: name, Reason: "cannot be written", Err: errors.Unwrap(err)} // err itself may quote the value
	}
	return text, err == nil
}

// JSON encodes the body.
func (r *Request) JSON(v any) *Request {
	b, err := Encode(v)
	if r.err == nil && err != nil {
		r.err = &client.RequestError{Operation: r.op.ID, Parameter: "body", Reason: "cannot be encoded", Err: err}
	} else if r.err == nil {
		if refused := r.op.checkBody(b); refused != nil {
			refused.Operation = r.op.ID
			r.err = refused
		}
	}
	return r.Body(cmp.Or(r.op.Sends, "application/json"), bytes.NewReader(b))
}

// Body sets a body that is sent unchanged.
func (r *Request) Body(contentType string, body io.Reader) *Request {
	r.contentType, r.body = contentType, body
	return r
}

// clone is a copy whose query and header can be changed.
func (r *Request) clone() *Request {
	c := *r
	c.query, c.header = slices.Clone(r.query), r.header.Clone()
	return &c
}

// value is the first value of a query parameter, and whether it is sent.
func (r *Request) value(name string) (string, bool) {
	for _, p := range r.query {
		if p.name == name {
			_, text, _ := strings.Cut(p.text, "=")
			text, _, _ = strings.Cut(text, "&")
			v, err := url.QueryUnescape(text)
			return v, err == nil
		}
	}
	return "", false
}

// number is a query parameter that is a whole number.
func (r *Request) number(name string) (int64, bool) {
	v, _ := r.value(name)
	n, err := strconv.ParseInt(v, 10, 64)
	return n, err == nil
}

// set replaces a query parameter.
func (r *Request) set(name, value string) {
	r.query = slices.DeleteFunc(r.query, func(p parameter) bool { return p.name == name })
	r.query = append(r.query, parameter{name, url.QueryEscape(name) + "=" + url.QueryEscape(value)})
}

// setMissing sets a query parameter of paging unless the caller or an earlier page has set
// it.
func (r *Request) setMissing() {
	p := r.op.Paging
	if p != nil && p.Pages != nil {
		p = p.Pages
	}
	if p == nil || !p.Always {
		return
	}
	if _, ok := r.value(p.Param); !ok && (p.Style == "offset" || p.Style == "page") {
		r.set(p.Param, strconv.FormatInt(p.First, 10))
	}
	if _, ok := r.value(p.Size); !ok && p.Size != "" && p.Default > 0 {
		r.set(p.Size, strconv.FormatInt(p.Default, 10))
	}
}

// build makes the request that the editors of the caller see.
func (r *Request) build(ctx context.Context, server string) (*http.Request, error) {
	if r.err != nil {
		return nil, r.err
	}
	path, err := r.expand()
	if err != nil {
		return nil, err
	}
	r.setMissing()
	req, err := http.NewRequestWithContext(ctx, r.op.Method, server+path, r.body)
	if err != nil {
		return nil, &client.RequestError{Operation: r.op.ID, Reason: "cannot be built"}
	}
	for i, p := range r.query {
		if i > 0 {
			req.URL.RawQuery += "&"
		}
		req.URL.RawQuery += p.text
	}
	maps.Copy(req.Header, r.header)
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	return req, rewindable(r.op, req, r.body)
}

// expand puts the path values into the template. It refuses values that URL resolution
// would swallow: the request would hit the parent, also on DELETE. All but the unreserved
// characters of RFC 3986 are escaped: some servers read a + in a path as a blank, others want
// the colon of a URL in it escaped.
func (r *Request) expand() (string, error) {
	var out strings.Builder
	rest := r.op.Path
	for _, v := range r.path {
		before, after, _ := strings.Cut(rest, "{")
		var name string
		name, rest, _ = strings.Cut(after, "}")
		if reason := swallowed(fmt.Sprint(v)); reason != "" {
			return "", &client.RequestError{Operation: r.op.ID, Parameter: name, Reason: reason, Unsafe: true}
		}
		text, _ := r.style("simple", name, v, false, runtime.ParamLocationUndefined) // as it is
		out.WriteString(before + strings.ReplaceAll(url.QueryEscape(text), "+", "%20"))
	}
	return out.String() + rest, r.err
}

// swallowed says why a path value cannot be sent, "" if it can. A proxy may decode %2F, so
// that a dot segment between slashes is one too.
func swallowed(s string) string {
	for segment := range strings.SplitSeq(s, "/") {
		if segment == "." || segment == ".." {
			return "is a dot segment"
		}
	}
	switch {
	case s == "":
		return "is empty"
	case hasControl(s):
		return "holds control characters"
	case strings.Trim(s, "/ \u00a0") == "" || strings.TrimSpace(s) == "": // a server that decodes slashes would see the parent
		return "is blank"
	case !utf8.ValidString(s):
		return "is not UTF-8"
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cf, r) }):
		return "holds characters that do not show"
	}
	return ""
}

func hasControl(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }
