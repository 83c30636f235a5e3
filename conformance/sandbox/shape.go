package sandbox

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// shape is what a document says about one value: the schemas that it may have,
// unions resolved. None means that the document does not know the value.
type shape []*openapi3.Schema

func shapeOf(refs ...*openapi3.SchemaRef) shape {
	var list shape
	seen := map[*openapi3.Schema]bool{}
	var add func(ref *openapi3.SchemaRef)
	add = func(ref *openapi3.SchemaRef) {
		if ref == nil || ref.Value == nil || seen[ref.Value] {
			return
		}
		seen[ref.Value] = true
		list = append(list, ref.Value)
		for _, branches := range []openapi3.SchemaRefs{ref.Value.AllOf, ref.Value.AnyOf, ref.Value.OneOf} {
			for _, branch := range branches {
				add(branch)
			}
		}
	}
	for _, ref := range refs {
		add(ref)
	}
	return list
}

// member is the shape of a member. A map's members have the shape that it
// declares for all of them; a free-form object knows none.
func (s shape) member(name string) shape {
	var refs []*openapi3.SchemaRef
	for _, schema := range s {
		if ref := schema.Properties[name]; ref != nil {
			refs = append(refs, ref)
		} else if schema.AdditionalProperties.Schema != nil {
			refs = append(refs, schema.AdditionalProperties.Schema)
		}
	}
	return shapeOf(refs...)
}

// secret reports that the document calls the value a credential.
func (s shape) secret() bool {
	return slices.ContainsFunc(s, func(schema *openapi3.Schema) bool { return schema.Extensions["x-secret"] == true })
}

// items is the shape of an element. A list where the document has one element
// holds such elements.
func (s shape) items() shape {
	var refs []*openapi3.SchemaRef
	for _, schema := range s {
		if schema.Items != nil {
			refs = append(refs, schema.Items)
		}
	}
	if len(refs) == 0 {
		return s
	}
	return shapeOf(refs...)
}

// object is the shape of an object, also where the document has a list of them.
func (s shape) object() shape {
	for _, schema := range s {
		if len(schema.Properties) > 0 || schema.AdditionalProperties.Schema != nil {
			return s
		}
	}
	return s.items()
}

// scalar reports that the document knows a text, a number or a boolean here.
func (s shape) scalar() bool {
	for _, schema := range s {
		for _, t := range []string{"string", "number", "integer", "boolean"} {
			if schema.Type.Is(t) {
				return true
			}
		}
		if schema.Type == nil && schema.Items == nil && len(schema.Properties)+len(schema.AllOf)+len(schema.AnyOf)+len(schema.OneOf) == 0 {
			return true // any value
		}
	}
	return false
}
