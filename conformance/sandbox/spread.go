package sandbox

import (
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/check"
)

// spread gives the objects inside a new element their places in the collections below it, where
// the document calls both by the same schema: the domains and the administrator of an organization.
func (sv *apiServer) spread(c *call, it *item) {
	m, _ := it.value.(map[string]any)
	get := sv.getter(c.below + "/x")
	if m == nil || get == nil {
		return
	}
	segment := ""
	for _, k := range append(sv.keysOf(get)[1:], "id") {
		if segment == "" {
			segment = text(m[k])
		}
	}
	if segment == "" {
		return
	}
	members, _ := properties(responseSchema(get, http.StatusOK))
	for _, op := range sv.spec.Operations {
		name, ok := strings.CutPrefix(op.Template, get.Template+"/")
		if !ok || op.Method != http.MethodGet || strings.Count(name, "/") != 1 || !isParameter(op.Template) {
			continue
		}
		parent := get.Template[:strings.LastIndex(get.Template, "/")] + joined([]string{segment, name[:strings.Index(name, "/")]})
		for member, schema := range members {
			elements, several := m[member].([]any)
			if !several && m[member] != nil {
				elements = []any{m[member]}
			}
			if !same(op, schema) {
				continue
			}
			for _, one := range elements {
				if sv.find(http.MethodGet, parent) != nil {
					sv.insert(parent, &item{value: clone(one), born: true})
				}
			}
		}
	}
}

// same reports that an operation answers with what a member holds.
func same(op *check.Operation, member *openapi3.Schema) bool {
	schema := responseSchema(op, http.StatusOK)
	if schema == nil || member == nil {
		return false
	}
	return schema == member || member.Items != nil && schema == member.Items.Value
}
