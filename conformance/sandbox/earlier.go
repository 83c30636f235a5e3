package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// This file finds recordings of the form before this one, whose names are made of the request
// after its credentials were taken away by name. It writes nothing.

const earlierNames = `pass(?:word|wd|phrase)?|client[-_]?secret|secret(?:[-_]?key)?|(?:api|access|private|signing|hawk)[-_]?key|` +
	`(?:(?:api|access|refresh|id|bearer|session|auth)[-_]?)?token|authorization|credentials?`

var (
	earlierHeader = regexp.MustCompile(`(?i)^(proxy-)?authorization$|password|secret|token|(api|access)[-_]?key|cookie`)
	earlierMember = regexp.MustCompile(`(?i)^(` + earlierNames + `)$`)
	earlierPair   = regexp.MustCompile(`(?i)\b(` + earlierNames + `)("?\s*[:=]\s*"?)([^\s"&,;<>]+)`)
	earlierQuoted = regexp.MustCompile(`"([^"]+)"`)
)

// earlierFile is where the earlier form kept the exchange of a call.
func (c *call) earlierFile() string {
	e := &earlier{call: c}
	e.collect()
	contentType := c.req.Header.Get("Content-Type")
	query := c.req.URL.Query()
	for name, values := range query {
		if earlierMember.MatchString(name) && !c.cursors[name] {
			query[name] = []string{redacted}
			continue
		}
		for i := range values {
			values[i] = e.replace(values[i])
		}
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%s\n", c.req.Method, e.replace(c.req.URL.EscapedPath()), query.Encode(), contentType, e.cleanBody(contentType))
	headers := map[string]string{}
	if c.op != nil {
		for _, p := range c.op.Parameters() {
			if v := c.req.Header.Get(p.Name); p.In == "header" && v != "" {
				headers[http.CanonicalHeaderKey(p.Name)] = e.replace(v)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		fmt.Fprintf(h, "%s: %s\n", name, headers[name])
	}
	return filepath.Join(c.rec.Dir, c.folder(), hex.EncodeToString(h.Sum(nil))[:20]+".json")
}

type earlier struct {
	*call
	secrets []string
	changed bool
}

// collect finds the credentials that were replaced wherever they stood.
func (e *earlier) collect() {
	add := func(s string) {
		if len(s) >= 6 && !slices.Contains(e.secrets, s) {
			e.secrets = append(e.secrets, s)
		}
	}
	for name, values := range e.req.Header {
		if !earlierHeader.MatchString(name) {
			continue
		}
		for _, v := range values {
			add(v)
			_, credentials, ok := strings.Cut(v, " ")
			if !ok {
				continue
			}
			add(credentials)
			if i := strings.LastIndex(credentials, ":"); i >= 0 {
				add(credentials[i+1:])
			}
			for _, m := range earlierQuoted.FindAllStringSubmatch(credentials, -1) {
				add(m[1])
			}
			if decoded, err := base64.StdEncoding.DecodeString(credentials); err == nil {
				_, password, _ := strings.Cut(string(decoded), ":")
				add(password)
			}
		}
	}
	for _, cookie := range e.req.Cookies() {
		add(cookie.Value)
	}
	if e.req.URL.User != nil {
		password, _ := e.req.URL.User.Password()
		add(password)
	}
	slices.SortFunc(e.secrets, func(a, b string) int { return len(b) - len(a) })
}

func (e *earlier) replace(s string) string {
	for _, secret := range e.secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			s = strings.ReplaceAll(s, form, redacted)
		}
	}
	return s
}

// cleanBody is the request body as it was written.
func (e *earlier) cleanBody(contentType string) json.RawMessage {
	var raw json.RawMessage
	if utf8.Valid(e.body) {
		raw = exchange.FromWire(e.body, contentType)
	}
	var v any
	if len(raw) == 0 || exchange.DecodeJSON(raw, &v) != nil {
		return raw
	}
	switch text, ok := v.(string); {
	case ok && exchange.MediaType(contentType) == "application/x-www-form-urlencoded":
		v = e.form(text)
	case ok && !exchange.IsJSON(contentType):
		v = e.text(earlierPair.ReplaceAllString(text, "${1}${2}"+redacted))
		e.changed = v != text
	default:
		v = e.value(v, nil)
	}
	if !e.changed {
		return raw
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return text
}

func (e *earlier) value(v any, at []string) any {
	if (&body{rec: e.rec}).redactor(nil).named(at) {
		e.changed = true
		return redacted
	}
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			_, flag := member.(bool)
			if earlierMember.MatchString(name) && !e.cursors[name] && !flag && member != nil && member != "" {
				e.changed = true
				v[name] = redacted
				continue
			}
			v[name] = e.value(member, append(slices.Clip(at), exchange.EscapePointer(name)))
		}
	case []any:
		for i, element := range v {
			v[i] = e.value(element, append(slices.Clip(at), fmt.Sprint(i)))
		}
	case string:
		return e.text(v)
	}
	return v
}

func (e *earlier) text(s string) string {
	for _, secret := range e.secrets {
		if strings.Contains(s, secret) {
			e.changed = true
			s = strings.ReplaceAll(s, secret, redacted)
		}
	}
	return s
}

func (e *earlier) form(text string) string {
	values, err := url.ParseQuery(text)
	if err != nil {
		return e.text(text)
	}
	for name, list := range values {
		for i := range list {
			if earlierMember.MatchString(name) {
				e.changed = true
				list[i] = redacted
			} else {
				list[i] = e.text(list[i])
			}
		}
	}
	if !e.changed {
		return text
	}
	return values.Encode()
}
