package engine

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// isHollow reports whether raw, which was decoded into a t, has no member that t knows: it is
// the reply of another service, or empty.
//
//	{"data": {"message": "Endpoint request timed out"}}   {"users": [{}, {}]}   {"names": [[]]}
//
// null is an answer: there is no value.
func isHollow(raw jsontext.Value, t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if isScalar(t) {
		return jsonKind(raw) == '{' || jsonKind(raw) == '['
	}
	switch {
	case isUnion(t): // its types are objects, and any object may be one of them
		return jsonKind(raw) != '{' && jsonKind(raw) != 'n'
	case t.Kind() != reflect.Struct || jsonKind(raw) == 'n' || len(fieldsOf(t)) == 0:
		return false
	}
	if one, err := alone(raw); err == nil {
		raw = one
	}
	return !shares(raw, t)
}

// isBlank reports whether nothing was decoded, but for the Extra of a struct and the JSON of a
// union. It is cheap and runs for each element, before its bytes are examined.
func isBlank(rv reflect.Value) bool {
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	if isScalar(rv.Type()) || rv.Kind() == reflect.Pointer {
		return rv.IsZero()
	}
	for i := 0; rv.Kind() == reflect.Struct && i < rv.NumField(); i++ {
		f := rv.Field(i)
		empty := f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0
		if !empty && f.CanInterface() && f.Type() != reflect.TypeFor[map[string]json.RawMessage]() {
			return false
		}
	}
	return rv.Kind() == reflect.Struct
}

// hollow is the error of a reply whose value has no known member, or whose lists hold elements of
// which none has one.
func (s said) hollow(op *Operation, body jsontext.Value, v any) error {
	rv, array := reflect.ValueOf(v).Elem(), jsonKind(body) == '['
	foreign := false
	switch {
	case array && rv.Kind() == reflect.Slice:
		foreign = hollowList(body, rv, "")
	case array && rv.Kind() == reflect.Struct && hasList(rv.Type()): // a list without its object
		foreign = hollowList(body, rv, "*")
	case op.Paging != nil:
		foreign = slices.ContainsFunc(op.Paging.Items, func(name string) bool { return hollowList(s.members.get(name), rv, name) })
	case op.Envelope != nil && s.hollowValues(op.Envelope.Value, rv):
		return s.missing(op.Envelope.Value)
	case len(op.Answer) > 0 && isBlank(rv) && isHollow(body, rv.Type()): // it answers under another status than this one
		return s.missing(op.Answer)
	}
	if foreign {
		return errNoElement
	}
	return nil
}

func (s said) hollowValues(names []string, rv reflect.Value) bool {
	hollow := false
	for _, name := range names {
		for _, part := range reach(rv, name) {
			if s.has(name) && !(isBlank(part) && isHollow(s.members.get(name), part.Type())) {
				return false
			}
			hollow = hollow || s.has(name)
		}
	}
	return hollow
}

// hollowList reports whether raw, decoded into the lists of that name in rv, has elements but
// none with a known member.
func hollowList(raw jsontext.Value, rv reflect.Value, name string) bool {
	elements := 0
	for _, list := range reach(rv, name) {
		if list.Kind() != reflect.Slice {
			continue
		}
		for i := range list.Len() {
			if !isBlank(list.Index(i)) {
				return false
			}
		}
		of, ok := listOf(raw)
		if !ok {
			of, _ = asList(raw, list.Type().Elem())
		}
		if slices.ContainsFunc(of, func(e jsontext.Value) bool { return !isHollow(e, list.Type().Elem()) }) {
			return false
		}
		elements += len(of)
	}
	return elements > 0
}

// reach are the values in a struct that a dotted name leads to; * is every member.
func reach(rv reflect.Value, name string) (found []reflect.Value) {
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	if name == "" {
		return []reflect.Value{rv}
	}
	first, rest, _ := strings.Cut(name, ".")
	if rv.Kind() == reflect.Struct {
		for member, i := range fieldsOf(rv.Type()) {
			if member == first || first == "*" {
				found = append(found, reach(rv.Field(i), rest)...)
			}
		}
	}
	return found
}
