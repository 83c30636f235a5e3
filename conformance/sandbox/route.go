package sandbox

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

var (
	templateLine = regexp.MustCompile(`(?m)^  ["']?(/[^\s"']*)["']?:\s*$`)
	serverLine   = regexp.MustCompile(`(?m)^servers:\s*\n(?:\s*#.*\n)*\s*- [{]?\s*url: ["']?([^\s"',]+)`)
)

// outline is what routing needs of a document. It is read from its lines, because to parse
// a document takes longer than a program should wait for its server to listen.
type outline struct {
	base      string
	templates [][]string
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
	for _, m := range templateLine.FindAllSubmatch(paths, -1) {
		o.templates = append(o.templates, strings.Split(strings.Trim(string(m[1]), "/"), "/"))
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

// route finds the API of a request: the one whose template fits best, or else the first
// whose base path it has. Of several that share their paths, it is the one whose account it
// has, and the first if it has none.
func (s *Sandbox) route(r *exchange.Request) (*apiServer, error) {
	if len(s.services) == 1 {
		return s.services[0], nil
	}
	path := r.SentPath()
	best := slices.MaxFunc(s.services, func(a, b *apiServer) int { return a.outline.literals(path) - b.outline.literals(path) })
	fit := best.outline.literals(path)
	for _, sv := range s.services {
		if sv != best && fit >= 0 && sv.account != nil && best.account != nil && sv.outline.literals(path) == fit && best.account.Verify(r.Again()) != nil && sv.account.Verify(r.Again()) == nil {
			return sv, nil
		}
	}
	if fit >= 0 {
		return best, nil
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "?")
	for _, sv := range s.services {
		below, ok := strings.CutPrefix(path, sv.outline.base+"/")
		head, _, _ := strings.Cut(below, "/")
		if ok && slices.ContainsFunc(sv.outline.templates, func(t []string) bool { return t[0] == head }) {
			return sv, nil
		}
	}
	return nil, fmt.Errorf("no API of this sandbox has the path /%s", first)
}
