package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// changeAll changes a whole collection: add, replace or delete elements by a list in the
// body, or delete them all.
func (sv *apiServer) changeAll(c *call, a *reply) *reply {
	coll := sv.collection(c.below)
	sent := listIn(c.body)
	switch {
	case c.Method == http.MethodDelete && sent == nil:
		return sv.deleteAll(c, a, coll)
	case c.Method == http.MethodDelete:
		for _, v := range sent {
			if it := coll.find(fmt.Sprint(v)); it != nil {
				coll.remove(it)
			}
		}
		return a
	case !strings.HasPrefix(c.op.ID, "add"):
		coll.items = nil
	}
	for _, v := range sent {
		if s, ok := v.(string); ok && len(coll.keys) > 0 {
			if coll.find(s) != nil {
				continue
			}
			v = wrapped(sv, c, s)
		}
		coll.items = append(coll.items, &item{value: clone(v), key: keyText(v), born: true})
	}
	return a
}

// deleteAll deletes the elements that the query finds.
func (sv *apiServer) deleteAll(c *call, a *reply, coll *collection) *reply {
	rows, refusal := sv.asksTQL(c)
	if refusal != nil {
		return refusal
	}
	if param := text(extension(c.op, "x-tql")["param"]); param != "" && rows == nil {
		return sv.refuse(c, http.StatusBadRequest, "the sandbox deletes nothing without parameter "+param+", though the service may delete everything")
	}
	var kept []*item
	for _, it := range coll.items {
		m, _ := sv.resolve(it).(map[string]any)
		gone, err := rows == nil, error(nil)
		if rows != nil {
			gone, err = rows(m)
		}
		if err != nil {
			return sv.unanswered(c, err)
		}
		if !gone {
			kept = append(kept, it)
		}
	}
	coll.items = kept
	return a
}

func keyText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	m, _ := v.(map[string]any)
	if len(m) == 1 {
		for _, one := range m {
			return text(one)
		}
	}
	return ""
}

// wrapped is an element of a list whose elements are objects with one member.
func wrapped(sv *apiServer, c *call, s string) any {
	list := sv.find(http.MethodGet, c.below)
	body := usualBody(sv.book.usual(list, nil))
	for _, p := range places(list, body) {
		elements, _ := at(body, p...).([]any)
		for _, e := range elements {
			if m, ok := e.(map[string]any); ok && len(m) == 1 {
				return map[string]any{names(m)[0]: s}
			}
		}
	}
	return s
}

// listIn is a list that is the body, or its one member.
func listIn(body any) []any {
	if list, ok := body.([]any); ok {
		return list
	}
	m, _ := body.(map[string]any)
	var found []any
	for _, name := range names(m) {
		if list, ok := m[name].([]any); ok {
			found = append(found, list...)
		}
	}
	return found
}
