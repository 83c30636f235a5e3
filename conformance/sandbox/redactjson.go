package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// asWritten reads JSON that Go's own decoder would read, repeated members and lone
// surrogates included.
var asWritten = jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// redactor takes from one body what may not be written, and collects the
// credentials that it saw.
type redactor struct {
	*body
	pointers [][]string // of Recorder.Redact
	seen     *secrets
	changed  bool
}

func (b *body) redactor(seen *secrets) *redactor {
	r := &redactor{body: b, seen: seen}
	for _, pointer := range b.rec.Redact {
		r.pointers = append(r.pointers, strings.Split(strings.TrimPrefix(pointer, "/"), "/"))
	}
	return r
}

// json redacts one JSON value or several, as NDJSON has them. What stays is
// copied as it was written: order, numbers, escapes and repeated members.
func (r *redactor) json(text []byte) (out []byte, values int, err error) {
	d := jsontext.NewDecoder(bytes.NewReader(text), asWritten)
	r.seen.members(text, r.cursors)
	var buf bytes.Buffer
	shape := r.shape()
	for {
		raw, err := d.ReadValue()
		if err == io.EOF {
			return buf.Bytes(), values, nil
		}
		if err != nil {
			return nil, 0, errors.New("the JSON is broken") // the decoder's error quotes it
		}
		if values++; values > 1 {
			buf.WriteByte('\n')
		}
		if err := r.value(&buf, slices.Clone(raw), shape, nil, r.rec.allows("*")); err != nil {
			return nil, 0, err
		}
	}
}

// value writes what is left of a value. allowed says that Allow names a member
// above it, so that the document need not know what is inside.
func (r *redactor) value(buf *bytes.Buffer, raw jsontext.Value, s shape, at []string, allowed bool) error {
	if r.named(at) || !allowed && len(s) == 0 && raw.Kind() != '{' {
		r.placeholder(buf, raw)
		return nil
	}
	switch raw.Kind() {
	case '{':
		return r.object(buf, raw, s.object(), at, allowed)
	case '[':
		return r.array(buf, raw, s.items(), at, allowed)
	case 'n':
		buf.Write(raw)
		return nil
	}
	if !allowed && !s.scalar() {
		r.placeholder(buf, raw)
		return nil
	}
	if raw.Kind() == '"' {
		if text := unquote(raw); holdsCredential(text) {
			r.placeholder(buf, raw)
			return nil
		}
	}
	buf.Write(raw)
	return nil
}

// pair is one member of an object, in its place.
type pair struct {
	name  string
	value jsontext.Value
}

func (r *redactor) object(buf *bytes.Buffer, raw jsontext.Value, s shape, at []string, allowed bool) error {
	pairs, err := pairsOf(raw)
	if err != nil {
		return err
	}
	hidden := namesCredential(pairs)
	buf.WriteByte('{')
	for i, p := range pairs {
		if i > 0 {
			buf.WriteByte(',')
		}
		member := s.member(p.name)
		permitted := allowed || r.rec.allows(p.name)
		known := permitted || len(member) > 0
		secret := member.secret() || isCredential(p.name) && !r.cursors[p.name] || hidden && valueNames[plainName(p.name)]
		if known || isCredentialWord(p.name) {
			quote(buf, p.name)
		} else { // a name that nobody knows may be anybody's key
			r.changed = true
			quote(buf, redacted)
		}
		buf.WriteByte(':')
		switch {
		case secret && !harmless(p.value):
			r.seen.values(p.value)
			r.placeholder(buf, p.value)
		case known:
			if err := r.value(buf, p.value, member, append(slices.Clip(at), exchange.EscapePointer(p.name)), permitted); err != nil {
				return err
			}
		default:
			r.placeholder(buf, p.value)
		}
	}
	buf.WriteByte('}')
	return nil
}

