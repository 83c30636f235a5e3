package sandbox

import (
	"net/http"
	"net/url"
	"strings"
)

// act does what a POST beside a list is called for, such as /alerts/dismiss, where the list tells the
// elements to which that was done from the others: by a parameter with a value dismissed, of which the
// document says which member has which value. It concerns the identifiers of the body, all of
// which have to be there, or the elements that its other members select. It is nil for every other call.
func (sv *apiServer) act(c *call, a *reply) *reply {
	parts := segments(c.below)
	path := joined(parts[:len(parts)-1])
	list := sv.find(http.MethodGet, path)
	if c.Method != http.MethodPost || list == nil || !isList(list) || isParameter(c.op.Template) {
		return nil
	}
	member, done := "", any(nil)
	for _, p := range list.Parameters() {
		rule, _ := p.Extensions["x-selects"].(map[string]any)
		values, _ := rule["values"].(map[string]any)
		if v, ok := values[parts[len(parts)-1]+"ed"]; ok {
			member, done = text(rule["member"]), v
		}
	}
	if member == "" {
		return nil
	}
	coll := sv.collection(path)
	var concerned []*item
	ids, named := at(c.body, "ids").([]any)
	for _, id := range ids {
		it := coll.find(text(id))
		if it == nil {
			return sv.refuse(c, http.StatusNotFound, "there is no "+path+"/"+text(id))
		}
		concerned = append(concerned, it)
	}
	known, _ := sv.readable(path + "/x")
	sent, _ := c.body.(map[string]any)
	if !named {
		as := &call{op: list, query: url.Values{}}
		for _, p := range list.Parameters() {
			for name, v := range sent {
				if p.In == "query" && strings.EqualFold(p.Name, name) {
					as.query.Set(p.Name, text(v))
				}
			}
		}
		spot := textsOf(extension(list, "x-pagination")["items"])
		for _, it := range coll.items {
			if len(selected(as, below(responseSchema(list, http.StatusOK), spot...), []any{it.value})) > 0 {
				concerned = append(concerned, it)
			}
		}
	}
	n := 0
	for _, it := range concerned {
		m, ok := it.value.(map[string]any)
		if !ok {
			continue
		}
		if m[member] != done {
			n++
		}
		m[member] = done
		for name, v := range sent { // the reason, where an element shows it
			if known[name] != nil && name != "ids" && strings.Contains(strings.ToLower(name), "reason") {
				m[name] = clone(v)
			}
		}
	}
	body := bodyOf(sv.book.usual(c.op, c.body))
	if at(body, parts[len(parts)-1]+"ed") != nil {
		return a.with(put(body, countOf(n), parts[len(parts)-1]+"ed"))
	}
	return a
}
