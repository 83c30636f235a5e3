package engine

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient takes what vendors really send: mail subjects that are no UTF-8, and members
// that occur twice.
func lenient() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// maxNames bounds how many names of a reply are remembered for the error of one that is no
// answer.
const maxNames = 64

// members are the values of dotted names in one JSON value, read in one walk that skips
// everything else, and the names of its members. A last * stands for any array there. Of two
// members of one name the last one counts.
func members(body []byte, names []string) (said, error) {
	s := said{members: map[string]jsontext.Value{}}
	dec := jsontext.NewDecoder(bytes.NewReader(body), lenient())
	if err := s.find(dec, "", names); err != nil {
		return s, err
	}
	return s, ended(dec)
}

// ended is an error if something follows the value that dec has read.
func ended(dec *jsontext.Decoder) error {
	switch _, err := dec.ReadToken(); err {
	case io.EOF:
		return nil
	case nil:
		return errors.New("more than one JSON value")
	default:
		return err
	}
}

func (s *said) find(dec *jsontext.Decoder, at string, names []string) error {
	below := at == "" && dec.PeekKind() == '{'
	for _, n := range names {
		if at != "" && strings.HasPrefix(n, at+".") && dec.PeekKind() == '{' {
			below = true
		}
	}
	if !below {
		return s.keep(dec, at, names)
	}
	if at != "" && slices.Contains(names, at) { // both a value and a way to others
		v, err := dec.ReadValue()
		if err != nil {
			return err
		}
		s.members[at] = v.Clone()
		dec = jsontext.NewDecoder(bytes.NewReader(s.members[at]), lenient())
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		t, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if at == "" && len(s.names) < maxNames {
			s.names = append(s.names, t.String())
		}
		if err := s.find(dec, dotted(at, t.String()), names); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// keep reads a value that is not walked into.
func (s *said) keep(dec *jsontext.Decoder, at string, names []string) error {
	every := at[:strings.LastIndexByte(at, '.')+1] + "*"
	kind := dec.PeekKind()
	wild := strings.Contains(at, ".") && (kind == '[' || kind == '{') && slices.Contains(names, every)
	if !wild && (at == "" || !slices.Contains(names, at)) {
		return dec.SkipValue()
	}
	v, err := dec.ReadValue()
	if wild {
		at = every
	}
	s.members[at] = v.Clone()
	return err
}

// memberNamesOf are the names of the members of an object.
func memberNamesOf(object jsontext.Value) ([]string, error) {
	s, err := members(object, nil)
	return s.names, err
}

// dotted is the name of a member of what at names.
func dotted(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// scalar is a JSON scalar as text; objects, arrays, null and false are "".
func scalar(v jsontext.Value) string {
	switch v.Kind() {
	case 0, 'n', 'f', '{', '[':
		return ""
	}
	s, _ := scalarText(v)
	return s
}

// tree is any JSON, its numbers as they are written: an id may be larger than what a float
// holds exactly.
func tree(raw []byte) (v any, err error) {
	number := json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *any) error {
		if dec.PeekKind() != '0' {
			return errSkip
		}
		n, err := dec.ReadValue()
		*v = n.Clone()
		return err
	})
	err = json.Unmarshal(raw, &v, lenient(), json.WithUnmarshalers(number))
	return v, err
}

// kindName is the kind of a JSON value in words.
func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "object"
	case '[':
		return "array"
	}
	return k.String()
}

// lookup follows a dotted name through decoded JSON; "" is v itself.
func lookup(v any, name string) any {
	for name != "" {
		var k string
		k, name, _ = strings.Cut(name, ".")
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

// textOf is a decoded scalar as text; anything else, null and false are "".
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case jsontext.Value:
		return string(v)
	case bool:
		if v {
			return "true"
		}
	}
	return ""
}
