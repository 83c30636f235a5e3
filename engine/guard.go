package engine

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/threatclients/threatclients-go/client"
)

// guard refuses a request that the caller's editors redirected to another server, base path or
// operation, because credentials would be sent there.
func (p *Pipeline) guard(op *Operation, r *http.Request) error {
	refuse := func(reason string) error {
		return &client.RequestError{Operation: op.ID, Reason: reason, Unsafe: true}
	}
	server := p.config.Server
	if r.URL.Scheme != server.Scheme || r.URL.Host != server.Host || r.URL.User != nil || r.URL.Opaque != "" || r.Host != "" && r.Host != server.Host {
		return refuse("the request left the server")
	}
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), server.EscapedPath())
	if !ok || r.Method != op.Method || !follows(rest, op.Path) {
		return refuse("the request left the path of its operation")
	}
	for name, values := range r.Header {
		if strings.ContainsAny(name+strings.Join(values, ""), "\r\n\x00") {
			return refuse("a header holds line breaks")
		}
	}
	return nil
}

// follows reports whether an escaped path is one of the template: literal segments
// are equal, parameters are neither empty nor dot segments.
func follows(path, template string) bool {
	for more := true; more; {
		var h, w string
		var wanted bool
		h, path, more = strings.Cut(path, "/")
		w, template, wanted = strings.Cut(template, "/")
		if more != wanted {
			return false
		}
		if !strings.Contains(w, "{") {
			if h != w {
				return false
			}
			continue
		}
		h, err := url.PathUnescape(h) // %2e is a dot too
		if err != nil || h == "" || h == "." || h == ".." {
			return false
		}
	}
	return true
}
