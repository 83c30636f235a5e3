package sandbox

import (
	"net/http"
	"strings"
)

// list answers with a page of a collection.
func (sv *apiServer) list(c *call, a *reply, body any) *reply {
	spots := places(c.op, body)
	if len(spots) == 0 {
		return a
	}
	all, refusal := sv.elements(c, body, spots[0])
	if refusal != nil {
		return refusal
	}
	if own := sv.ownName(c); own != "" && len(spots) == 1 && own != spots[0][len(spots[0])-1] {
		body = put(body, nil, spots[0]...)
		spots[0][len(spots[0])-1] = own
	}
	return page(c, a, body, spots, all)
}

// ownName is the member in which a list that may have any name shows a collection of another
// object's: that in which the collection is listed by itself.
func (sv *apiServer) ownName(c *call) string {
	parts := segments(c.below)
	items := textsOf(extension(c.op, "x-pagination")["items"])
	if len(items) != 1 || !strings.HasSuffix(items[0], "*") {
		return ""
	}
	for n := 2; n < len(parts)-1; n++ {
		alone := sv.find(http.MethodGet, joined(append(parts[:1:1], parts[n:]...)))
		if alone == nil || !isList(alone) || isParameter(alone.Template) {
			continue
		}
		for _, p := range places(alone, usualBody(sv.book.usual(alone, nil))) {
			return p[len(p)-1]
		}
	}
	return ""
}

// elements are those of the collection that the request asks for, as it wants to see them.
func (sv *apiServer) elements(c *call, body any, spot []string) (all []any, refusal *reply) {
	schema := below(responseSchema(c.op, http.StatusOK), spot...)
	if schema == nil && len(spot) > 1 {
		schema = below(responseSchema(c.op, http.StatusOK), append(append([]string{}, spot[:len(spot)-1]...), "*")...)
	}
	for _, it := range sv.collection(c.below).items {
		if v := sv.resolve(it); v != nil {
			all = append(all, v)
		}
	}
	for _, part := range sv.parts(c.below) {
		for _, it := range part.items {
			if v := sv.resolve(it); it.born && v != nil {
				all = append(all, sv.broaderOf(part.path).shows(v))
			}
		}
	}
	if all, refusal = sv.filtered(c, schema, selected(c, schema, all)); refusal != nil {
		return nil, refusal
	}
	if refusal = sv.order(c, all); refusal != nil {
		return nil, refusal
	}
	for i, v := range all {
		all[i] = sv.shown(c, clone(v), schema)
	}
	return all, nil
}

// parts are the collections one step below a path, such as those of each type.
func (sv *apiServer) parts(path string) (list []*collection) {
	for p, c := range sv.store.collections {
		rest, ok := strings.CutPrefix(p, path+"/")
		if !ok || strings.Contains(rest, "/") {
			continue
		}
		if op := sv.find(http.MethodGet, p); op != nil && isList(op) {
			list = append(list, c)
		}
	}
	return list
}
