package engine

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Unknown sends a request that no document describes, under the same policy: it is signed for
// each attempt and stays below the server's base path; only a GET, HEAD or OPTIONS is sent
// again. The reply comes undecoded; a status outside 2xx is an error. The caller closes the body.
func (p *Pipeline) Unknown(ctx context.Context, method, path string, query url.Values, contentType string, body io.Reader, editors []auth.Editor) (*http.Response, error) {
	op := &Operation{ID: method + " " + path, Method: method, Path: path, Idempotent: method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions}
	u, err := url.Parse(path)
	switch {
	case method == "" || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return nil, &client.RequestError{Operation: "request", Parameter: "method", Reason: "is no method"}
	case err != nil || !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#{}") || swallowed(strings.TrimPrefix(u.Path, "/")) != "":
		return nil, &client.RequestError{Operation: method, Parameter: "path", Reason: "is no path below the server's", Unsafe: true}
	}
	r := NewRequest(op)
	r.query = []parameter{{text: query.Encode()}} // without a name: no document has one
	if body != nil {
		r.Body(contentType, body)
	}
	return p.Send(ctx, r, editors)
}
