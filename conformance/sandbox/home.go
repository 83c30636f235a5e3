package sandbox

import (
	"regexp"
	"strings"
)

// ownOrigin puts this server in the place of those of the document where an answer names one, so that
// no client takes its credentials there. Of names that become the same one stays.
func (sv *apiServer) ownOrigin(c *call, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, m := range v {
			v[name] = sv.ownOrigin(c, m)
		}
	case []any:
		seen := map[string]bool{}
		kept := []any{}
		for _, m := range v {
			now := sv.ownOrigin(c, m)
			if text, isText := now.(string); isText {
				if before, _ := m.(string); before != text && seen[text] {
					continue
				}
				seen[text] = true
			}
			kept = append(kept, now)
		}
		return kept
	case string:
		for _, origin := range sv.origins() {
			if origin.MatchString(v) {
				return originOf(c)
			}
		}
	}
	return v
}

var variable = regexp.MustCompile(`\\\{[^}]*\\\}`)

// origins are those of the document's servers, whatever stands for their variables.
func (sv *apiServer) origins() (list []*regexp.Regexp) {
	for _, s := range sv.spec.Doc.Servers {
		scheme, rest, ok := strings.Cut(s.URL, "://")
		host, _, _ := strings.Cut(rest, "/")
		if ok && host != "" {
			list = append(list, regexp.MustCompile("^"+scheme+"://"+variable.ReplaceAllString(regexp.QuoteMeta(host), `[A-Za-z0-9-]+`)+"/?$"))
		}
	}
	return list
}

// originOf is the scheme and the host by which a call reached this server.
func originOf(c *call) string {
	if c.TLS != nil {
		return "https://" + c.Host
	}
	return "http://" + c.Host
}
