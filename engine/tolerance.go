package engine

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/client"
)

// tolerance decodes a value of which some member does not fit: json comes back for each
// member, and what does not fit is converted and reported.
//
//	{"id": "7", "tags": "a", "seen": 1767225600, "owner": [{"id": 1}], "score": {"x": 1}}
//
//	/id     "7" for a number      7                     kept
//	/tags   text for a list       ["a"]                 kept
//	/seen   seconds for a time    2026-01-01T00:00:00Z  kept
//	/owner  a list of one         that object           kept
//	/score  object for a number   absent                lost
//
// A conversion is kept only if nothing of the input was dropped.
type tolerance struct {
	root   reflect.Type // of what is decoded at prefix
	prefix string
	depth  int // conversions inside conversions
	report func(client.Mismatch)
}

// maxDepth bounds conversions inside conversions: each reads its input once more.
const maxDepth = 4

// decode decodes raw, a value at that place, into v.
func (t tolerance) decode(raw []byte, v any, at string) error {
	t.root, t.prefix = reflect.TypeOf(v), at
	return json.Unmarshal(raw, v, lenient(), json.WithUnmarshalers(json.UnmarshalFromFunc(t.value)))
}

// value decodes what does not fit and leaves the rest to json: errSkip does that
// and must be returned before anything is read.
func (t tolerance) value(dec *jsontext.Decoder, p any) error {
	rv := reflect.ValueOf(p).Elem()
	kind := dec.PeekKind()
	in, n := dec.StackIndex(dec.StackDepth())
	nothing := kind == 'n' && in == '[' && rv.Kind() != reflect.Interface // an element that nobody wrote
	if !nothing && (kind == 'n' || fits(rv, p, kind)) {
		return errSkip // null is the zero value
	}
	root := dec.StackDepth() == 0
	pointer := dec.StackPointer()
	if in == '[' && n == 0 {
		pointer += "/0" // before the first element it is still that of the array
	}
	at := t.prefix + place(pointer, t.root)
	if nothing {
		t.report(client.Mismatch{Pointer: at, Want: rv.Type().String(), Got: "null", Kept: true})
		return errSkip
	}
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	key := in == '{' && n%2 == 0 // of a map: always a text, also that of a number
	if json.Unmarshal(raw, p, lenient(), json.StringifyNumbers(key)) == nil {
		return nil // it did fit: a number, a time or a type with its own method
	}
	rv.SetZero()
	to := rv
	if rv.Kind() == reflect.Pointer {
		// Converted here: one level down the pointer could not stay nil if nothing is kept.
		to = reflect.New(rv.Type().Elem()).Elem()
	}
	// Only a whole reply may come wrapped in an array; an array in the place of an element is lost.
	kept := !(root && jsonKind(raw) == '[' && strings.HasSuffix(t.prefix, "/*") && t.depth == 0) && t.coerce(raw, to, at)
	switch {
	case kept && to != rv && !isEmptyArray(raw):
		rv.Set(to.Addr())
	case !kept && root:
		return &json.SemanticError{JSONKind: jsonKind(raw), GoType: to.Type()}
	case !kept:
		rv.SetZero()
	}
	t.report(client.Mismatch{Pointer: at, Want: to.Type().String(), Got: jsonKind(raw).String(), Kept: kept})
	return nil
}

// fits reports whether json should decode a value of that kind into rv itself: it comes
// back for the members.
func fits(rv reflect.Value, p any, kind jsontext.Kind) bool {
	_, custom := p.(json.Unmarshaler)
	_, open := p.(json.UnmarshalerFrom) // a type with Extra comes back as the type without its methods
	if custom && !open || rv.Type() == reflect.TypeFor[time.Time]() {
		return false
	}
	switch rv.Kind() {
	case reflect.Pointer:
		return !isScalar(rv.Type().Elem())
	case reflect.Interface:
		return true
	case reflect.String:
		return kind == '"'
	case reflect.Bool:
		return kind == 't' || kind == 'f'
	case reflect.Struct, reflect.Map:
		return kind == '{'
	case reflect.Slice:
		return kind == '['
	}
	return false
}

