package main

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// keeper reduces values to what their schemas know.
type keeper struct {
	alias bool // a member stood under another name (x-aliases)
}

// keep returns v without the members that no part of s names.
func (k *keeper) keep(s *openapi3.Schema, v any) any {
	switch v := v.(type) {
	case []any:
		items := itemsOf(s)
		if items == nil {
			return v
		}
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = k.keep(items, e)
		}
		return out
	case map[string]any:
		return k.members(s, v)
	}
	return v
}

// members keeps the members that s, a part of it or the branch of a union that knows most of the value names.
func (k *keeper) members(s *openapi3.Schema, v map[string]any) map[string]any {
	if free(s) {
		return v
	}
	out := map[string]any{}
	for name, e := range v {
		switch extra := s.AdditionalProperties; {
		case s.Properties[name] != nil:
			out[name] = k.keep(s.Properties[name].Value, e)
		case extra.Schema != nil:
			out[name] = k.keep(extra.Schema.Value, e)
		case extra.Has != nil && *extra.Has:
			out[name] = e
		case k.isAlias(s, name):
			k.alias = true
		}
	}
	for _, part := range s.AllOf {
		for name, e := range k.members(part.Value, v) {
			out[name] = e
		}
	}
	var best map[string]any
	for _, branch := range slices.Concat(s.OneOf, s.AnyOf) {
		if branch.Value.VisitJSON(v) != nil {
			continue
		}
		if kept := k.members(branch.Value, v); best == nil || size(kept) > size(best) {
			best = kept
		}
	}
	for name, e := range best {
		out[name] = e
	}
	return out
}

// free reports a schema of any object: it names no member and no part.
func free(s *openapi3.Schema) bool {
	return len(s.Properties)+len(s.AllOf)+len(s.OneOf)+len(s.AnyOf) == 0 && s.AdditionalProperties.Schema == nil
}

// itemsOf is the schema of the elements of a list; nil when nothing says it.
func itemsOf(s *openapi3.Schema) *openapi3.Schema {
	if s.Items != nil {
		return s.Items.Value
	}
	for _, part := range slices.Concat(s.AllOf, s.OneOf, s.AnyOf) {
		if items := itemsOf(part.Value); items != nil {
			return items
		}
	}
	return nil
}

func (k *keeper) isAlias(s *openapi3.Schema, name string) bool {
	for _, member := range s.Properties {
		for _, extensions := range []map[string]any{member.Extensions, member.Value.Extensions} {
			if list, _ := extensions["x-aliases"].([]any); slices.Contains(list, any(name)) {
				return true
			}
		}
	}
	return false
}

// size counts the scalars of a value.
func size(v any) (n int) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			n += size(e)
		}
	case map[string]any:
		for _, e := range v {
			n += 1 + size(e)
		}
	default:
		n = 1
	}
	return n
}
