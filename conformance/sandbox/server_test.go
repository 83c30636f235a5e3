package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// watch is a test that is not failed by errors.
type watch struct {
	*testing.T
	errors []string
}

func (w *watch) Errorf(format string, args ...any) {
	w.errors = append(w.errors, fmt.Sprintf(format, args...))
}

func exchanges(t *testing.T, texts ...string) (list []*exchange.Exchange) {
	t.Helper()
	for _, text := range texts {
		e, err := exchange.Parse([]byte(text))
		require.NoError(t, err)
		list = append(list, e)
	}
	return list
}

// ask sends a request whose path goes out as it is written here.
func ask(t *testing.T, method, url, contentType, body string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("X-Org", "7")
	res, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(text), res.Header
}

func TestServer(t *testing.T) {
	w := &watch{T: t}
	s := NewServer(w, exchanges(t,
		`{"method": "GET", "path": "/things/a%2Fb", "query": {"n": ["1", "2"], "q": "x y"}, "requestHeaders": {"X-Org": "7"},
			"status": 200, "contentType": "application/json", "responseHeaders": {"Retry-After": "3"}, "body": {"a": 1}}`,
		`{"method": "POST", "path": "/things", "query": {}, "requestBody": {"id": 9007199254740993, "f": 1.50, "l": [1, {"a": null}]}, "status": 204, "contentType": "", "body": null}`,
		`{"method": "PUT", "path": "/file", "query": {}, "requestContentType": "application/octet-stream", "requestBody": "bytes", "status": 200, "contentType": "text/plain", "body": "stored"}`,
		`{"method": "PUT", "path": "/form", "query": {}, "requestContentType": "multipart/form-data", "requestForm": {"name": "x", "file; a.txt": "content"}, "status": 200, "contentType": "", "body": null}`,
		`{"method": "POST", "path": "/login", "query": {}, "requestContentType": "application/x-www-form-urlencoded", "requestBody": "a=1&b=2", "status": 200, "contentType": "", "body": null}`,
	), "/api/v1", nil)

	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	file, _ := m.CreateFormFile("file", "a.txt")
	fmt.Fprint(file, "content")
	m.WriteField("name", "x")
	m.Close()

	for _, c := range []struct{ method, path, contentType, body, want string }{
		{"GET", "/things/a%2Fb?q=x%20y&n=2&n=1", "", "", `200 {"a": 1}`},
		{"GET", "/things/a%2fb?q=x+y&n=1&n=2", "", "", `200 {"a": 1}`},
		{"GET", "/things/a/b?q=x+y&n=1&n=2", "", "", "404 no exchange has this method and path"},
		{"HEAD", "/things/a%2Fb?q=x+y&n=1&n=2", "", "", "404 "},
		{"GET", "/things/a%2Fb?q=x+y&n=1", "", "", `400 query n is ["1"], want ["1" "2"]`},
		{"GET", "/things/a%2Fb?q=x+y&n=1&n=2&m=3", "", "", `400 query m=["3"] was not expected`},
		{"GET", "/things/a%2Fb?q=x+y&n=1&n=2;m=3", "", "", `400 query: invalid semicolon separator in query`},
		{"GET", "/things/a%2Fb?q=x+y&n=1&n=2", "text/plain", "hm", `400 a body of 2 bytes was not expected`},
		{"POST", "/things", "application/json", `{"f": 15e-1, "l": [1.0, {"a": null}], "id": 9007199254740993}`, "204 "},
		{"POST", "/things", "application/json", `{"f": 1.5, "l": [1, {"a": null}], "id": 9007199254740992}`, "400 body/id is 9007199254740992, want 9007199254740993"},
		{"POST", "/things", "application/json", `{"f": "1.5", "l": [1, {}], "id": 9007199254740993, "g": 1}`,
			`400 body/f is "1.5", want 1.50; body/l/1/a is missing; body/g was not expected`},
		{"POST", "/things", "application/json", `{"f": 1.5, "l": [1], "id": 9007199254740993}`, "400 body/l has 1 elements, want 2"},
		{"POST", "/things", "text/plain", `{"f": 1.5, "l": [1, {"a": null}], "id": 9007199254740993}`, `400 content type is "text/plain", want "application/json"`},
		{"POST", "/things", "application/json", `{`, "400 body is no JSON: unexpected EOF"},
		{"POST", "/things", "", ``, `400 content type is "", want "application/json"`},
		{"PUT", "/file", "application/octet-stream", "bytes", "200 stored"},
		{"PUT", "/file", "application/octet-stream", "bites", "400 body is 5 bytes, want 5 others"},
		{"PUT", "/form", m.FormDataContentType(), form.String(), "200 "},
		{"PUT", "/form", m.FormDataContentType(), strings.Replace(form.String(), "content\r", "contents\r", 1), "400 form file; a.txt is 8 bytes, want 7 others"},
		{"PUT", "/form", m.FormDataContentType(), strings.Replace(form.String(), `"name"`, `"names"`, 1), "400 form name is missing; form names was not expected"},
		{"POST", "/login", "application/x-www-form-urlencoded", "b=2&a=1", "200 "},
		{"POST", "/login", "application/x-www-form-urlencoded", "b=2&a=2", `400 query a is ["2"], want ["1"]`},
		{"GET", "/nothing", "", "", "404 no exchange has this method and path"},
	} {
		w.errors = nil
		status, body, _ := ask(t, c.method, s.URL+c.path, c.contentType, c.body)
		assert.Equal(t, c.want, fmt.Sprintf("%d %s", status, strings.TrimSuffix(body, "\n")), "%s %s %s", c.method, c.path, c.body)
		assert.Equal(t, len(w.errors) == 1, status >= 400, "%s %s: status %d, and the test was told %q", c.method, c.path, status, w.errors)
	}
	_, _, h := ask(t, "GET", s.URL+"/things/a%2Fb?q=x+y&n=1&n=2", "", "")
	assert.Equal(t, "3", h.Get("Retry-After"))
	assert.Equal(t, "application/json", h.Get("Content-Type"))
	assert.Equal(t, 3, s.Served(s.play.exchanges[0]), "times that the first exchange is served")
	assert.Empty(t, s.Unserved(), "each exchange is served")
}

