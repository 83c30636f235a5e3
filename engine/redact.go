package engine

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// redactor removes values of the request from a text from outside: a service, a proxy and
// net/http's own errors may quote them. What editors and the signature set is a secret, and so
// is a query value that the document does not name, and a member of the body that it calls one; a
// filter or an owner is not, and helps.
type redactor struct {
	sent     *http.Request // as it was signed
	declared []parameter
	members  []string // of a JSON body
}

func (r *Request) redactor(sent *http.Request) redactor {
	return redactor{sent: sent, declared: r.query, members: r.op.Secrets}
}

// minSecret is the shortest value that is removed anywhere, in bytes. Shorter ones are common
// words: they are removed if they are a member of the body, and as whole words only.
const minSecret = 6

// clean makes text one short line without secrets.
func (r redactor) clean(text string) string {
	text = oneLine(text) // a value that is quoted over two lines would be whole again afterwards
	if text == "" || r.sent == nil {
		return shorten(text)
	}
	for _, s := range r.secrets() {
		for _, form := range forms(s) {
			text = remove(text, oneLine(form), len(s) < minSecret)
		}
	}
	return shorten(text)
}

// secrets are the values that must not be shown, the longest first.
func (r redactor) secrets() (all []string) {
	least := minSecret
	add := func(values ...string) {
		for _, v := range values {
			if v = strings.TrimSpace(v); len(v) >= least && !slices.Contains(all, v) {
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
	least = 1
	add(r.inBody()...)
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// inBody are the members of the body that are secrets, read from what is sent only when there
// is a text to clean.
func (r redactor) inBody() (values []string) {
	if len(r.members) == 0 || r.sent.GetBody == nil {
		return nil
	}
	body, err := r.sent.GetBody()
	if err != nil {
		return nil
	}
	defer body.Close()
	d := jsontext.NewDecoder(body, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return values
		}
		in, n := d.StackIndex(d.StackDepth()) // in an object names and values take turns
		if in == '{' && n%2 == 1 && slices.Contains(r.members, token.String()) && d.PeekKind() == '"' {
			if token, err = d.ReadToken(); err == nil {
				values = append(values, token.String())
			}
		}
	}
}

// remove takes a value out of text: everywhere, or only where no letter and no digit is beside it.
func remove(text, value string, word bool) string {
	isPart := func(c rune, _ int) bool { return word && (unicode.IsLetter(c) || unicode.IsDigit(c)) }
	for from := 0; value != ""; {
		i := strings.Index(text[from:], value)
		if i < 0 {
			break
		}
		before, after := text[:from+i], text[from+i+len(value):]
		from = len(before) + len(value)
		if !isPart(utf8.DecodeLastRuneInString(before)) && !isPart(utf8.DecodeRuneInString(after)) {
			text = before + "[redacted]" + after
			from = len(text) - len(after)
		}
	}
	return text
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
