package sandbox

import (
	"net/http"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// unknown is what a call names and nobody knows; "" when all is known. missing knows the elements
// of paths; here are a parameter of a path that names an element elsewhere, such as the domain
// of statistics, what stands below a list whose elements cannot be read alone, and the
// identifiers in the query of a call that reads one thing.
func (sv *apiServer) unknown(c *call) string {
	below := ""
	template := strings.Split(strings.Trim(c.op.Template, "/"), "/")
	parts := segments(c.below)
	for i, part := range template {
		if i >= len(parts) {
			break
		}
		value := parts[i]
		if name := strings.Trim(part, "{}"); name != part && !sv.knownBelow(below, name, value) {
			return value
		}
		below += joined([]string{value})
	}
	if c.op.Method != http.MethodGet || isList(c.op) {
		return ""
	}
	for _, p := range c.op.Parameters() {
		value := c.query.Get(p.Name)
		if p.In != "query" || value == "" || !strings.HasSuffix(strings.ToLower(p.Name), "id") || sv.book.words[value] {
			continue
		}
		asked := slices.ContainsFunc(sv.book.byOp[c.op.ID], func(e *exchange.Exchange) bool { return succeeds(e) && slices.Contains(e.Query[p.Name], value) })
		if !asked {
			return value
		}
	}
	return ""
}

// knownBelow reports that a segment of a path, a parameter, is known: to the fixtures at that place,
// to the list that it stands below, or to the collection whose elements the same parameter names.
func (sv *apiServer) knownBelow(below, name, value string) bool {
	path := below + joined([]string{value})
	if _, _, isItem := sv.itemAt(path); isItem {
		return true // missing says
	}
	list := sv.find(http.MethodGet, below)
	listed := list != nil && isList(list) && !strings.Contains(list.Template, "{") // below an element the parameter may be a kind
	if listed && sv.collection(below).find(value) != nil {
		return true
	}
	if where := sv.namedBy(name); where != "" {
		it, _ := sv.lookup(where + joined([]string{value}))
		return it != nil || sv.book.words[value] && !sv.store.gone[where+joined([]string{value})]
	}
	return !listed || slices.Contains(sv.book.known[below], value)
}

// namedBy is the collection at the root whose elements a parameter names; "" when there is none.
func (sv *apiServer) namedBy(parameter string) string {
	for _, op := range sv.spec.Operations {
		root, last, _ := strings.Cut(strings.TrimPrefix(op.Template, "/"), "/")
		if last == "{"+parameter+"}" && slices.Contains(writes, op.Method) {
			return "/" + root
		}
	}
	return ""
}