func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return false
	case reflect.Struct:
		return t == reflect.TypeFor[time.Time]()
	}
	return true
}

func isEmptyArray(raw jsontext.Value) bool {
	return jsonKind(raw) == '[' && strings.TrimSpace(string(raw[1:len(raw)-1])) == ""
}

// coerce converts raw into rv and reports whether nothing was lost.
func (t tolerance) coerce(raw jsontext.Value, rv reflect.Value, at string) bool {
	if t.depth++; t.depth > maxDepth {
		return false
	}
	s, single := scalarText(raw)
	if jsonKind(raw) == '[' && isScalar(rv.Type()) {
		list, ok := listOf(raw) // one element for the element
		return ok && (len(list) == 0 || len(list) == 1 && t.coerce(list[0], rv, at))
	}
	if rv.Type() == reflect.TypeFor[time.Time]() {
		v, ok := parseTime(s)
		rv.Set(reflect.ValueOf(v))
		return ok && single
	}
	switch rv.Kind() {
	case reflect.Slice:
		return t.slice(raw, rv, at, s)
	case reflect.Struct:
		return t.object(raw, rv, at, s)
	case reflect.Map:
		return isEmptyArray(raw) // languages with one type for maps and lists write an empty map so
	}
	return single && setScalar(rv, s)
}

// slice takes one element without its array, an array wrapped in an object, and a map of
// elements.
func (t tolerance) slice(raw jsontext.Value, rv reflect.Value, at, s string) bool {
	if jsonKind(raw) == '"' && s == "" {
		return true // "" stands for an empty list
	}
	list := []jsontext.Value{raw}
	if jsonKind(raw) == '{' {
		var ok bool
		if list, ok = asList(raw, rv.Type().Elem()); !ok {
			return false
		}
	}
	for _, e := range list {
		v := reflect.New(rv.Type().Elem())
		if t.decode(e, v.Interface(), at+"/*") != nil {
			return false
		}
		rv.Set(reflect.Append(rv, v.Elem()))
	}
	return true
}

// object takes the text of an object that has no other member, a list of just that object,
// and a list for an object whose array it is.
func (t tolerance) object(raw jsontext.Value, rv reflect.Value, at, s string) bool {
	fields := fieldsOf(rv.Type())
	if jsonKind(raw) == '"' {
		return len(fields) == 1 && rv.Field(0).Kind() == reflect.String && setScalar(rv.Field(0), s)
	}
	list, ok := listOf(raw)
	if !ok {
		return false
	}
	if len(list) == 1 && shares(list[0], rv.Type()) {
		return t.decode(list[0], rv.Addr().Interface(), at) == nil
	}
	var lists []reflect.Value
	for _, i := range fields {
		if f := rv.Field(i); f.Kind() == reflect.Slice && f.Type().Elem().Kind() != reflect.Uint8 {
			lists = append(lists, f)
		}
	}
	// A list of texts fits only an object that has no other member.
	if len(lists) != 1 || len(fields) > 1 && len(list) > 0 && !slices.ContainsFunc(list, func(e jsontext.Value) bool { return shares(e, lists[0].Type().Elem()) }) {
		return false
	}
	return t.decode(raw, lists[0].Addr().Interface(), at) == nil
}

// asList returns the elements of an object in the place of an array of ts: none, one that
// shares a member with t, those of its only array, or those under numeric keys, as languages
// with one type for maps and lists write them.
func asList(raw jsontext.Value, t reflect.Type) ([]jsontext.Value, bool) {
	names, values, err := membersOf(raw)
	numbered := func(i int) bool { return strings.Trim(names[i], "0123456789") == "" && jsonKind(values[i]) == '{' }
	switch {
	case err != nil || len(names) == 0:
		return nil, err == nil
	case shares(raw, t):
		return []jsontext.Value{raw}, true
	case len(names) == 1 && jsonKind(values[0]) == '[':
		return listOf(values[0])
	}
	for i := range names {
		if !numbered(i) {
			return nil, false
		}
	}
	return values, true
}

