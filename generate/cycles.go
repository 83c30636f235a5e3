package main

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// byValue is oapi-codegen's word for a member that is no pointer.
const byValue = "x-go-type-skip-optional-pointer"

// breakCycles makes members that lead back to their schema pointers: Go cannot hold such a
// type by value. A schema that requires itself has no value and stays as it is.
func breakCycles(d *openapi3.T) {
	if d.Components == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		schema := d.Components.Schemas[name].Value
		for _, part := range slices.Concat(openapi3.SchemaRefs{{Value: schema}}, schema.AllOf) {
			for _, name := range slices.Sorted(maps.Keys(part.Value.Properties)) {
				p := part.Value.Properties[name]
				if !slices.Contains(part.Value.Required, name) && holds(p, schema, map[*openapi3.Schema]bool{}) {
					p.Extensions = maps.Collect(maps.All(p.Extensions)) // may be nil
					p.Extensions[byValue] = false
				}
			}
		}
	}
}

// holds reports whether a value of r has one of target in it, not behind a pointer, list or map.
func holds(r *openapi3.SchemaRef, target *openapi3.Schema, seen map[*openapi3.Schema]bool) bool {
	pointer := r.Extensions[byValue] == false || r.Value.Extensions[byValue] == false || r.Value.Nullable
	if pointer || seen[r.Value] || r.Extensions["x-go-type"] != nil || r.Value.Extensions["x-go-type"] != nil {
		return false
	}
	seen[r.Value] = true
	inner := slices.Concat(slices.Collect(maps.Values(r.Value.Properties)), r.Value.AllOf)
	return r.Value == target || slices.ContainsFunc(inner, func(r *openapi3.SchemaRef) bool { return holds(r, target, seen) })
}
