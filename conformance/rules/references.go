package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// resolve follows a dotted name from a schema. Where a schema is a union, any
// branch may have the member.
func resolve(s *openapi3.Schema, name string) *openapi3.Schema {
	if name == "" {
		return s
	}
	member, rest, _ := strings.Cut(name, ".")
	if member == "*" {
		return anyArray(s)
	}
	if ref := s.Properties[member]; ref != nil {
		return resolve(ref.Value, rest)
	}
	for _, refs := range []openapi3.SchemaRefs{s.AllOf, s.OneOf, s.AnyOf} {
		for _, ref := range refs {
			if found := resolve(ref.Value, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// anyArray is an array among the members of a schema, for a name that ends in *.
func anyArray(s *openapi3.Schema) *openapi3.Schema {
	for _, ref := range s.Properties {
		if ref.Value.Type.Is("array") {
			return ref.Value
		}
	}
	ref := s.AdditionalProperties.Schema
	if ref == nil {
		return nil
	}
	for _, branch := range append(slices.Clone(ref.Value.OneOf), ref) {
		if branch.Value.Type.Is("array") {
			return branch.Value
		}
	}
	return nil
}

// successes returns the JSON schemas of the answers that succeed.
func (o operation) successes() map[string]*openapi3.Schema {
	list := map[string]*openapi3.Schema{}
	for status, r := range o.Responses.Map() {
		for t, m := range r.Value.Content {
			if isSuccess(status) && isJSON(t) && m.Schema != nil {
				list[status] = m.Schema.Value
			}
		}
	}
	return list
}

// Texts reads a member that is a name or a list of names.
func Texts(v any) (list []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			list = append(list, fmt.Sprint(e))
		}
	}
	return list
}

// pagination requires every name in x-pagination to exist.
func pagination(d *document, add report) {
	for _, op := range d.ops {
		p, ok := op.Extensions["x-pagination"].(map[string]any)
		if !ok {
			continue
		}
		pages, _ := p["pages"].(map[string]any)
		for _, v := range []any{p["param"], p["size"], pages["param"], pages["size"]} {
			for _, name := range Texts(v) {
				if op.parameter(name) == nil {
					add(op.OperationID, "there is no parameter %q", name)
				}
			}
		}
		answers := op.successes()
		if len(answers) == 0 {
			add(op.OperationID, "no JSON answer to page through")
		}
		for status, s := range answers {
			for _, name := range Texts(p["items"]) {
				switch items := resolve(s, name); {
				case items == nil:
					add(op.OperationID+" "+status, "there is no member %q", name)
				case !items.Type.Is("array"):
					add(op.OperationID+" "+status, "member %q is no array", name)
				}
			}
			blank, _ := p["blank"].(map[string]any)
			for _, v := range []any{p["next"], p["more"], p["total"], p["end"], pages["more"], pages["total"], blank["members"]} {
				namesExist(s, v, op.OperationID+" "+status, add)
			}
		}
		statuses, _ := p["empty"].([]any)
		for _, v := range statuses {
			if op.Responses.Value(fmt.Sprint(v)) == nil {
				add(op.OperationID, "status %v is not declared", v)
			}
		}
	}
}

// envelope requires the members of x-envelope in every JSON answer, and an example that succeeds.
func envelope(d *document, add report) {
	for _, op := range d.ops {
		e, ok := op.Extensions["x-envelope"].(map[string]any)
		if !ok {
			continue
		}
		answers := op.successes()
		if len(answers) == 0 {
			add(op.OperationID, "no JSON answer with an envelope")
		}
		for status, s := range answers {
			for _, member := range []string{"status", "message", "code", "value"} {
				namesExist(s, e[member], op.OperationID+" "+status, add)
			}
			// A mock composes its answers from the examples.
			name, _ := e["status"].(string)
			if m := resolve(s, name); m != nil && m.Example != nil && m.Example != e["success"] {
				add(op.OperationID+" "+status, "the example of %q is %v, and %v means success", name, m.Example, e["success"])
			}
		}
	}
}

// partialFailure requires a 207 whose errors have the members that are named.
func partialFailure(d *document, add report) {
	for _, op := range d.ops {
		p, ok := op.Extensions["x-partial-failure"].(map[string]any)
		if !ok {
			continue
		}
		s := op.successes()["207"]
		if s == nil {
			add(op.OperationID, "there is no JSON answer 207")
			continue
		}
		errors, _ := p["errors"].(string)
		list := resolve(s, errors)
		if list == nil || !list.Type.Is("array") || list.Items == nil {
			add(op.OperationID, "%q is no array of the 207", errors)
			continue
		}
		for _, member := range []string{"identifier", "status", "message"} {
			if name, ok := p[member].(string); ok && resolve(list.Items.Value, name) == nil {
				add(op.OperationID, "the elements of %q have no member %q", errors, name)
			}
		}
	}
}

// media wants a parameter that selects, and the media types it selects among
// the answers, the JSON one too.
func media(d *document, add report) {
	for _, op := range d.ops {
		m, ok := op.Extensions["x-media"].(map[string]any)
		if !ok {
			continue
		}
		if name, _ := m["param"].(string); op.parameter(name) == nil {
			add(op.OperationID, "there is no parameter %q", name)
		}
		declared := map[string]bool{}
		for status, r := range op.Responses.Map() {
			for t := range r.Value.Content {
				declared[t] = declared[t] || isSuccess(status)
			}
		}
		values, _ := m["values"].(map[string]any)
		json := false
		for t := range values {
			json = json || isJSON(t)
			if !declared[t] {
				add(op.OperationID, "no answer is %s", t)
			}
		}
		if !json {
			add(op.OperationID, "no value selects JSON")
		}
	}
}

// parameterNames wants the parameters and members that x-exclusive, x-requires,
// x-range and x-filter speak of.
func parameterNames(d *document, add report) {
	for _, op := range d.ops {
		exists := func(extension string, names ...string) {
			for _, name := range names {
				if op.parameter(name) == nil {
					add(op.OperationID, "%s: there is no parameter %q", extension, name)
				}
			}
		}
		each := func(extension string, visit func(m map[string]any)) {
			list, _ := op.Extensions[extension].([]any)
			for _, e := range list {
				if m, ok := e.(map[string]any); ok {
					visit(m)
				}
			}
		}
		each("x-exclusive", func(m map[string]any) { exists("x-exclusive", Texts(m["of"])...) })
		each("x-requires", func(m map[string]any) {
			exists("x-requires", append(Texts(m["param"]), Texts(m["needs"])...)...)
		})
		each("x-range", func(m map[string]any) {
			for _, name := range append(Texts(m["from"]), Texts(m["to"])...) {
				exists("x-range", name)
				if p := op.parameter(name); p != nil && (p.Schema == nil || p.Schema.Value.Format != "date-time") {
					add(op.OperationID, "x-range: parameter %q is no date-time", name)
				}
			}
		})
		exists("x-filter", Texts(op.Extensions["x-filter"])...)
	}
	if d.doc.Components == nil {
		return
	}
	for _, name := range sortedKeys(d.doc.Components.Schemas) { // x-exclusive of a body speaks of members
		s := d.doc.Components.Schemas[name].Value
		list, _ := s.Extensions["x-exclusive"].([]any)
		for _, e := range list {
			if m, ok := e.(map[string]any); ok {
				namesExist(s, m["of"], name, add)
			}
		}
	}
}
