package sandbox

import (
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// shown is a value with the members that the answer's schema knows and the request asked for.
func (sv *apiServer) shown(c *call, value any, schema *openapi3.Schema) any {
	m, ok := value.(map[string]any)
	if !ok {
		return value
	}
	known, whole := properties(schema)
	if whole {
		for name := range m {
			if _, ok := known[name]; !ok {
				delete(m, name)
			}
		}
	}
	for _, p := range c.op.Parameters() {
		if p.In != "query" || p.Name != "fields" {
			continue
		}
		asked := strings.Split(strings.Join(c.query["fields"], ","), ",")
		if p.Explode != nil && !*p.Explode {
			only(m, c.query["fields"] != nil, asked)
		} else {
			nested(m, known, asked)
			sv.whole(c, m)
		}
	}
	sv.included(c, m, known)
	return m
}

// only keeps the members that were named.
func only(m map[string]any, given bool, asked []string) {
	for name := range m {
		if given && !slices.Contains(asked, name) {
			delete(m, name)
		}
	}
}

// nested hides the sets of other objects, which come when they are named.
func nested(m map[string]any, known map[string]*openapi3.Schema, asked []string) {
	for name, v := range m {
		if _, isSet := at(v, "data").([]any); isSet && !slices.Contains(asked, name) {
			delete(m, name)
		}
	}
	for _, name := range asked {
		s := known[name]
		if s == nil || m[name] != nil {
			continue
		}
		if list, _ := properties(s); list["data"] != nil {
			m[name] = map[string]any{"data": []any{}}
		}
	}
}

// included adds what a parameter such as includeTags asks for: the collection of that name
// below the element, under the name that its elements have.
func (sv *apiServer) included(c *call, m map[string]any, known map[string]*openapi3.Schema) {
	for _, p := range c.op.Parameters() {
		what, ok := strings.CutPrefix(p.Name, "include")
		if p.In != "query" || !ok || what == "" || what == "s" {
			continue
		}
		plural := strings.ToLower(what[:1]) + what[1:]
		singular := strings.TrimSuffix(plural, "s")
		if known[singular] == nil {
			continue
		}
		delete(m, singular)
		if c.query.Get(p.Name) != "true" {
			continue
		}
		elements := []any{}
		base := c.below
		if isList(c.op) {
			base = sv.pathOf(c.below, m)
		}
		if base == "" || sv.find(http.MethodGet, base+"/"+plural) == nil {
			continue
		}
		for _, it := range sv.collection(base + "/" + plural).items {
			if v := sv.resolve(it); v != nil {
				elements = append(elements, clone(v))
			}
		}
		m[singular] = elements
	}
}

// pathOf is the path of an element of a collection.
func (sv *apiServer) pathOf(collection string, m map[string]any) string {
	for _, k := range sv.collection(collection).keys {
		if v := m[k]; v != nil {
			return collection + joined([]string{text(v)})
		}
	}
	return ""
}
