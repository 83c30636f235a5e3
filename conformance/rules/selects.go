package rules

import "github.com/getkin/kin-openapi/openapi3"

// selects wants x-selects on query parameters of lists only, one of its members in the elements
// of each list that takes the parameter, and each of its members in those of one.
func selects(d *document, add report) {
	met := map[*openapi3.Parameter]map[string]bool{}
	for _, op := range d.ops {
		for _, ref := range op.parameters() {
			p := ref.Value
			if p.Extensions["x-selects"] == nil {
				continue
			}
			if p.In != "query" {
				add(op.OperationID, "x-selects: %q is no query parameter", p.Name)
			}
			rule, _ := p.Extensions["x-selects"].(map[string]any)
			paging, ok := op.Extensions["x-pagination"].(map[string]any)
			if !ok || rule == nil {
				continue
			}
			if met[p] == nil {
				met[p] = map[string]bool{}
			}
			found := false
			for _, name := range Texts(rule["member"]) {
				there := op.elementsHave(paging, name)
				found = found || there
				met[p][name] = met[p][name] || there
			}
			if !found {
				add(op.OperationID, "x-selects of %q: the elements have none of its members", p.Name)
			}
		}
	}
	for _, op := range d.ops {
		for _, ref := range op.parameters() {
			p := ref.Value
			rule, _ := p.Extensions["x-selects"].(map[string]any)
			for _, name := range Texts(rule["member"]) {
				if !met[p][name] {
					add(op.OperationID, "x-selects of %q: no list has elements with a member %q", p.Name, name)
				}
			}
		}
	}
}

// elementsHave reports that a dotted name leads to a member of the elements of a list, or may
// do so because the document knows no member of them.
func (o operation) elementsHave(paging map[string]any, name string) bool {
	for _, s := range o.successes() {
		for _, items := range Texts(paging["items"]) {
			list := resolve(s, items)
			if list == nil || list.Items == nil || leads(list, name) || isFree(list.Items.Value) {
				return true // what is no list is reported by the rule "pagination"
			}
		}
	}
	return false
}

func isFree(s *openapi3.Schema) bool {
	return len(s.Properties)+len(s.AllOf)+len(s.AnyOf)+len(s.OneOf) == 0
}
