package engine

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/client"
)

// tolerance decodes a value of which some member does not fit.
type tolerance struct {
	prefix string
	report func(client.Mismatch)
}

// value decodes what does not fit and leaves the rest to json: errSkip says "not me" and
// must be returned before anything is read.
func (t tolerance) value(dec *jsontext.Decoder, p any) error {
	rv := reflect.ValueOf(p).Elem()
	kind := dec.PeekKind()
	if kind == 'n' || fits(rv, p, kind) {
		return errSkip // null is the zero value
	}
	root := dec.StackDepth() == 0
	pointer := dec.StackPointer()
	if kind, n := dec.StackIndex(dec.StackDepth()); kind == '[' && n == 0 {
		pointer += "/0" // before the first element it is still that of the array
	}
	at := t.prefix + generic(pointer)
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if json.Unmarshal(raw, p, lenient()) == nil {
		return nil // it did fit: a number, a time or a type with its own method
	}
	rv.SetZero()
	to := rv
	if rv.Kind() == reflect.Pointer {
		// Converted here and not one level down, where nil could not be kept.
		to = reflect.New(rv.Type().Elem()).Elem()
	}
	// An array is no element: nothing but the value of a reply comes without its object.
	kept := !(root && raw.Kind() == '[' && strings.HasSuffix(t.prefix, "/*")) && t.coerce(raw, to, at)
	switch {
	case kept && to != rv:
		rv.Set(to.Addr())
	case !kept && root:
		return &json.SemanticError{JSONKind: raw.Kind(), GoType: to.Type()}
	case !kept:
		rv.SetZero()
	}
	t.report(client.Mismatch{Pointer: at, Want: to.Type().String(), Got: raw.Kind().String(), Kept: kept})
	return nil
}

// fits reports whether json should decode a value of that kind into rv itself: it comes
// back for the members.
func fits(rv reflect.Value, p any, kind jsontext.Kind) bool {
	if _, custom := p.(json.Unmarshaler); custom || rv.Type() == reflect.TypeFor[time.Time]() {
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

// coerce converts raw into rv and reports whether nothing was lost.
func (t tolerance) coerce(raw jsontext.Value, rv reflect.Value, at string) bool {
	s, single := scalarText(raw)
	if raw.Kind() == '[' && isScalar(rv.Type()) {
		var list []jsontext.Value // one element for the element
		if json.Unmarshal(raw, &list, lenient()) != nil || len(list) > 1 {
			return false
		}
		return len(list) == 0 || t.coerce(list[0], rv, at)
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
		if raw.Kind() == '"' && rv.NumField() == 1 && rv.Field(0).Kind() == reflect.String {
			rv.Field(0).SetString(s) // the text of an object that has nothing else
			return true
		}
		return t.wrap(raw, rv, at)
	}
	return single && setScalar(rv, s)
}

// slice takes one element without its array, and an array that is wrapped in an object.
func (t tolerance) slice(raw jsontext.Value, rv reflect.Value, at, s string) bool {
	if raw.Kind() == '"' && s == "" {
		return true // "" for nothing
	}
	if raw.Kind() == '{' {
		if name, inner := onlyArray(raw); inner != nil && !member(rv.Type().Elem(), name) {
			return t.inner(inner, rv.Addr().Interface(), at)
		}
	}
	e := reflect.New(rv.Type().Elem())
	if !t.inner(raw, e.Interface(), at+"/*") {
		return false
	}
	rv.Set(reflect.Append(rv, e.Elem()))
	return true
}

// wrap takes an array for an object that has just one array member.
func (t tolerance) wrap(raw jsontext.Value, rv reflect.Value, at string) bool {
	field := -1
	for i := range rv.NumField() {
		f := rv.Type().Field(i)
		if f.Type.Kind() == reflect.Slice && f.Tag.Get("json") != "" && f.Type != reflect.TypeFor[jsontext.Value]() {
			if field >= 0 {
				return false
			}
			field = i
		}
	}
	return raw.Kind() == '[' && field >= 0 && t.inner(raw, rv.Field(field).Addr().Interface(), at)
}

// inner decodes a value that was found elsewhere than expected, tolerantly too.
func (t tolerance) inner(raw jsontext.Value, v any, at string) bool {
	u := tolerance{prefix: at, report: t.report}
	return json.Unmarshal(raw, v, lenient(), json.WithUnmarshalers(json.UnmarshalFromFunc(u.value))) == nil
}

// onlyArray is the array of an object that has just one, and its name.
func onlyArray(raw jsontext.Value) (name string, found jsontext.Value) {
	var m map[string]jsontext.Value
	if json.Unmarshal(raw, &m, lenient()) != nil {
		return "", nil
	}
	for k, v := range m {
		if v.Kind() == '[' {
			if found != nil {
				return "", nil
			}
			name, found = k, v
		}
	}
	return name, found
}

// member reports whether an element has a member of that name: its object is the element
// then, and does not wrap the list.
func member(t reflect.Type, name string) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	for i := 0; t.Kind() == reflect.Struct && i < t.NumField(); i++ {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			return true
		}
	}
	return false
}

// scalarText is the text of a JSON scalar.
func scalarText(raw jsontext.Value) (s string, single bool) {
	switch raw.Kind() {
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

// parseTime takes only what names an instant: a layout with its zone, or a Unix time in
// seconds or milliseconds.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05 Z0700", time.RFC1123Z} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 1e8: // before 1973: rather a count or a size
		return time.Time{}, false
	case n > 1e11:
		return time.UnixMilli(n).UTC(), true
	}
	return time.Unix(n, 0).UTC(), true
}
