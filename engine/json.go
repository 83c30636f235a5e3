package engine

import (
	"bytes"
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient accepts what vendors really send: mail subjects that are not UTF-8, and duplicate
// members.
func lenient() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// maxNames bounds how many names of a reply are remembered for the error of one that is no
// answer.
const maxNames = 64

// members are values by their dotted names. They are few, so that a list is cheaper than a map.
type members []member

type member struct {
	name  string
	value jsontext.Value
}

// get is nil for a member that is absent.
//
//go:noinline
func (m members) get(name string) jsontext.Value {
	for _, e := range m {
		if e.name == name {
			return e.value
		}
	}
	return nil
}

//go:noinline
func (m *members) set(name string, v jsontext.Value) {
	for i, e := range *m {
		if e.name == name {
			(*m)[i].value = v
			return
		}
	}
	*m = append(*m, member{name, v})
}

// readMembers reads the members of those dotted names of one JSON value, in one walk that steps
// over everything else. A last * stands for any array there. Of two members of one name the last
// one counts. The values are parts of body.
func readMembers(body []byte, names []string) (said, error) {
	s := said{body: body, members: make(members, 0, len(names))}
	d := Decoder{b: body, depth: maxNesting - 10_000} // as deep as json goes
	if d.peek() == '{' && s.find(&d, "", names) || d.peek() != '{' && d.value() != nil {
		switch rest := bytes.TrimLeft(body[d.i:], " \t\r\n"); {
		case len(rest) == 0:
			return s, nil
		case strings.ContainsAny(string(rest[:1]), `{["-0123456789tfn`):
			return s, errors.New("more than one JSON value")
		}
	}
	var v jsontext.Value
	if err := json.Unmarshal(body, &v, lenient()); err != nil {
		return s, err
	}
	return s, errors.New("a nesting that is too deep")
}

// alone is the one value in an array.
func alone(body []byte) (jsontext.Value, error) {
	list, _ := listOf(bytes.TrimSpace(body))
	if len(list) != 1 {
		return nil, errors.New("a JSON array where an object belongs")
	}
	return list[0], nil
}

// find walks the object whose members have that prefix.
func (s *said) find(d *Decoder, prefix string, names []string) bool {
	if !d.Enter('{') {
		return false
	}
	for d.More('}') {
		name, ok := d.anyName()
		if !ok {
			return false
		}
		var at, every string
		is, below := false, false
		for _, n := range names {
			rest, ok := strings.CutPrefix(n, prefix)
			switch {
			case !ok || rest == "":
			case rest == "*" && prefix != "":
				every = n
			case rest == string(name), prefix == "" && isFailure(rest) && strings.EqualFold(rest, string(name)) && s.members.get(rest) == nil:
				at, is = n, true
			case len(rest) > len(name) && rest[len(name)] == '.' && rest[:len(name)] == string(name):
				at, below = n[:len(prefix)+len(name)], true
			}
		}
		kind := d.peek()
		start := d.i
		if below = below && kind == '{'; below {
			ok = s.find(d, at+".", names)
		} else {
			ok = d.value() != nil
		}
		switch {
		case !ok:
			return false
		case every != "" && !below && (kind == '[' || kind == '{'):
			s.members.set(every, d.b[start:d.i])
		case is:
			s.members.set(at, d.b[start:d.i])
		}
	}
	return !d.bad
}

// found are the names of the members of the reply, some of them if it has many.
func (s said) found() []string {
	if s.body == nil {
		return s.names
	}
	names, _, _ := membersOf(s.body)
	return names[:min(len(names), maxNames)]
}

// membersOf are the members of an object, in their order; a value is a part of it.
func membersOf(object jsontext.Value) (names []string, values []jsontext.Value, err error) {
	d := Decoder{b: object, depth: maxNesting - 10_000}
	for ok := d.Enter('{'); ok && d.More('}'); {
		name, _ := d.anyName()
		value := d.value()
		names, values, ok = append(names, string(name)), append(values, value), value != nil
	}
	if d.bad {
		return nil, nil, errors.New("broken JSON")
	}
	return names, values, nil
}

// dotted is the name of a member of what at names. One without a name is not the whole reply.
func dotted(at, name string) string {
	if name == "" {
		name = "\x00"
	}
	if at == "" {
		return name
	}
	return at + "." + name
}

// scalar is a JSON scalar as text; objects, arrays, null and false are "".
func scalar(v jsontext.Value) string {
	switch jsonKind(v) {
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

// jsonKind is the kind of a JSON value, 0 if it is none. It is small, and would be copied to each of
// the many places that ask.
//
//go:noinline
func jsonKind(v jsontext.Value) jsontext.Kind { return v.Kind() }

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
