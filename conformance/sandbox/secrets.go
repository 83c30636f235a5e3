package sandbox

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// shortestSecret is the length in characters from which a secret is looked for: shorter ones
// are parts of other words.
const shortestSecret = 6

// secrets are the credentials that one request and its answer showed.
type secrets struct{ list []string }

func (s *secrets) add(values ...string) {
	for _, v := range values {
		v = strings.TrimSpace(v)
		if utf8.RuneCountInString(v) >= shortestSecret && v != redacted && !slices.Contains(s.list, v) {
			s.list = append(s.list, v)
		}
	}
}

var (
	authParameter = regexp.MustCompile(`([A-Za-z_-]+)\s*=\s*(?:"([^"]*)"|([^\s",]+))`)
	// signed are the parts of an Authorization header that are new in each
	// request. They are secrets, but do not identify an account.
	signed = map[string]bool{"mac": true, "hash": true, "response": true, "signature": true, "nonce": true, "cnonce": true, "oauth_signature": true, "oauth_nonce": true}
	// clocks are the same, and no secrets.
	clocks = map[string]bool{"ts": true, "nc": true, "oauth_timestamp": true}
)

// credential collects the parts of the value of a credential header.
func (s *secrets) credential(v string) {
	s.add(v)
	_, rest, ok := strings.Cut(strings.TrimSpace(v), " ")
	if !ok {
		return
	}
	s.add(rest)
	if user, password, ok := basic(v); ok {
		s.add(user, password, user+":"+password)
		return
	}
	parameters := authParameter.FindAllStringSubmatch(rest, -1)
	for _, m := range parameters {
		if signed[strings.ToLower(m[1])] || isCredentialParameter(m[1]) {
			s.add(m[2] + m[3])
		}
	}
	if id, signature, ok := strings.Cut(rest, ":"); ok && len(parameters) == 0 {
		s.add(id, signature)
		s.add(slices.DeleteFunc(strings.Split(signature, ":"), isDigits)...) // of a TC-Token; numbers are an account and an expiry
	}
}

// basic reads the user and the password of HTTP Basic.
func basic(v string) (user, password string, ok bool) {
	return (&http.Request{Header: http.Header{"Authorization": {strings.TrimSpace(v)}}}).BasicAuth()
}

// request collects what the head of a request shows.
func (s *secrets) request(rec *Recorder, req *http.Request, cursors map[string]bool) {
	for name, values := range req.Header {
		for _, v := range values {
			switch {
			case name == "Cookie":
				s.cookies(strings.Split(v, ";"))
			case rec.isCredentialHeader(name):
				s.credential(v)
			}
		}
	}
	if req.URL.User != nil {
		password, _ := req.URL.User.Password()
		s.add(req.URL.User.Username(), password)
	}
	for name, values := range req.URL.Query() {
		if rec.isCredentialQuery(name, cursors) {
			s.add(values...)
		}
	}
}

// answer collects what the head of an answer shows. A challenge is no secret.
func (s *secrets) answer(rec *Recorder, header http.Header) {
	for name, values := range header {
		for _, v := range values {
			switch {
			case name == "Set-Cookie":
				s.cookies(strings.Split(v, ";")[:1]) // the rest says where it is valid
			case rec.isCredentialHeader(name) && name != "Www-Authenticate" && name != "Proxy-Authenticate":
				s.credential(v)
			}
		}
	}
}

// cookies collects values as they stand, also such as Go would not send.
func (s *secrets) cookies(pairs []string) {
	for _, pair := range pairs {
		_, v, _ := strings.Cut(pair, "=")
		s.add(strings.Trim(strings.TrimSpace(v), `"`))
	}
}

// members collects the values below members with the names of credentials,
// also those that the document does not know.
func (s *secrets) members(text []byte, cursors map[string]bool) {
	d := jsontext.NewDecoder(bytes.NewReader(text), asWritten)
	names := map[int]bool{} // depth of an object: its last name was a credential's
	for {
		t, err := d.ReadToken()
		if err != nil {
			return
		}
		depth := d.StackDepth()
		kind, length := d.StackIndex(depth)
		switch t.Kind() {
		case '{', '[':
			names[depth] = names[depth-1] // what is inside a credential is one
			continue
		case '"', '0':
		default:
			continue
		}
		if kind == '{' && length%2 == 1 {
			name := t.String()
			names[depth] = names[depth-1] || isCredential(name) && !cursors[name]
			continue
		}
		if names[depth] && !isTime(t.String()) {
			s.add(t.String())
		}
	}
}

// values collects every text and number of a JSON value.
func (s *secrets) values(raw jsontext.Value) {
	d := jsontext.NewDecoder(bytes.NewReader(raw), asWritten)
	for {
		t, err := d.ReadToken()
		if err != nil {
			return
		}
		if k := t.Kind(); k == '"' || k == '0' {
			s.add(t.String())
		}
	}
}

// form collects the credentials of form fields.
func (s *secrets) form(values url.Values) {
	for name, list := range values {
		if isCredentialParameter(name) {
			s.add(list...)
		}
	}
}
