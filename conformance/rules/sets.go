package rules

import (
	"fmt"
	"math"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// sets wants enum for closed sets and x-extensible-enum for open ones, never both; closed
// sets stay out of answers, since a service may add a value on any day.
func sets(d *document, add report) {
	received := map[*openapi3.Schema]bool{}
	for _, op := range d.ops {
		for _, r := range op.Responses.Map() {
			for _, m := range r.Value.Content {
				within(m.Schema, received)
			}
		}
	}
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		s := ref.Value
		open, isOpen := s.Extensions["x-extensible-enum"].([]any)
		switch {
		case isOpen && len(s.Enum) > 0:
			add(at, "a set is open (x-extensible-enum) or closed (enum), not both")
		case received[s] && len(s.Enum) > 0:
			add(at, "a closed set (enum) in an answer: a value may come that is not listed, which x-extensible-enum says")
		case isOpen && s.Type.Is("integer") && strings.TrimSpace(s.Description) == "":
			add(at, "an open set of integers without a description: a number does not say what it means")
		}
		names := Texts(s.Extensions["x-enum-varnames"])
		seen := map[string]bool{}
		for _, v := range s.Enum {
			plain := plainSpelling(fmt.Sprint(v))
			if seen[plain] && len(names) != len(s.Enum) {
				add(at, "values that differ in case or separators only need x-enum-varnames, one for each value: %v", v)
			}
			seen[plain] = true
		}
		for _, v := range open {
			if !fitsType(s, v) {
				add(at, "x-extensible-enum: %v is no %v", v, s.Type)
			}
		}
	})
}

// within collects the schemas that a reference leads to, those without names included.
func within(ref *openapi3.SchemaRef, into map[*openapi3.Schema]bool) {
	if ref == nil || into[ref.Value] {
		return
	}
	into[ref.Value] = true
	for _, child := range children(ref.Value) {
		within(child, into)
	}
}

// fitsType reports whether a listed value is one of its schema's type: a text, or a whole number.
func fitsType(s *openapi3.Schema, v any) bool {
	switch v := v.(type) {
	case string:
		return s.Type.Is("string")
	case float64:
		return s.Type.Is("integer") && v == math.Trunc(v)
	}
	return false
}
