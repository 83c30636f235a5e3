package sandbox

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

var serverLine = regexp.MustCompile(`(?m)^servers:\s*\n(?:\s*#.*\n)*\s*- [{]?\s*url: ["']?([^\s"',]+)`)

// outline is what routing needs of a document. It is read from its lines, because parsing
// a document would delay the start of the server too long.
type outline struct {
	base       string
	templates  [][]string
	operations []string
}

func outlineOf(document []byte) (o outline, err error) {
	if m := serverLine.FindSubmatch(document); m != nil {
		u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(string(m[1])))
		if err != nil {
			return o, fmt.Errorf("server: %w", err)
		}
		o.base = strings.TrimSuffix(u.Path, "/")
	}
	_, paths, _ := bytes.Cut(document, []byte("\npaths:"))
	for line := range bytes.Lines(paths) {
		if id, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("operationId: ")); ok {
			o.operations = append(o.operations, string(id))
		}
		name, ok := bytes.CutSuffix(bytes.TrimRight(line, " \r\n"), []byte(":"))
		if key, two := bytes.CutPrefix(name, []byte("  ")); ok && two && len(bytes.TrimLeft(key, `"'/`)) < len(key) && key[0] != ' ' {
			o.templates = append(o.templates, strings.Split(strings.Trim(string(key), `"'/`), "/"))
		}
	}
	return o, nil
}

// literals counts the literal segments of the template that fits a path best; -1 for none.
func (o outline) literals(path string) int {
	below, ok := strings.CutPrefix(path, o.base)
	if !ok {
		return -1
	}
	best, parts := -1, segments(below)
	for _, t := range o.templates {
		if len(t) != len(parts) {
			continue
		}
		n := 0
		for i, part := range t {
			switch {
			case part == parts[i]:
				n++
			case !strings.Contains(part, "{"):
				n = -len(t)
			}
		}
		best = max(best, n)
	}
	return best
}

// route finds the API of a request: the one whose template fits its path best, or else one
// with that base path, first of all one whose kind of credentials it has. Of several that
// are alike in all this, it is the one whose account it has, and the first if it has none.
func (s *Sandbox) route(r *exchange.Request) (*apiServer, error) {
	if len(s.services) == 1 {
		return s.services[0], nil
	}
	path, kind := r.SentPath(), scheme(r.Header)
	var best *apiServer
	cost := 0
	for _, sv := range s.services {
		if !strings.HasPrefix(path, sv.outline.base+"/") {
			continue
		}
		n := -10 * sv.outline.literals(path)
		if sv.account == nil || kind == "" || !strings.HasPrefix(kind, sv.account.scheme) {
			n++
		}
		if !sv.outline.begins(path) {
			n += 2
		}
		if best == nil || n < cost || n == cost && !best.admits(r) && sv.admits(r) {
			best, cost = sv, n
		}
	}
	if best == nil {
		return nil, fmt.Errorf("no API of this sandbox has the path %s", path)
	}
	return best, nil
}

// admits reports that the account of an API lets a request in.
func (sv *apiServer) admits(r *exchange.Request) bool {
	return sv.account != nil && sv.account.Verify(r.Again()) == nil
}

// begins reports that a template has the first segment of a path.
func (o outline) begins(path string) bool {
	head := segments(strings.TrimPrefix(path, o.base))[0]
	return slices.ContainsFunc(o.templates, func(t []string) bool { return t[0] == head })
}

// scheme names the kind of credentials that a request has.
func scheme(h http.Header) string {
	if h.Get("X-User") != "" {
		return "X-User"
	}
	first, _, several := strings.Cut(h.Get("Authorization"), " ")
	if first != "" && !several {
		return "key"
	}
	return first
}
