package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// canned is a transport that answers with one body. The body of a
// window begins with its end, which is replaced by the one that was requested.
type canned struct {
	body   []byte
	window bool
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	var body io.Reader = bytes.NewReader(c.body)
	if c.window {
		_, end, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
		head := `{"queryEndTime":"` + end
		body = io.MultiReader(strings.NewReader(head), bytes.NewReader(c.body[len(head):]))
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(body), Request: r}, nil
}