// listOf are the elements of an array.
func listOf(raw jsontext.Value) (list []jsontext.Value, ok bool) {
	ok = jsonKind(raw) == '[' && json.Unmarshal(raw, &list, lenient()) == nil
	return list, ok
}

// shares reports whether an object has a member of the struct t.
func shares(raw jsontext.Value, t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if jsonKind(raw) != '{' || t.Kind() == reflect.Map {
		return jsonKind(raw) == '{'
	}
	names, _, _ := membersOf(raw)
	fields, aliases := fieldsOf(t), aliasesOf(t)
	return slices.ContainsFunc(names, func(name string) bool {
		_, known := fields[name]
		return known || slices.ContainsFunc(aliases, func(a alias) bool { return a.alias == name })
	})
}

// place is a JSON pointer below a value of type t with * for the indexes of arrays and the
// keys of maps, which are data, so that one deviation of many records is one place.
func place(at jsontext.Pointer, t reflect.Type) string {
	var out strings.Builder
	for name := range at.Tokens() {
		for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Map && t.Key().Kind() == reflect.Bool) {
			t = t.Elem() // nullable.Nullable is a map of bool
		}
		var next reflect.Type
		switch {
		case t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map):
			name, next = "*", t.Elem()
		case t != nil && t.Kind() == reflect.Struct:
			if i, ok := fieldsOf(t)[name]; ok {
				next = t.Field(i).Type
			}
		}
		if next == nil && strings.Trim(name, "0123456789") == "" || !isName(name) {
			name = "*"
		}
		out.WriteString("/" + name)
		t = next
	}
	return out.String()
}

// isName reports whether the name of a member looks like one that a document gives. Others
// may be data: an address, a user.
func isName(s string) bool {
	return s == "*" || s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == ""
}

// scalarText is the text of a JSON scalar.
func scalarText(raw jsontext.Value) (s string, single bool) {
	switch jsonKind(raw) {
	case '{', '[':
		return "", false
	case '"':
		u, err := jsontext.AppendUnquote(nil, raw)
		return strings.TrimSpace(string(u)), err == nil
	}
	return string(raw), true
}

func setScalar(rv reflect.Value, s string) bool {
	switch rv.Kind() {
	case reflect.String:
		rv.SetString(s)
		return true
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		rv.SetBool(b)
		return err == nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, ok := parseInteger(s)
		if !ok || rv.OverflowInt(n) {
			return false
		}
		rv.SetInt(n)
		return true
	case reflect.Float64:
		f, err := strconv.ParseFloat(s, 64)
		rv.SetFloat(f)
		return err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	return false
}

// parseInteger also reads 3.0, 1e3 and the booleans that stand for 1 and 0.
func parseInteger(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	switch s {
	case "true":
		return 1, true
	case "false":
		return 0, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// parseTime takes only what names an instant: a layout with its zone and a year from 1 to
// 9999, a day, which ThreatConnect v3 writes for its midnight in UTC, or a Unix time in seconds
// or milliseconds from 1973 to 2200. A smaller number is rather a count or a size, a larger one
// has another unit.
func parseTime(s string) (time.Time, bool) {
	if t, ok := parseLayout(s, time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700",
		"2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 -0700 MST", time.RFC1123Z, time.DateOnly); ok && t.Year() >= 1 {
		return t, true
	}
	const last = 7258118400 // 2200-01-01
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err == nil && n > 1e8 && n < last:
		return time.Unix(n, 0).UTC(), true
	case err == nil && n > 1e11 && n < last*1000:
		return time.UnixMilli(n).UTC(), true
	}
	return time.Time{}, false
}
