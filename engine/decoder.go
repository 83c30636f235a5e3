package engine

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"reflect"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decoder is a position in JSON that may be malformed or cut off. Generated functions read
// records with it, about twice as fast as reflection does. They read only what they are sure
// of: whatever they do not expect they refuse by returning false, and then json/v2 decodes
// the record anew and alone says what it means. So every step is bounded by the bytes, and a
// refusal is never an error.
type Decoder struct {
	b       []byte
	i       int
	depth   int
	first   bool // just inside an object or array
	bad     bool
	strings []string
	unquote []byte
	seen    []string // recent texts, by a hash
}

// maxNesting is the depth from which json/v2 decides; its own limit is 10 000.
const maxNesting = 1000

// run reads the value that b begins with and returns its length, 0 if it was refused; then v
// holds a part of it.
func (d *Decoder) run(b []byte, v any, decode func(*Decoder, any) bool) int {
	d.b, d.i, d.depth, d.first, d.bad = b, 0, 0, false, false
	ok := decode(d, v)
	d.b = nil
	if !ok || d.bad {
		return 0
	}
	return d.i
}

// whole is run for a text that holds one value and nothing else.
func (d *Decoder) whole(b []byte, v any, decode func(*Decoder, any) bool) bool {
	n := d.run(b, v, decode)
	return n > 0 && len(bytes.TrimLeft(b[n:], " \t\r\n")) == 0
}

// Decode reads a text that holds one value into v with a function that does so and reports
// whether it could; if not, v is empty.
func Decode(text []byte, v any, read func(*Decoder) bool) bool {
	ok := new(Decoder).whole(text, v, func(d *Decoder, _ any) bool { return read(d) })
	if !ok {
		reflect.ValueOf(v).Elem().SetZero()
	}
	return ok
}

// peek steps over white space and returns the byte it stands at, 0 at the end.
func (d *Decoder) peek() byte {
	for ; d.i < len(d.b); d.i++ {
		if c := d.b[d.i]; c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
	}
	return 0
}

// Enter steps into an object or array and reports whether there is one.
func (d *Decoder) Enter(open byte) bool {
	if d.peek() != open || d.depth >= maxNesting {
		return false
	}
	d.i++
	d.depth++
	d.first = true
	return true
}

// More steps to the next member or element, or out of the object or array.
func (d *Decoder) More(end byte) bool {
	c := d.peek()
	first := d.first
	d.first = false
	switch {
	case c == end:
		d.i++
		d.depth--
		return false
	case first:
		return true
	case c == ',':
		d.i++
		return true
	}
	d.bad = true
	return false
}

// Done is what the function for an object returns at its end.
func (d *Decoder) Done() bool { return !d.bad }

// Name reads the name of a member and the colon. One that is escaped or not ASCII is refused.
func (d *Decoder) Name() []byte {
	if d.peek() == '"' {
		if name, ok := d.plain(); ok && d.peek() == ':' {
			d.i++
			return name
		}
	}
	d.bad = true
	return nil
}

// anyName is Name for any name. It is good until the next text is read.
func (d *Decoder) anyName() (name []byte, ok bool) {
	if d.peek() != '"' {
		return nil, d.refuse()
	}
	start := d.i
	name, ok = d.plain()
	if !ok {
		var quoted []byte
		if name, quoted = d.special(start); name == nil && quoted != nil { // json/v2 decides
			var s string
			if jsonv2.Unmarshal(quoted, &s, lenient()) == nil {
				name = []byte(s)
			}
		}
	}
	if name == nil || d.peek() != ':' {
		return nil, d.refuse()
	}
	d.i++
	return name, true
}

func (d *Decoder) refuse() bool {
	d.bad = true
	return false
}

const (
	ones = 0x0101010101010101
	tops = 0x80 * ones
)

// plain reads a string and reports whether it is ASCII without escapes, eight bytes at a
// time. If not, it stands at the byte that is not.
func (d *Decoder) plain() ([]byte, bool) {
	start := d.i + 1
	for i, b := start, d.b; ; i += 8 {
		if i+8 > len(b) {
			for ; i < len(b); i++ {
				if c := b[i]; c == '"' {
					d.i = i + 1
					return b[start:i], true
				} else if c == '\\' || c < ' ' || c >= utf8.RuneSelf {
					break
				}
			}
			d.i = min(i, len(b))
			return nil, false
		}
		x := binary.LittleEndian.Uint64(b[i:])
		// A top bit is set by a byte that is '"' or below ' ', a backslash, or not ASCII;
		// maybe also by bytes behind the first of these.
		if m := (((x ^ 2*ones) - 0x21*ones) | ((x ^ '\\'*ones) - ones) | x) & tops; m != 0 {
			i += bits.TrailingZeros64(m) / 8
			if b[i] == '"' {
				d.i = i + 1
				return b[start:i], true
			}
			d.i = i
			return nil, false
		}
	}
}

