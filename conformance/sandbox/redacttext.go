package sandbox

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

var (
	// wordInText is a name with a credential's word in a text that is no JSON.
	wordInText = `[\w.-]*(?:passw(?:or)?d|passphrase|passcode|passwort|pwd|secret|token|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|signing[-_ ]?key|` +
		`credential|authorization|cookie|session[-_]?id|jwt)[\w.-]*`
	// pairInText is such a name with a sign that its value follows. It takes the
	// rest of the line, since a value may have blanks, and the next line when
	// the value begins there.
	pairInText = regexp.MustCompile(`(?i)(` + wordInText + `["'\\\]]*(?:\s*(?:[:=>|\t]|%3d|&#|&gt;|&quot;)|\s*,\s*["']|["']\s|\s+is\s))\s*[^\r\n]*`)
	// tagInText is the same as a tag or its attribute.
	tagInText = regexp.MustCompile(`(?i)(<[^<>]*` + wordInText + `[^<>]*>)\s*[^\r\n]*`)
	// headerInText is the value of an Authorization header.
	headerInText = regexp.MustCompile(`(?i)(\b(?:basic|bearer|tc-token)\s+)[A-Za-z0-9+/=_.~:-]{6,}`)
	keyInText    = regexp.MustCompile(`(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END|\z)`)
)

// redactText takes credentials from lines of text.
func redactText(text string) string {
	text = keyInText.ReplaceAllString(text, "${1}"+redacted+"${2}")
	for _, expression := range []*regexp.Regexp{pairInText, tagInText, headerInText} {
		text = expression.ReplaceAllString(text, "${1}"+redacted)
	}
	return text
}

// holdsCredential reports a text inside JSON that may hold a credential with
// its name, or a whole document, which nobody described.
func holdsCredential(text string) bool {
	if redactText(text) != text {
		return true
	}
	trimmed := strings.Trim(text, "\ufeff \t\r\n")
	if trimmed == "" || trimmed == "{}" || trimmed == "[]" || !strings.Contains(`{["`, trimmed[:1]) {
		return false
	}
	d := jsontext.NewDecoder(strings.NewReader(trimmed), asWritten)
	for {
		if _, err := d.ReadValue(); err != nil {
			return err == io.EOF
		}
	}
}

// form redacts the fields of a form. Its bad escapes are an error: what a
// server makes of them is not known.
func (r *redactor) form(text string) (url.Values, error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, errors.New("the form has a bad escape")
	}
	r.seen.form(values)
	return r.fields(values), nil
}

// fields redacts named values: of forms, and of parts.
func (r *redactor) fields(values url.Values) url.Values {
	s, out := r.shape().object(), url.Values{}
	for name, list := range values {
		member := s.member(name)
		known := r.rec.allows(name) || len(member) > 0
		to := name
		if member.secret() {
			r.seen.add(list...)
		}
		if !known && !isCredentialWord(name) {
			to = redacted
		}
		for _, v := range list {
			if v != "" && (!known || member.secret() || isCredentialParameter(name) && !r.cursors[name] || holdsCredential(v)) {
				v = redacted
			}
			out[to] = append(out[to], v)
		}
	}
	if renamed := out[redacted]; renamed != nil {
		slices.Sort(renamed)
	}
	return out
}

// multipart reads a form into its fields; files are left out.
func (r *redactor) multipart(text []byte, contentType string) (map[string]string, error) {
	broken := errors.New("the multipart form is broken")
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return nil, broken
	}
	values, files := url.Values{}, 0
	reader := multipart.NewReader(bytes.NewReader(text), params["boundary"])
	for {
		p, err := reader.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, broken
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return nil, broken
		}
		if p.FileName() != "" {
			files++
			continue
		}
		values.Add(p.FormName(), string(content))
	}
	r.seen.form(values)
	form := map[string]string{}
	for name, list := range r.fields(values) {
		form[name] = strings.Join(list, ", ")
	}
	if files > 0 {
		return form, errors.New("files in the form")
	}
	return form, nil
}

// xml redacts a document by the names of its elements and attributes. One that
// has credentials in attributes or in comments is an error.
func (r *redactor) xml(text []byte) ([]byte, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	var out bytes.Buffer
	hidden, root := 0, false // depth inside an element that is hidden
	for {
		from := d.InputOffset()
		t, err := d.Token()
		if err == io.EOF && root {
			return out.Bytes(), nil
		}
		if err != nil {
			return nil, errors.New("the XML is broken")
		}
		raw := text[from:d.InputOffset()]
		switch t := t.(type) {
		case xml.StartElement:
			root = true
			if hidden > 0 || isCredential(t.Name.Local) {
				hidden++
			}
			for _, a := range t.Attr {
				if isCredential(a.Name.Local) || isCredential(a.Value) || hidden > 0 || holdsCredential(a.Value) {
					return nil, errors.New("the XML names a credential in an attribute")
				}
			}
		case xml.EndElement:
			hidden = max(0, hidden-1)
		case xml.CharData:
			switch content := string(bytes.TrimSpace(t)); {
			case content == "":
			case isCredentialWord(content): // <name>password</name><value>…
				return nil, errors.New("the XML names a credential beside its value")
			case hidden > 0:
				r.seen.add(content)
				raw = []byte(redacted)
			case holdsCredential(content):
				raw = []byte(redacted)
			}
		case xml.Comment, xml.Directive, xml.ProcInst:
			if redactText(string(raw)) != string(raw) {
				return nil, errors.New("the XML has a credential in a comment")
			}
		}
		out.Write(raw)
	}
}
