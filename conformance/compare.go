package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// arrived is a request with its body read.
type arrived struct {
	*http.Request
	body []byte
}

// mismatches lists how a request that arrived differs from the one that an
// exchange describes. Method and path are not compared here.
func (e *Exchange) mismatches(r *arrived) []string {
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
		if want := e.Query[name]; !sameValues(got[name], want) {
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

func sameValues(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func (e *Exchange) bodyMismatches(r *arrived) []string {
	want, contentType := e.RequestWire(), r.Header.Get("Content-Type")
	expected := e.RequestContentType
	if expected == "" && json.Valid(want) {
		expected = "application/json"
	}
	switch {
	case len(want) == 0 && len(e.RequestForm) == 0:
		if len(r.body) > 0 {
			return []string{fmt.Sprintf("a body of %d bytes was not expected", len(r.body))}
		}
		return nil
	case mediaType(contentType) != mediaType(expected):
		return []string{fmt.Sprintf("content type is %q, want %q", contentType, expected)}
	case isJSON(expected):
		return jsonMismatches(r.body, want)
	case mediaType(expected) == "multipart/form-data":
		return e.multipartMismatches(r)
	case mediaType(expected) == "application/x-www-form-urlencoded":
		form := &Exchange{Query: Query{}}
		for name, value := range e.RequestForm {
			form.Query[name] = []string{value}
		}
		if values, err := url.ParseQuery(string(want)); err == nil && len(want) > 0 {
			form.Query = Query(values)
		}
		return form.queryMismatches(string(r.body))
	case !bytes.Equal(r.body, want):
		return []string{fmt.Sprintf("body is %d bytes, want %d others", len(r.body), len(want))}
	}
	return nil
}

func jsonMismatches(got, want []byte) []string {
	var g, w any
	if err := decodeNumbers(got, &g); err != nil {
		return []string{"body is no JSON: " + err.Error()}
	}
	if err := decodeNumbers(want, &w); err != nil {
		return []string{"the exchange's body is no JSON: " + err.Error()}
	}
	return differ("body", g, w)
}

// differ compares two JSON values; numbers by value, however large.
func differ(at string, got, want any) []string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		var list []string
		for _, name := range slices.Sorted(maps.Keys(w)) {
			if v, ok := g[name]; ok {
				list = append(list, differ(at+"/"+escape(name), v, w[name])...)
			} else {
				list = append(list, fmt.Sprintf("%s/%s is missing", at, escape(name)))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(g)) {
			if _, ok := w[name]; !ok {
				list = append(list, fmt.Sprintf("%s/%s was not expected", at, escape(name)))
			}
		}
		return list
	case []any:
		g, ok := got.([]any)
		if !ok {
			break
		}
		if len(g) != len(w) {
			return []string{fmt.Sprintf("%s has %d elements, want %d", at, len(g), len(w))}
		}
		var list []string
		for i := range w {
			list = append(list, differ(fmt.Sprintf("%s/%d", at, i), g[i], w[i])...)
		}
		return list
	case json.Number:
		g, ok := got.(json.Number)
		if !ok {
			break
		}
		a, ok1 := new(big.Rat).SetString(g.String())
		b, ok2 := new(big.Rat).SetString(w.String())
		if ok1 && ok2 && a.Cmp(b) == 0 {
			return nil
		}
	default:
		if got == want {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %s, want %s", at, short(got), short(want))}
}

// short shows a JSON value on a line.
func short(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return kind(v)
	}
	if s := string(b); len(s) <= 60 {
		return s
	}
	return kind(v)
}

// multipartMismatches compares forms part by part: name, file name and bytes, in
// any order; boundaries differ by nature.
func (e *Exchange) multipartMismatches(r *arrived) []string {
	got, err := parts(r.body, r.Header.Get("Content-Type"))
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
