package sandbox

import (
	"net/http"
	"strings"
)

// strangeOwner is the owner that a call names and nobody knows; "" when there is none. Owners are
// those of the fixtures and those that were placed.
func (sv *apiServer) strangeOwner(c *call) string {
	if c.op.Route.Operation.Responses.Status(http.StatusForbidden) == nil {
		return ""
	}
	for _, p := range c.op.Parameters() {
		if p.In != "query" || !strings.EqualFold(p.Name, "owner") {
			continue
		}
		for _, name := range sentValues(p, c.query[p.Name]) {
			if name != "" && !sv.book.owners[name] && !sv.placedOwner(name) {
				return name
			}
		}
	}
	return ""
}

func (sv *apiServer) placedOwner(name string) bool {
	for path, coll := range sv.store.collections {
		if lastSegment(path) != "owners" {
			continue
		}
		for _, it := range coll.items {
			if at(it.value, "name") == name {
				return true
			}
		}
	}
	return false
}

// ownersIn visits the names of owners: what requests call owner, and what answers say under that
// name, under ownerName, or below either.
func ownersIn(v any, under string, visit func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for name, m := range v {
			switch {
			case strings.EqualFold(name, "owner"), strings.EqualFold(name, "ownerName"):
				ownersIn(m, "owner", visit)
			case name == "name" && under == "owner":
				ownersIn(m, "owner", visit)
			default:
				ownersIn(m, "", visit)
			}
		}
	case []any:
		for _, m := range v {
			ownersIn(m, under, visit)
		}
	case string:
		if under != "" {
			visit(v)
		}
	}
}
