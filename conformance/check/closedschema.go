package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// union records where the branches of an anyOf came from, so that a value that
// fits none of them is explained by the branch it most likely belongs to.
type union struct {
	property string     // discriminator; "" when there is none
	values   [][]string // of the discriminator, per branch; nil for any other value
	also     bool       // the first branch is the schema, the others are from x-also
}

// closeSchemas changes a document so that validating against it means what a
// typed client needs to know: would anything be lost?
//
//   - allOf becomes one object, since closed parts would refuse each other;
//   - an object that does not say additionalProperties refuses unknown members;
//   - a schema without a type takes null, as OpenAPI 3.0.3 means it;
//   - oneOf becomes anyOf, because read schemas require nothing and two may
//     fit; a known value of the discriminator still chooses the branch;
//   - the types of x-also and the names of x-aliases are accepted.
//
// It returns the unions that it made and the names that aliases stand for. It works in place and must
// not be given a document that is used elsewhere.
func closeSchemas(doc *openapi3.T) (map[*openapi3.Schema]union, map[string][]string, error) {
	c := closer{done: map[*openapi3.Schema]bool{}, unions: map[*openapi3.Schema]union{}}
	var all []*openapi3.Schema
	err := doc.WalkSchemas(func(_ string, ref *openapi3.SchemaRef) error {
		all = append(all, ref.Value)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	aliases := map[string][]string{}
	for _, s := range all {
		addAliases(s, aliases)
	}
	for _, s := range all {
		c.flatten(s)
	}
	for _, s := range all {
		seal(s)
	}
	clear(c.done)
	for _, s := range all {
		c.split(s)
	}
	// References are widened before schemas: a wrapper made for a reference
	// holds the schema by pointer and sees it widened later.
	all = append(all, c.made...)
	for _, s := range all {
		for _, ref := range children(s) {
			if also := alsoTypes(ref.Extensions); len(also) > 0 && ref.Ref != "" {
				ref.Value = c.widened(ref.Value, also)
			}
		}
	}
	for _, s := range all {
		if also := alsoTypes(s.Extensions); len(also) > 0 {
			own := *s
			own.Extensions = maps.Clone(s.Extensions)
			delete(own.Extensions, "x-also")
			*s = *c.widened(&own, also)
			c.unions[s] = union{also: true}
		}
	}
	return c.unions, aliases, nil
}

type closer struct {
	done   map[*openapi3.Schema]bool
	made   []*openapi3.Schema // copies that the walk over the document did not see
	unions map[*openapi3.Schema]union
}

// children lists the references that a schema holds, of the kinds that
// OpenAPI 3.0 knows.
func children(s *openapi3.Schema) []*openapi3.SchemaRef {
	var list []*openapi3.SchemaRef
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		list = append(list, s.Properties[name])
	}
	for _, refs := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		list = append(list, refs...)
	}
	for _, ref := range []*openapi3.SchemaRef{s.Items, s.Not, s.AdditionalProperties.Schema} {
		if ref != nil {
			list = append(list, ref)
		}
	}
	return list
}

// flatten replaces allOf by what it means for a single object. An allOf around
// one reference, which is how 3.0 says "that schema, but nullable", becomes a
// copy of it.
func (c *closer) flatten(s *openapi3.Schema) {
	if c.done[s] {
		return
	}
	c.done[s] = true
	parts := s.AllOf
	if len(parts) == 0 {
		return
	}
	s.AllOf = nil
	s.Properties = maps.Clone(s.Properties)
	s.Extensions = maps.Clone(s.Extensions)
	nullable := true
	for _, part := range parts {
		c.flatten(part.Value)
		absorb(s, part.Value)
		nullable = nullable && part.Value.Nullable
	}
	s.Nullable = s.Nullable || nullable
}

// absorb adds to s what part says and s does not.
func absorb(s, part *openapi3.Schema) {
	if s.Type == nil {
		s.Type = part.Type
	}
	if s.Format == "" {
		s.Format = part.Format
	}
	if s.Items == nil {
		s.Items = part.Items
	}
	if s.Enum == nil {
		s.Enum = part.Enum
	}
	inherit(s, part, "x-extensible-enum")
	if s.OneOf == nil && s.AnyOf == nil {
		s.OneOf, s.AnyOf, s.Discriminator = part.OneOf, part.AnyOf, part.Discriminator
	}
	if s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		s.AdditionalProperties = part.AdditionalProperties
	}
	for name, ref := range part.Properties {
		if s.Properties == nil {
			s.Properties = openapi3.Schemas{}
		}
		if s.Properties[name] == nil {
			s.Properties[name] = ref
		}
	}
	for _, name := range part.Required {
		if !slices.Contains(s.Required, name) {
			s.Required = append(slices.Clip(s.Required), name)
		}
	}
	inherit(s, part, "x-also")
}

// inherit adds an extension of part that s does not have.
func inherit(s, part *openapi3.Schema, name string) {
	v, ok := part.Extensions[name]
	if !ok || s.Extensions[name] != nil {
		return
	}
	if s.Extensions == nil {
		s.Extensions = map[string]any{}
	}
	s.Extensions[name] = v
}

// seal refuses unknown members, and lets null through where any value is.
func seal(s *openapi3.Schema) {
	if s.Type == nil && len(s.Properties)+len(s.OneOf)+len(s.AnyOf)+len(s.Enum) == 0 {
		s.Nullable = true
	}
	object := s.Type.Is("object") || s.Type == nil && len(s.Properties) > 0
	if object && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		s.AdditionalProperties.Has = new(bool)
	}
}

