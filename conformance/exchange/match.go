package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Request is a request with its body read.
type Request struct {
	*http.Request
	Body []byte
}

// ReadRequest takes the body off a request.
func ReadRequest(req *http.Request) (*Request, error) {
	body, err := io.ReadAll(req.Body)
	return &Request{req, body}, err
}

// Again is the request with its body to be read again.
func (r *Request) Again() *http.Request {
	c := r.Request.Clone(r.Context())
	c.Body = io.NopCloser(bytes.NewReader(r.Body))
	return c
}

// SentPath is the path as it stood on the request line, with %2F still escaped.
func (r *Request) SentPath() string {
	p, _, _ := strings.Cut(r.RequestURI, "?")
	return p
}

// Mismatches lists how a request that arrived differs from the one that an
// exchange describes. Method and path are not compared here.
func (e *Exchange) Mismatches(r *Request) []string {
	list := e.queryMismatches(r.URL.RawQuery)
	for _, name := range slices.Sorted(maps.Keys(e.RequestHeaders)) {
		if got := strings.Join(r.Header.Values(name), ", "); got != e.RequestHeaders[name] {
			list = append(list, fmt.Sprintf("header %s is %q, want %q", name, got, e.RequestHeaders[name]))
		}
	}
	return append(list, e.bodyMismatches(r)...)
}

// queryMismatches compares names with all their values, in any order.
func (e *Exchange) queryMismatches(raw string) (list []string) {
	got, err := url.ParseQuery(raw)
	if err != nil {
		return []string{"query: " + err.Error()}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Query)) {
		if want := e.Query[name]; !SameValues(got[name], want) {
			list = append(list, fmt.Sprintf("query %s is %q, want %q", name, got[name], want))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := e.Query[name]; !ok {
			list = append(list, fmt.Sprintf("query %s=%q was not expected", name, got[name]))
		}
	}
	return list
}

// SameValues reports whether two lists hold the same values, in any order.
func SameValues(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func (e *Exchange) bodyMismatches(r *Request) []string {
	want, contentType := e.RequestWire(), r.Header.Get("Content-Type")
	expected := e.RequestContentType
	if expected == "" && json.Valid(want) {
		expected = "application/json"
	}
	switch {
	case len(want) == 0 && len(e.RequestForm) == 0:
		if len(r.Body) > 0 {
			return []string{fmt.Sprintf("a body of %d bytes was not expected", len(r.Body))}
		}
		return nil
	case MediaType(contentType) != MediaType(expected):
		return []string{fmt.Sprintf("content type is %q, want %q", contentType, expected)}
	case IsJSON(expected):
		return DiffJSON(r.Body, want)
	case MediaType(expected) == "multipart/form-data":
		return e.multipartMismatches(r)
	case MediaType(expected) == "application/x-www-form-urlencoded":
		form := &Exchange{Query: Query{}}
		for name, value := range e.RequestForm {
			form.Query[name] = []string{value}
		}
		if values, err := url.ParseQuery(string(want)); err == nil && len(want) > 0 {
			form.Query = Query(values)
		}
		return form.queryMismatches(string(r.Body))
	case !bytes.Equal(r.Body, want):
		return []string{fmt.Sprintf("body is %d bytes, want %d others", len(r.Body), len(want))}
	}
	return nil
}

// multipartMismatches compares forms part by part: name, file name and bytes, in
// any order; boundaries differ by nature.
func (e *Exchange) multipartMismatches(r *Request) []string {
	got, err := parts(r.Body, r.Header.Get("Content-Type"))
	if err != nil {
		return []string{"body is no form: " + err.Error()}
	}
	want := map[string]string{}
	for name, value := range e.RequestForm {
		want[name] = value
	}
	if body := e.RequestWire(); len(body) > 0 {
		if want, err = parts(body, e.RequestContentType); err != nil {
			return []string{"the exchange's body is no form: " + err.Error()}
		}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[name]
		switch {
		case !ok:
			list = append(list, fmt.Sprintf("form %s is missing", name))
		case value != want[name]:
			list = append(list, fmt.Sprintf("form %s is %d bytes, want %d others", name, len(value), len(want[name])))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			list = append(list, fmt.Sprintf("form %s was not expected", name))
		}
	}
	return list
}

// parts reads a form into its values; a file is named "field; file name".
func parts(body []byte, contentType string) (map[string]string, error) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, err
	}
	list := map[string]string{}
	reader := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		p, err := reader.NextPart()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		value, err := io.ReadAll(p)
		if err != nil {
			return nil, err
		}
		name := p.FormName()
		if p.FileName() != "" {
			name += "; " + p.FileName()
		}
		list[name] += string(value)
	}
}

// SamePath compares segment by segment: "@" and "%40" are the same, "/" and "%2F" are not.
func SamePath(a, b string) bool {
	return slices.EqualFunc(strings.Split(a, "/"), strings.Split(b, "/"), func(x, y string) bool {
		x, err1 := url.PathUnescape(x)
		y, err2 := url.PathUnescape(y)
		return x == y && err1 == nil && err2 == nil
	})
}

// IsPlaceholder reports that a document printed a name where a value belongs.
func IsPlaceholder(v string) bool { return strings.ContainsAny(v, "{}<>") }
