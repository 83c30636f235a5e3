package engine

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// redactor removes values of the request from a text from outside: a service, a proxy and
// net/http's own errors may quote them. What editors and the signature set is a secret, and so
// is a query value that the document does not name; a filter or an owner is not, and helps.
type redactor struct {
	sent     *http.Request // as it was signed
	declared []parameter
}

// minSecret is the shortest value that is removed, in bytes: shorter ones are common words.
const minSecret = 6

// clean makes text one short line without secrets.
func (r redactor) clean(text string) string {
	text = oneLine(text) // a value that is quoted over two lines would be whole again afterwards
	if text == "" || r.sent == nil {
		return shorten(text)
	}
	for _, s := range r.secrets() {
		for _, form := range forms(s) {
			if form = oneLine(form); form != "" {
				text = strings.ReplaceAll(text, form, "[redacted]")
			}
		}
	}
	return shorten(text)
}

// secrets are the values that must not be shown, the longest first.
func (r redactor) secrets() (all []string) {
	add := func(values ...string) {
		for _, v := range values {
			if v = strings.TrimSpace(v); len(v) >= minSecret && !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
	}
	for name, values := range r.sent.Header {
		if slices.Contains([]string{"Accept", "Content-Type", "User-Agent"}, name) {
			continue
		}
		for _, v := range values {
			add(v)
			_, rest, ok := strings.Cut(v, " ")
			if !ok {
				continue // no scheme before it
			}
			add(rest)
			if plain, err := base64.StdEncoding.DecodeString(rest); err == nil {
				user, password, _ := strings.Cut(string(plain), ":")
				add(string(plain), user, password)
			}
			add(strings.FieldsFunc(rest, func(c rune) bool { return strings.ContainsRune(`:,"= `, c) })...)
		}
	}
	for name, values := range r.sent.URL.Query() {
		if !slices.ContainsFunc(r.declared, func(p parameter) bool { return p.name == name }) {
			add(values...)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// forms are the ways in which a value may be quoted.
func forms(s string) []string {
	quoted, _ := json.Marshal(s)
	return []string{s, url.QueryEscape(s), url.PathEscape(s), strings.Trim(string(quoted), `"`),
		base64.StdEncoding.EncodeToString([]byte(s)), base64.RawStdEncoding.EncodeToString([]byte(s)),
		base64.URLEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s))}
}

// unquoted ends an error of the transport before what it quotes: a header line, a location, a
// proxy's address with its password.
func unquoted(text string) string {
	before, _, _ := strings.Cut(text, `"`)
	return strings.TrimRight(before, ` :`)
}