// split turns a union into an anyOf whose branches exclude each other by the
// discriminator. A value of the discriminator that is not listed may be any
// branch, because sets are open.
func (c *closer) split(s *openapi3.Schema) {
	if c.done[s] || len(s.OneOf)+len(s.AnyOf) == 0 {
		return
	}
	c.done[s] = true
	branches := slices.Concat(s.OneOf, s.AnyOf)
	own := *s // properties beside oneOf belong to every branch
	var u union
	var anyOf, others openapi3.SchemaRefs
	if s.Discriminator != nil {
		u.property = s.Discriminator.PropertyName
	}
	listed := []any{}
	for _, branch := range branches {
		c.split(branch.Value)
		if len(own.Properties) > 0 {
			branch = c.copied(branch.Value)
			absorb(branch.Value, &openapi3.Schema{Properties: own.Properties, Required: own.Required})
		}
		values := discriminatorValues(s.Discriminator, branch.Ref)
		if len(values) > 0 {
			enum := make([]any, len(values))
			for i, v := range values {
				enum[i] = v
			}
			listed = append(listed, enum...)
			guarded := c.copied(branch.Value)
			guarded.Value.Properties[u.property] = openapi3.NewSchemaRef("", openapi3.NewStringSchema().WithEnum(enum...))
			guarded.Value.Required = append(slices.Clip(guarded.Value.Required), u.property)
			anyOf, u.values = append(anyOf, guarded), append(u.values, values)
		}
		others = append(others, branch)
	}
	for _, branch := range others {
		if len(listed) > 0 && branch.Value.Properties[u.property] != nil {
			known := *branch.Value.Properties[u.property].Value
			known.Not = openapi3.NewSchemaRef("", &openapi3.Schema{Enum: listed})
			branch = c.copied(branch.Value)
			branch.Value.Properties[u.property] = openapi3.NewSchemaRef("", &known)
		}
		anyOf, u.values = append(anyOf, branch), append(u.values, nil)
	}
	s.OneOf, s.Discriminator, s.Properties, s.Required = nil, nil, nil, nil
	s.AdditionalProperties = openapi3.AdditionalProperties{}
	s.AnyOf = anyOf
	c.unions[s] = u
}

// copied returns a copy of an object schema whose members may be exchanged.
func (c *closer) copied(s *openapi3.Schema) *openapi3.SchemaRef {
	dup := *s
	if dup.Properties = maps.Clone(s.Properties); dup.Properties == nil {
		dup.Properties = openapi3.Schemas{}
	}
	c.made = append(c.made, &dup)
	return openapi3.NewSchemaRef("", &dup)
}

// discriminatorValues lists the values that mean a branch: those of the
// mapping, or without one the name of the schema.
func discriminatorValues(d *openapi3.Discriminator, ref string) []string {
	if d == nil || ref == "" {
		return nil
	}
	name := ref[strings.LastIndex(ref, "/")+1:]
	if len(d.Mapping) == 0 {
		return []string{name}
	}
	var values []string
	for _, value := range slices.Sorted(maps.Keys(d.Mapping)) {
		if to := d.Mapping[value].Ref; to == ref || to == name {
			values = append(values, value)
		}
	}
	return values
}

// widened accepts s or one of the types of x-also.
func (c *closer) widened(s *openapi3.Schema, also []string) *openapi3.Schema {
	wide := &openapi3.Schema{Nullable: s.Nullable, AnyOf: openapi3.SchemaRefs{openapi3.NewSchemaRef("", s)}}
	for _, t := range also {
		alt := &openapi3.Schema{Type: &openapi3.Types{t}}
		ref := openapi3.NewSchemaRef("", alt)
		switch {
		case t == "array":
			alt.Items = openapi3.NewSchemaRef("", s) // a list of one, or of none
			if list := onlyList(s); list != nil {
				wide.AnyOf = append(wide.AnyOf, list) // the list without the object around it
			}
		case t == "object" && s.Type.Is("array") && s.Items != nil && s.Items.Value.Type.Is("object"):
			ref = s.Items // the one element instead of a list of it
		}
		wide.AnyOf = append(wide.AnyOf, ref)
	}
	c.unions[wide] = union{also: true}
	return wide
}

// onlyList returns the list that an object is there for, if it has just one.
func onlyList(s *openapi3.Schema) (list *openapi3.SchemaRef) {
	for _, member := range s.Properties {
		if member.Value.Type.Is("array") {
			if list != nil {
				return nil
			}
			list = member
		}
	}
	return list
}

// alsoTypes reads x-also.
func alsoTypes(extensions map[string]any) []string { return textsOf(extensions["x-also"]) }

func textsOf(v any) (texts []string) {
	list, _ := v.([]any)
	for _, t := range list {
		if t, ok := t.(string); ok {
			texts = append(texts, t)
		}
	}
	return texts
}

// addAliases makes members of the other names of members, and keeps in known which member
// each of them stands for.
func addAliases(s *openapi3.Schema, known map[string][]string) {
	for name, ref := range maps.Clone(s.Properties) {
		for _, alias := range aliasesOf(ref) {
			if s.Properties[alias] == nil {
				s.Properties[alias] = ref
			}
			if !slices.Contains(known[alias], name) {
				known[alias] = append(known[alias], name)
			}
		}
	}
}

// aliasesOf reads the x-aliases of a member, which may stand beside its reference.
func aliasesOf(ref *openapi3.SchemaRef) []string {
	if ref.Ref != "" {
		return textsOf(ref.Extensions["x-aliases"])
	}
	return textsOf(ref.Value.Extensions["x-aliases"])
}