// text reads a string.
func (d *Decoder) text() (string, bool) {
	start := d.i
	b, ok := d.plain()
	if ok {
		return d.copied(b), true
	}
	b, quoted := d.special(start)
	switch {
	case b != nil:
		return d.copied(b), true
	case quoted == nil:
		return "", false
	}
	var s string // of an escape that is broken or half of a pair, or bytes that are no UTF-8
	err := jsonv2.Unmarshal(quoted, &s, lenient())
	return s, err == nil
}

// special reads the string that begins at start, from where plain stopped: what it says, until
// the next one is read, and what stands there. The first is nil if json/v2 must say it, the
// second if there is no string.
func (d *Decoder) special(start int) (b, quoted []byte) {
	escaped := false
	for ; d.i < len(d.b); d.i++ {
		switch c := d.b[d.i]; {
		case c == '\\':
			escaped = true
			d.i++
		case c < ' ':
			return nil, nil
		case c == '"':
			d.i++
			quoted = d.b[start:d.i]
			b = quoted[1 : len(quoted)-1]
			if !utf8.Valid(b) {
				return nil, quoted
			}
			if escaped {
				var err error
				if b, err = jsontext.AppendUnquote(d.unquote[:0], quoted); err != nil {
					return nil, quoted
				}
				d.unquote = b
			}
			return b, quoted
		}
	}
	return nil, nil
}

// copied is b as text; a short text that came recently is not copied again.
func (d *Decoder) copied(b []byte) string {
	n := len(b)
	if n < 2 || n > 32 || d.seen == nil && len(d.b) < 4<<10 { // short JSON repeats little
		return string(b)
	}
	if d.seen == nil {
		d.seen = make([]string, 256)
	}
	p := &d.seen[(uint(b[0])*31+uint(b[n-1])*7+uint(b[n/2])*131+uint(n))%256]
	if *p != string(b) {
		*p = string(b)
	}
	return *p
}

// literal steps over s.
func (d *Decoder) literal(s string) bool {
	if d.i+len(s) > len(d.b) || string(d.b[d.i:d.i+len(s)]) != s {
		return false
	}
	d.i += len(s)
	return true
}

// other decodes a value with json/v2.
func (d *Decoder) other(p any) bool { return jsonv2.Unmarshal(d.value(), p, lenient()) == nil }

// value steps over a value of which the grammar is checked, and returns its bytes.
func (d *Decoder) value() []byte {
	d.peek()
	start := d.i
	if !d.checked() {
		return nil
	}
	return d.b[start:d.i]
}

// checked steps over a value and reports whether it is one.
func (d *Decoder) checked() bool {
	open := d.peek()
	switch open {
	case '{', '[':
	case '"':
		return d.checkedString()
	case 't':
		return d.literal("true")
	case 'f':
		return d.literal("false")
	case 'n':
		return d.literal("null")
	default:
		return len(d.number()) > 0
	}
	end := open + 2 // the bracket that closes it
	d.depth++
	if d.i++; d.depth > maxNesting {
		return false
	}
	for next := d.peek(); next != end; {
		if open == '{' {
			if !d.checkedString() || d.peek() != ':' {
				return false
			}
			d.i++
		}
		if !d.checked() {
			return false
		}
		if next = d.peek(); next == ',' {
			d.i++
		} else if next != end {
			return false
		}
	}
	d.depth--
	d.i++
	return true
}

func (d *Decoder) checkedString() bool {
	if d.peek() != '"' {
		return false
	}
	start := d.i
	if _, ok := d.plain(); ok {
		return true
	}
	b, quoted := d.special(start)
	return b != nil || quoted != nil && jsontext.Value(quoted).IsValid(lenient())
}

// Unknown steps over a member that nothing keeps.
func (d *Decoder) Unknown() bool { return !d.bad && d.checked() }

// Extra keeps a member that the document does not know, as it came.
func (d *Decoder) Extra(name []byte, extra *map[string]json.RawMessage) bool {
	if d.bad {
		return false
	}
	key := d.copied(name)
	raw := d.value()
	if raw == nil {
		return false
	}
	if *extra == nil {
		*extra = map[string]json.RawMessage{}
	}
	(*extra)[key] = bytes.Clone(raw)
	return true
}

// Alias moves a member that came under another name of the document from extra to its field,
// unless the member itself was there.
func Alias[T any](d *Decoder, extra *map[string]json.RawMessage, name string, field *T, read func(*Decoder, *T) bool) bool {
	raw, ok := (*extra)[name]
	if !ok || !reflect.ValueOf(field).Elem().IsZero() {
		return true
	}
	outer, at := d.b, d.i
	d.b, d.i = raw, 0
	ok = read(d, field) && !d.bad
	d.b, d.i = outer, at
	if delete(*extra, name); len(*extra) == 0 {
		*extra = nil
	}
	return ok
}