func (r *redactor) array(buf *bytes.Buffer, raw jsontext.Value, s shape, at []string, allowed bool) error {
	elements, err := elementsOf(raw)
	if err != nil {
		return err
	}
	buf.WriteByte('[')
	hide := false // ["password", "…"]
	for i, element := range elements {
		if i > 0 {
			buf.WriteByte(',')
		}
		switch {
		case hide && element.Kind() == '"':
			r.seen.values(element)
			r.placeholder(buf, element)
		default:
			if err := r.value(buf, element, s, append(slices.Clip(at), strconv.Itoa(i)), allowed); err != nil {
				return err
			}
		}
		hide = element.Kind() == '"' && isCredentialWord(unquote(element))
	}
	buf.WriteByte(']')
	return nil
}

// placeholder stands for a value and has its JSON type, so that an answer can
// still be decoded.
func (r *redactor) placeholder(buf *bytes.Buffer, raw jsontext.Value) {
	text := string(raw)
	switch raw.Kind() {
	case '"':
		if text != `""` {
			text = `"` + redacted + `"`
		}
	case '0':
		text = "0"
	case 't', 'f':
		text = "false"
	case '{':
		text = "{}"
	case '[':
		text = "[]"
	}
	r.changed = r.changed || text != string(raw)
	buf.WriteString(text)
}

// named reports that a pointer of Redact leads here.
func (r *redactor) named(at []string) bool {
	return slices.ContainsFunc(r.pointers, func(p []string) bool {
		return slices.EqualFunc(p, at, func(want, got string) bool { return want == "*" || want == got })
	})
}

// harmless reports a value that holds nothing to hide: that something is
// there, or since when.
func harmless(raw jsontext.Value) bool {
	switch raw.Kind() {
	case 't', 'f', 'n':
		return true
	case '"':
		text := unquote(raw)
		return text == "" || isTime(text)
	}
	return false
}

var (
	// labelNames are the members that name what stands in another member.
	labelNames = map[string]bool{"name": true, "key": true, "field": true, "attribute": true, "type": true, "label": true, "id": true, "param": true, "parameter": true, "header": true, "property": true}
	// valueNames are those other members.
	valueNames = map[string]bool{"value": true, "values": true, "val": true, "content": true, "data": true, "text": true, "default": true, "defaultvalue": true}
)

// namesCredential reports an object such as {"name": "password", "value": …}.
func namesCredential(pairs []pair) bool {
	return slices.ContainsFunc(pairs, func(p pair) bool {
		return labelNames[plainName(p.name)] && p.value.Kind() == '"' && isCredential(unquote(p.value))
	})
}

func pairsOf(raw jsontext.Value) (pairs []pair, err error) {
	err = inside(raw, func(d *jsontext.Decoder) error {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		p := pair{name: name.String()}
		value, err := d.ReadValue()
		p.value = slices.Clone(value)
		pairs = append(pairs, p)
		return err
	})
	return pairs, err
}

func elementsOf(raw jsontext.Value) (list []jsontext.Value, err error) {
	err = inside(raw, func(d *jsontext.Decoder) error {
		value, err := d.ReadValue()
		list = append(list, slices.Clone(value))
		return err
	})
	return list, err
}

// inside calls each until the object or the array ends.
func inside(raw jsontext.Value, each func(*jsontext.Decoder) error) error {
	d := jsontext.NewDecoder(bytes.NewReader(raw), asWritten)
	if _, err := d.ReadToken(); err != nil {
		return errors.New("the JSON is broken")
	}
	for d.PeekKind() != '}' && d.PeekKind() != ']' {
		if err := each(d); err != nil {
			return errors.New("the JSON is broken")
		}
	}
	return nil
}

// unquote is the text of a JSON string that was read before. The error would only say
// that a lone surrogate was replaced.
func unquote(raw jsontext.Value) string {
	text, _ := jsontext.AppendUnquote(nil, raw)
	return string(text)
}

func quote(buf *bytes.Buffer, text string) {
	quoted, err := json.Marshal(text) // escapes what is no UTF-8, which jsontext refuses
	if err != nil {
		quoted = []byte(`"` + redacted + `"`)
	}
	buf.Write(quoted)
}
