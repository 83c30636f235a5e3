package rules

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// plainSpelling is what is left of a name when case and separators are dropped. Generators
// make identifiers in this way, so that two names with one spelling collide.
func plainSpelling(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(strings.ToLower(name))
}

// spellings refuses two members of one object, or two parameters of one operation, whose names
// differ in case and separators only. One of them is x-aliases of the other. The values of a
// discriminator are held to the same, since they name the branches of a union.
func spellings(d *document, add report) {
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		members := map[string]*openapi3.SchemaRef{}
		collect(ref.Value, members, 0)
		seen := map[string]string{}
		for _, name := range sortedKeys(members) {
			if other, ok := seen[plainSpelling(name)]; ok {
				add(at, "%q and %q are two spellings of one member: one of them belongs into x-aliases", other, name)
			}
			seen[plainSpelling(name)] = name
		}
		if d := ref.Value.Discriminator; d != nil {
			clear(seen)
			for _, value := range sortedKeys(d.Mapping) {
				if other, ok := seen[plainSpelling(value)]; ok {
					add(at, "%q and %q are two spellings of one value of the discriminator", other, value)
				}
				seen[plainSpelling(value)] = value
			}
		}
	})
	for _, op := range d.ops {
		seen := map[string]*openapi3.Parameter{}
		for _, ref := range op.parameters() {
			p := ref.Value
			if other := seen[plainSpelling(p.Name)]; other != nil && other != p {
				add(op.OperationID, "the parameters %s %q and %s %q are two spellings of one name", other.In, other.Name, p.In, p.Name)
			}
			seen[plainSpelling(p.Name)] = p
		}
	}
}

// collect adds the members of an object, those of its allOf included, to into.
func collect(s *openapi3.Schema, into map[string]*openapi3.SchemaRef, depth int) {
	for name, ref := range s.Properties {
		into[name] = ref
	}
	if depth > 8 {
		return // no object is built that deep, and a document may refer to itself
	}
	for _, part := range s.AllOf {
		collect(part.Value, into, depth+1)
	}
}

// aliases allows x-aliases only on members that are read, are scalars or lists of scalars, and have
// other names than their neighbours. Objects are left out: readers move an alias after the
// object around it was read, and one in the other would be moved once for each level.
func aliases(d *document, add report) {
	for _, name := range sortedKeys(d.doc.Components.Schemas) {
		if d.doc.Components.Schemas[name].Value.Extensions["x-aliases"] != nil {
			add(name, "x-aliases stands on a member of an object only")
		}
	}
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		taken := map[string]string{}
		for name := range ref.Value.Properties {
			taken[name] = name
		}
		for _, name := range sortedKeys(ref.Value.Properties) {
			member := ref.Value.Properties[name]
			extensions := member.Extensions
			if member.Ref == "" {
				extensions = member.Value.Extensions
			}
			for _, alias := range Texts(extensions["x-aliases"]) {
				if other, ok := taken[alias]; ok {
					add(at+"/properties/"+name, "the alias %q is a name of %q", alias, other)
				}
				taken[alias] = name
				if ref.Value.Extensions["x-usage"] == "write" {
					add(at+"/properties/"+name, "x-aliases in what is sent: the service reads one name")
				}
				if s := member.Value; !isScalar(s) && !(s.Type.Is("array") && s.Items != nil && isScalar(s.Items.Value)) {
					add(at+"/properties/"+name, "x-aliases on something else than a scalar or a list of scalars")
				}
			}
		}
	})
}