func TestServerWantsHeaders(t *testing.T) {
	w := &watch{T: t}
	s := NewServer(w, exchanges(t, `{"method": "GET", "path": "/a", "query": {}, "requestHeaders": {"X-Org": "8"}, "status": 200, "contentType": "", "body": null}`), "", nil)
	status, body, _ := ask(t, "GET", s.URL+"/a", "", "")
	assert.Equal(t, 400, status)
	assert.Equal(t, "header X-Org is \"7\", want \"8\"\n", body)
	assert.Len(t, w.errors, 1)
}

// The same request is answered with one exchange after the other.
func TestServerKeepsTheOrder(t *testing.T) {
	s := NewServer(t, exchanges(t,
		`{"method": "GET", "path": "/a", "query": {}, "status": 429, "contentType": "", "body": null}`,
		`{"method": "GET", "path": "/b", "query": {}, "status": 200, "contentType": "", "body": null}`,
		`{"method": "GET", "path": "/a", "query": {}, "status": 200, "contentType": "", "body": null}`,
	), "", nil)
	for i, want := range []int{429, 200, 200} {
		status, _, _ := ask(t, "GET", s.URL+"/a", "", "")
		assert.Equal(t, want, status, "request %d", i)
	}
	unserved := s.Unserved()
	require.Len(t, unserved, 1)
	assert.Equal(t, "/b", unserved[0].Path)
}

func TestServerVerifies(t *testing.T) {
	w := &watch{T: t}
	refusal := errors.New("no such key")
	s := NewServer(w, exchanges(t, `{"method": "POST", "path": "/a", "query": {}, "requestBody": {"a": 1}, "status": 200, "contentType": "", "body": null}`), "",
		func(r *http.Request) error {
			body, err := io.ReadAll(r.Body)
			assert.NoError(t, err, "the verifier sees the body")
			assert.Equal(t, `{"a": 1}`, string(body), "the verifier sees the body")
			assert.NotEmpty(t, r.RequestURI, "the verifier sees the path and the query")
			assert.NotEmpty(t, r.Host, "the verifier sees the host")
			return refusal
		})
	status, body, _ := ask(t, "POST", s.URL+"/a", "application/json", `{"a": 1}`)
	assert.Equal(t, 401, status, "the verifier refuses")
	assert.Equal(t, "credentials: no such key\n", body)
	assert.Len(t, w.errors, 1, "the test is told")
	refusal = nil
	status, _, _ = ask(t, "POST", s.URL+"/a", "application/json", `{"a": 1}`)
	assert.Equal(t, 200, status, "the verifier agrees")
}
