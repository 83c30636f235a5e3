package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

const redacted = "[redacted]"

var (
	quoted = regexp.MustCompile(`"([^"]+)"`)
	// secretHeader names the headers whose values must not be repeated anywhere.
	secretHeader = regexp.MustCompile(`(?i)^(proxy-)?authorization$|password|secret|token|(api|access)[-_]?key|cookie`)
	// secretMember names query parameters and JSON members that hold a secret.
	secretMember = regexp.MustCompile(`(?i)^(` + secretNames + `)$`)
	// secretPair finds the same in a text that is no JSON, such as a log line.
	secretPair = regexp.MustCompile(`(?i)\b(` + secretNames + `)("?\s*[:=]\s*"?)([^\s"&,;<>]+)`)
)

const secretNames = `pass(?:word|wd|phrase)?|client[-_]?secret|secret(?:[-_]?key)?|(?:api|access|private|signing|hawk)[-_]?key|` +
	`(?:(?:api|access|refresh|id|bearer|session|auth)[-_]?)?token|authorization|credentials?`

// secretsOf collects what must not stand in a file: the credentials of a
// request, in the forms in which they may be repeated.
func secretsOf(req *http.Request) (list []string) {
	add := func(s string) {
		if len(s) >= 6 && !slices.Contains(list, s) { // shorter ones would tear other words apart
			list = append(list, s)
		}
	}
	for name, values := range req.Header {
		if !secretHeader.MatchString(name) {
			continue
		}
		for _, v := range values {
			add(v)
			_, credentials, ok := strings.Cut(v, " ")
			if !ok {
				continue
			}
			add(credentials)
			if i := strings.LastIndex(credentials, ":"); i >= 0 { // id:signature
				add(credentials[i+1:])
			}
			for _, m := range quoted.FindAllStringSubmatch(credentials, -1) { // mac="..."
				add(m[1])
			}
			if decoded, err := base64.StdEncoding.DecodeString(credentials); err == nil {
				_, password, _ := strings.Cut(string(decoded), ":")
				add(password)
			}
		}
	}
	for _, cookie := range req.Cookies() {
		add(cookie.Value)
	}
	if req.URL.User != nil {
		password, _ := req.URL.User.Password()
		add(password)
	}
	// A secret may hold another one: the longest goes first.
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}

// clean takes secrets away from an exchange.
func (rec *Recorder) clean(e *exchange.Exchange, secrets []string) {
	cursors := rec.cursors(e)
	for name := range e.Query {
		if secretMember.MatchString(name) && !cursors[name] {
			e.Query[name] = []string{redacted}
		}
	}
	for name := range e.RequestForm {
		if secretMember.MatchString(name) {
			e.RequestForm[name] = redacted
		}
	}
	e.RequestBody = rec.cleanBody(e.RequestBody, e.RequestContentType, cursors, secrets)
	e.Body = rec.cleanBody(e.Body, e.ContentType, cursors, secrets)
	replace := func(s string) string {
		for _, secret := range secrets {
			for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
				s = strings.ReplaceAll(s, form, redacted)
			}
		}
		return s
	}
	e.Path = replace(e.Path)
	for name, values := range e.Query {
		for i, v := range values {
			e.Query[name][i] = replace(v)
		}
	}
	for _, m := range []map[string]string{e.RequestHeaders, e.ResponseHeader, e.RequestForm} {
		for name, v := range m {
			m[name] = replace(v)
		}
	}
}

// cursors names the parameters and members that look like secrets and turn
// pages: without them a recorded list could not be replayed.
func (rec *Recorder) cursors(e *exchange.Exchange) map[string]bool {
	known := map[string]bool{}
	if rec.Spec == nil {
		return known
	}
	op := rec.Spec.Operation(e.OperationID)
	if op == nil {
		return known
	}
	p, _ := op.Route.Operation.Extensions["x-pagination"].(map[string]any)
	for _, v := range []any{p["param"], p["next"]} {
		for _, name := range textsOf(v) {
			known[name[strings.LastIndex(name, ".")+1:]] = true
		}
	}
	return known
}

// cleanBody takes secrets from a body. One that needs no change keeps its
// numbers and the order of its members.
func (rec *Recorder) cleanBody(body json.RawMessage, contentType string, cursors map[string]bool, secrets []string) json.RawMessage {
	var v any
	if len(body) == 0 || exchange.DecodeJSON(body, &v) != nil {
		return body
	}
	c := cleaner{cursors: cursors, secrets: secrets}
	for _, pointer := range rec.Redact {
		c.pointers = append(c.pointers, strings.Split(strings.TrimPrefix(pointer, "/"), "/"))
	}
	switch text, ok := v.(string); {
	case ok && exchange.MediaType(contentType) == "application/x-www-form-urlencoded":
		v = c.form(text)
	case ok && !exchange.IsJSON(contentType):
		v = c.text(secretPair.ReplaceAllString(text, "${1}${2}"+redacted))
		c.changed = v != text
	default:
		v = c.value(v, nil)
	}
	if !c.changed {
		return body
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil // rather nothing than a secret
	}
	return text
}

type cleaner struct {
	cursors  map[string]bool
	secrets  []string
	pointers [][]string
	changed  bool
}

func (c *cleaner) value(v any, at []string) any {
	if c.named(at) {
		c.changed = true
		return redacted
	}
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if secretMember.MatchString(name) && !c.cursors[name] && !isEmpty(member) {
				c.changed = true
				v[name] = redacted
				continue
			}
			v[name] = c.value(member, append(slices.Clip(at), exchange.EscapePointer(name)))
		}
	case []any:
		for i, element := range v {
			v[i] = c.value(element, append(slices.Clip(at), strconv.Itoa(i)))
		}
	case string:
		return c.text(v)
	}
	return v
}

// isEmpty reports a member that holds nothing to hide, or only says that
// something is there.
func isEmpty(v any) bool {
	_, yes := v.(bool)
	return v == nil || v == "" || yes
}

func (c *cleaner) text(s string) string {
	for _, secret := range c.secrets {
		if strings.Contains(s, secret) {
			c.changed = true
			s = strings.ReplaceAll(s, secret, redacted)
		}
	}
	return s
}

// named reports that a pointer of Redact leads here.
func (c *cleaner) named(at []string) bool {
	return slices.ContainsFunc(c.pointers, func(p []string) bool {
		return slices.EqualFunc(p, at, func(want, got string) bool { return want == "*" || want == got })
	})
}

func (c *cleaner) form(text string) string {
	values, err := url.ParseQuery(text)
	if err != nil {
		return c.text(text)
	}
	for name, list := range values {
		for i := range list {
			if secretMember.MatchString(name) {
				c.changed = true
				list[i] = redacted
			} else {
				list[i] = c.text(list[i])
			}
		}
	}
	if !c.changed {
		return text
	}
	return values.Encode()
}
