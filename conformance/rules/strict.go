package rules

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// strict refuses what validators and typed languages read otherwise than it is meant: null
// without a type beside it, and other members whose type contradicts the named ones.
func strict(d *document, add report) {
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		s := ref.Value
		if s.Nullable && s.Type == nil {
			add(at, "nullable has no effect without a type beside it")
		}
		other := s.AdditionalProperties.Schema
		if other == nil {
			return
		}
		allowed := typesOf(other.Value)
		for _, name := range sortedKeys(s.Properties) {
			for _, t := range typesOf(s.Properties[name].Value) {
				if len(allowed) > 0 && !slices.Contains(allowed, t) {
					add(at, "additionalProperties does not allow the %s of its neighbour %q", t, name)
				}
			}
		}
	})
}

// typesOf lists the types of a schema, of the branches of a union those of each; none is any.
func typesOf(s *openapi3.Schema) (types []string) {
	if s.Type != nil {
		return s.Type.Slice()
	}
	for _, branch := range slices.Concat(s.OneOf, s.AnyOf, s.AllOf) {
		types = append(types, typesOf(branch.Value)...)
	}
	return types
}
