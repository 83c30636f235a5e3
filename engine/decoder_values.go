package engine

import (
	"reflect"
	"slices"
	"strconv"
)

// The functions below read one value each, for generated code. Their meaning is that of
// json/v2: null is the zero value, a member that comes twice is merged, an empty array is
// not nil.

// Null reads null. Who calls it empties what null stands for, which is empty if it is refused
// too.
func (d *Decoder) Null() bool { return d.peek() == 'n' && d.literal("null") }

// ReadNull reads null, and empties what p points to. It is not generic, because one copy for
// each type would cost more at each build than null does in a reply.
func (d *Decoder) ReadNull(p any) bool {
	reflect.ValueOf(p).Elem().SetZero()
	return d.Null()
}

// ReadOther reads a value with json/v2.
func ReadOther[T any](d *Decoder, p *T) bool { return d.other(p) }

// ReadString reads a string.
func ReadString[T ~string](d *Decoder, p *T) bool {
	if d.peek() != '"' {
		*p = ""
		return d.Null()
	}
	s, ok := d.text()
	*p = T(s)
	return ok
}

// ReadStrings reads an array of strings into a slice of just its size.
func ReadStrings[S ~[]T, T ~string](d *Decoder, p *S) bool {
	if !d.Enter('[') {
		*p = nil
		return d.Null()
	}
	list := d.strings[:0]
	for d.More(']') {
		s, ok := "", false
		if d.peek() == '"' {
			s, ok = d.text()
		}
		if !ok {
			return false
		}
		list = append(list, s)
	}
	d.strings = list
	v := make(S, len(list))
	for i, s := range list {
		v[i] = T(s)
	}
	clear(list)
	*p = v
	return !d.bad
}

// estimated is how many elements of an array are read before its length is estimated.
const estimated = 64

// ReadSlice reads an array.
func ReadSlice[S ~[]T, T any](d *Decoder, p *S, read func(*Decoder, *T) bool) bool {
	if !d.Enter('[') {
		*p = nil
		return d.Null()
	}
	v, start := S{}, d.i
	for d.More(']') {
		if len(v) == estimated { // the remaining ones, if they are as long
			v = slices.Grow(v, len(v)*(len(d.b)-d.i)/(d.i-start))
		}
		var zero T
		v = append(v, zero)
		if d.peek() == 'n' || !read(d, &v[len(v)-1]) { // an element that is null is reported
			return false
		}
	}
	*p = v
	return !d.bad
}

// ReadMap reads an object whose names are data.
func ReadMap[M ~map[K]T, K ~string, T any](d *Decoder, p *M, read func(*Decoder, *T) bool) bool {
	if !d.Enter('{') {
		*p = nil
		return d.Null()
	}
	if *p == nil {
		*p = M{}
	}
	for d.More('}') {
		if !ReadEntry(d, d.Name(), p, read) {
			return false
		}
	}
	return !d.bad
}

// ReadEntry reads the value that a map holds under a name.
func ReadEntry[M ~map[K]T, K ~string, T any](d *Decoder, name []byte, p *M, read func(*Decoder, *T) bool) bool {
	key := K(d.copied(name))
	v := (*p)[key]
	if d.bad || !read(d, &v) {
		return false
	}
	if *p == nil {
		*p = M{}
	}
	(*p)[key] = v
	return true
}

// ReadPointer reads null or a value.
func ReadPointer[T any](d *Decoder, p **T, read func(*Decoder, *T) bool) bool {
	if d.peek() == 'n' {
		*p = nil
		return d.Null()
	}
	if *p == nil {
		*p = new(T)
	}
	return read(d, *p)
}

// ReadBool reads true and false.
func ReadBool[T ~bool](d *Decoder, p *T) bool {
	switch d.peek() {
	case 't':
		*p = true
		return d.literal("true")
	case 'f':
		*p = false
		return d.literal("false")
	}
	*p = false
	return d.Null()
}

// ReadInt reads an integer without a fraction or an exponent.
func ReadInt[T ~int | ~int64 | ~int32](d *Decoder, p *T) bool {
	negative := d.peek() == '-'
	i := d.i
	if negative {
		i++
	}
	start, n := i, int64(0)
	for ; i < len(d.b) && d.b[i]-'0' <= 9; i++ {
		n = n*10 + int64(d.b[i]-'0')
	}
	switch {
	case i == d.i:
		*p = 0
		return d.Null()
	case i == start || i-start > 1 && d.b[start] == '0':
		return false
	case i-start > 18: // maybe more than 64 bits
		return d.other(p)
	}
	if negative {
		n = -n
	}
	d.i = i
	*p = T(n)
	return int64(*p) == n
}

// ReadFloat reads a number.
func ReadFloat[T ~float64](d *Decoder, p *T) bool {
	d.peek()
	b := d.number()
	if len(b) == 0 {
		*p = 0
		return d.Null()
	}
	f, err := strconv.ParseFloat(string(b), 64)
	*p = T(f)
	return err == nil
}

// number reads a number, nothing if there is none.
func (d *Decoder) number() []byte {
	b, i := d.b, d.i
	digits := func(i int) int {
		for i < len(b) && b[i]-'0' <= 9 {
			i++
		}
		return i
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	j := digits(i)
	if j == i || j > i+1 && b[i] == '0' {
		return nil
	}
	if j < len(b) && b[j] == '.' {
		if i, j = j+1, digits(j+1); i == j {
			return nil
		}
	}
	if j < len(b) && b[j]|0x20 == 'e' {
		if j++; j < len(b) && (b[j] == '+' || b[j] == '-') {
			j++
		}
		if i, j = j, digits(j); i == j {
			return nil
		}
	}
	b, d.i = b[d.i:j], j
	return b
}
