package engine

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient takes what vendors really send: mail subjects that are no UTF-8, and members
// that occur twice.
func lenient() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// members are the values of dotted names in one JSON value, read in one walk that skips
// everything else. A name that is not there is not in the map; of two the last one counts.
func members(body []byte, names ...string) (map[string]jsontext.Value, error) {
	found := map[string]jsontext.Value{}
	dec := jsontext.NewDecoder(bytes.NewReader(body), lenient())
	if err := find(dec, "", names, found); err != nil {
		return nil, err
	}
	return found, ended(dec)
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

func find(dec *jsontext.Decoder, at string, names []string, found map[string]jsontext.Value) error {
	below := false
	for _, n := range names {
		if n == at && at != "" {
			v, err := dec.ReadValue()
			found[at] = v.Clone()
			return err
		}
		below = below || at == "" || strings.HasPrefix(n, at+".")
	}
	if !below || dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		t, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if err := find(dec, dotted(at, t.String()), names, found); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
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
