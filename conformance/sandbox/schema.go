package sandbox

import (
	"maps"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// responseSchema is the JSON schema of an answer, or nil.
func responseSchema(op *check.Operation, status int) *openapi3.Schema {
	ref := op.Route.Operation.Responses.Status(status)
	if ref == nil || ref.Value == nil {
		return nil
	}
	return jsonSchema(ref.Value.Content)
}

// requestSchema is the JSON schema of the body, or nil.
func requestSchema(op *check.Operation) *openapi3.Schema {
	if op == nil || op.Route.Operation.RequestBody == nil {
		return nil
	}
	return jsonSchema(op.Route.Operation.RequestBody.Value.Content)
}

func jsonSchema(content openapi3.Content) *openapi3.Schema {
	for t, m := range content {
		if exchange.IsJSON(t) && m.Schema != nil {
			return m.Schema.Value
		}
	}
	return nil
}

// others is the name under which properties has the schema of members without a name.
const others = "*"

// properties are the members that a schema, its elements or the branches of a union know;
// whole is false when others are allowed as well.
func properties(s *openapi3.Schema) (list map[string]*openapi3.Schema, whole bool) {
	list, whole = map[string]*openapi3.Schema{}, true
	var visit func(s *openapi3.Schema, depth int)
	visit = func(s *openapi3.Schema, depth int) {
		if s == nil || depth > 4 {
			return
		}
		for name, ref := range s.Properties {
			list[name] = ref.Value
		}
		if s.AdditionalProperties.Schema != nil || s.AdditionalProperties.Has != nil && *s.AdditionalProperties.Has {
			whole = false
			if s.AdditionalProperties.Schema != nil {
				list[others] = s.AdditionalProperties.Schema.Value
			}
		}
		for _, refs := range []openapi3.SchemaRefs{s.AnyOf, s.OneOf, s.AllOf} {
			for _, ref := range refs {
				visit(ref.Value, depth+1)
			}
		}
		if s.Items != nil {
			visit(s.Items.Value, depth+1)
		}
	}
	visit(s, 0)
	return list, whole && len(list) > 0
}

// below follows member names into a schema.
func below(s *openapi3.Schema, names ...string) *openapi3.Schema {
	for _, n := range names {
		if n == "" || s == nil {
			continue
		}
		list, _ := properties(s)
		if n == "*" { // the one array there
			for _, name := range slices.Sorted(maps.Keys(list)) { // the same one each time
				if p := list[name]; p != nil && (p.Type.Is("array") || len(p.AnyOf) > 0) {
					return p
				}
			}
			return nil
		}
		s = list[n]
	}
	return s
}

// writable are the members of the body of an operation.
func writable(op *check.Operation) map[string]*openapi3.Schema {
	list, _ := properties(requestSchema(op))
	return list
}

// find is the operation of a method and a path; nil when the document has none.
func (sv *apiServer) find(method, path string) *check.Operation {
	op, _, err := sv.spec.Find(method, path)
	if err != nil {
		return nil
	}
	return op
}

var writes = []string{http.MethodPut, http.MethodPatch, http.MethodDelete}
