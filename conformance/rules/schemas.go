package rules

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

const components = "#/components/schemas/"

func sortedKeys[M ~map[K]V, K cmp.Ordered, V any](m M) []K { return slices.Sorted(maps.Keys(m)) }

// isScalar reports a schema that holds no other one.
func isScalar(s *openapi3.Schema) bool {
	return s.Type.Is("string") || s.Type.Is("integer") || s.Type.Is("number") || s.Type.Is("boolean")
}

func isUnion(s *openapi3.Schema) bool { return len(s.OneOf)+len(s.AnyOf) > 0 }

// walk visits every schema once, with its JSON pointer.
func (d *document) walk(visit func(at string, ref *openapi3.SchemaRef)) {
	_ = d.doc.WalkSchemas(func(at string, ref *openapi3.SchemaRef) error {
		visit(at, ref)
		return nil
	})
}

// children lists the references in a schema, with the last part of their pointer.
func children(s *openapi3.Schema) map[string]*openapi3.SchemaRef {
	list := map[string]*openapi3.SchemaRef{}
	for name, ref := range s.Properties {
		list["properties/"+name] = ref
	}
	for keyword, refs := range map[string]openapi3.SchemaRefs{"allOf": s.AllOf, "anyOf": s.AnyOf, "oneOf": s.OneOf} {
		for i, ref := range refs {
			list[keyword+"/"+itoa(i)] = ref
		}
	}
	for keyword, ref := range map[string]*openapi3.SchemaRef{
		"items": s.Items, "not": s.Not, "additionalProperties": s.AdditionalProperties.Schema,
	} {
		if ref != nil {
			list[keyword] = ref
		}
	}
	return list
}

// named requires a name for each schema that becomes a type: elements of lists,
// unions and request bodies.
func named(d *document, add report) {
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		s := ref.Value
		component := strings.HasPrefix(at, "/components/schemas/") && strings.Count(at, "/") == 3
		if isUnion(s) && ref.Ref == "" && !component {
			add(at, "a union without a name")
		}
		if i := s.Items; i != nil && i.Ref == "" && !isScalar(i.Value) {
			add(at+"/items", "elements without a name")
		}
	})
	for _, op := range d.ops {
		if op.RequestBody == nil {
			continue
		}
		for t, m := range op.RequestBody.Value.Content {
			if m.Schema != nil && m.Schema.Ref == "" && !isScalar(m.Schema.Value) {
				add(op.OperationID, "the request body for %s has no name", t)
			}
		}
	}
}

// usage keeps read and write schemas apart: a schema that a request body reaches
// has x-usage: write and the name …Input, and no answer reaches it.
func usage(d *document, add report) {
	sent, received := map[string]bool{}, map[string]bool{}
	for _, op := range d.ops {
		if op.RequestBody != nil {
			for _, m := range op.RequestBody.Value.Content {
				reach(m.Schema, sent)
			}
		}
		for _, r := range op.Responses.Map() {
			for _, m := range r.Value.Content {
				reach(m.Schema, received)
			}
		}
	}
	for _, name := range sortedKeys(d.doc.Components.Schemas) {
		s := d.doc.Components.Schemas[name].Value
		if isScalar(s) {
			continue
		}
		write := s.Extensions["x-usage"] == "write"
		switch ref := components + name; {
		case sent[ref] && received[ref]:
			add(name, "is both sent and received")
		case sent[ref] && !write:
			add(name, "is sent and does not say x-usage: write")
		case !sent[ref] && write:
			add(name, "says x-usage: write and is not sent")
		case write && !strings.HasSuffix(name, "Input") && !strings.HasSuffix(name, "Inputs"):
			add(name, "is sent and its name does not end in Input")
		}
	}
}

// reach collects the named schemas that a reference leads to.
func reach(ref *openapi3.SchemaRef, into map[string]bool) {
	if ref == nil {
		return
	}
	if ref.Ref != "" {
		if into[ref.Ref] {
			return
		}
		into[ref.Ref] = true
	}
	for _, child := range children(ref.Value) {
		reach(child, into)
	}
}

// optional refuses required members in answers, except the discriminator of a
// union: an answer must not fail because a server left a member out.
func optional(d *document, add report) {
	discriminators := map[string]bool{}
	d.walk(func(_ string, ref *openapi3.SchemaRef) {
		if disc := ref.Value.Discriminator; disc != nil {
			discriminators[disc.PropertyName] = true
		}
	})
	received := map[string]bool{}
	for _, op := range d.ops {
		for _, r := range op.Responses.Map() {
			for _, m := range r.Value.Content {
				reach(m.Schema, received)
			}
		}
	}
	for ref := range received {
		name := strings.TrimPrefix(ref, components)
		s := d.doc.Components.Schemas[name]
		if s == nil {
			continue
		}
		for _, member := range s.Value.Required {
			if !discriminators[member] {
				add(name, "requires %s, although it is received", member)
			}
		}
	}
}

// formats requires integers of 64 bits and numbers of double precision.
func formats(d *document, add report) {
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		switch s := ref.Value; {
		case s.Type.Is("integer") && s.Format != "int64":
			add(at, "an integer without format int64")
		case s.Type.Is("number") && s.Format != "double":
			add(at, "a number without format double")
		}
	})
}

// timestamps requires an RFC 3339 example wherever the format says date-time.
func timestamps(d *document, add report) {
	params := map[*openapi3.Schema]any{}
	for _, op := range d.ops {
		for _, p := range op.parameters() {
			if p.Value.Schema != nil {
				params[p.Value.Schema.Value] = p.Value.Example
			}
		}
	}
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		s := ref.Value
		if s.Format != "date-time" {
			return
		}
		example := s.Example
		if example == nil {
			example = params[s]
		}
		text, _ := example.(string)
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			add(at, "the example of a date-time is %v", example)
		}
	})
}

// examples requires one for every leaf: a scalar, or a list of scalars. A
// parameter may hold it instead of its schema.
func examples(d *document, add report) {
	for _, op := range d.ops {
		for _, p := range op.parameters() {
			if v := p.Value; v.Example == nil && v.Examples == nil && v.Schema != nil && lacksExample(v.Schema.Value) {
				add(op.OperationID+" "+v.Name, "the parameter has no example")
			}
		}
	}
	for _, name := range sortedKeys(d.doc.Components.Schemas) {
		ref := d.doc.Components.Schemas[name]
		if ref.Ref == "" && isScalar(ref.Value) && lacksExample(ref.Value) {
			add("/components/schemas/"+name, "no example")
		}
	}
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		for name, child := range ref.Value.Properties {
			if child.Ref == "" && lacksExample(child.Value) {
				add(at+"/properties/"+name, "no example")
			}
		}
	})
}

// lacksExample reports a leaf without an example. Bytes need none.
func lacksExample(s *openapi3.Schema) bool {
	switch {
	case s.Example != nil || s.Format == "binary":
		return false
	case s.Type.Is("array") && s.Items != nil:
		return isScalar(s.Items.Value) && lacksExample(s.Items.Value)
	default:
		return isScalar(s)
	}
}

// itemsClosed refuses elements of lists that take any member: they are slow to
// decode, and the members would have no names.
func itemsClosed(d *document, add report) {
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		if i := ref.Value.Items; i != nil && i.Value.AdditionalProperties.Has != nil && *i.Value.AdditionalProperties.Has {
			add(at+"/items", "elements with additionalProperties: true")
		}
	})
}
