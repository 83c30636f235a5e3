package engine

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/client"
)

// guard refuses a request that the caller's editors led away from its server, its base path
// or its operation: credentials would go along.
func (p *Pipeline) guard(op *Operation, r *http.Request) error {
	refuse := func(reason string) error {
		return &client.RequestError{Operation: op.ID, Reason: reason, Unsafe: true}
	}
	server := p.config.Server
	if r.URL.Scheme != server.Scheme || r.URL.Host != server.Host || r.URL.User != nil || r.URL.Opaque != "" || r.Host != "" && r.Host != server.Host {
		return refuse("the request left the server")
	}
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), server.EscapedPath()+"/")
	if !ok || r.Method != op.Method || !follows(rest, op.Path) {
		return refuse("the request left the path of its operation")
	}
	return nil
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
