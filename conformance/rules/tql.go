package rules

import "fmt"

// queries wants the parameter that x-tql names, and keywords somewhere in the document for
// each kind of object that a query or a sub-query asks.
func queries(d *document, add report) {
	known := map[string]bool{}
	for _, op := range d.ops {
		if t, ok := op.Extensions["x-tql"].(map[string]any); ok && t["keywords"] != nil {
			known[fmt.Sprint(t["object"])] = true
		}
	}
	for _, op := range d.ops {
		t, ok := op.Extensions["x-tql"].(map[string]any)
		if !ok {
			continue
		}
		if name := fmt.Sprint(t["param"]); op.parameter(name) == nil {
			add(op.OperationID, "x-tql: there is no parameter %q", name)
		}
		asked := []any{t["object"]}
		list, _ := t["keywords"].([]any)
		for _, e := range list {
			if k, ok := e.(map[string]any); ok && k["of"] != nil {
				asked = append(asked, k["of"])
			}
		}
		for _, name := range asked {
			if !known[fmt.Sprint(name)] {
				add(op.OperationID, "x-tql: there are no keywords of %q", name)
			}
		}
	}
}
