package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// An association is a set of an object, such as tags, and what its elements are: a kind of
// object that has a collection of its own.
type association struct {
	set   string
	other *tqlObject
	back  string // the set of the other kind that shows the same association; "" if it has none
	owner string // the member of the other kind that names the one object it belongs to; "" if it may have many
}

// associations are those that the keywords of an object name.
func (q *tqlQuery) associations(o *tqlObject) (list []association) {
	for _, k := range o.keywords {
		relation := strings.ToLower(strings.TrimPrefix(k.name, "has"))
		set, other := o.set(relation), q.object(k.of)
		if k.kind != "SubQuery" || set == "" || other == nil {
			continue
		}
		a := association{set: set, other: other, owner: other.members[strings.ToLower(o.name)+"id"]}
		if strings.EqualFold(relation, other.name) {
			a.back = other.set(o.name)
		}
		list = append(list, a)
	}
	return list
}

// kind is the kind of object of a collection or of one of its elements; nil when no query
// can ask for it.
func (q *tqlQuery) kind(path string) *tqlObject {
	parts := segments(path)
	for _, p := range []string{joined(parts), joined(parts[:len(parts)-1])} {
		if list := q.sv.find(http.MethodGet, p); list != nil && isList(list) {
			return q.object(text(extension(list, "x-tql")["object"]))
		}
	}
	return nil
}

// associated is an object with an identifier and the associations of its kind; none if value
// is no such object.
func (q *tqlQuery) associated(path string, value any) (map[string]any, []association) {
	o := q.kind(path)
	v, _ := value.(map[string]any)
	if o == nil || v["id"] == nil {
		return nil, nil
	}
	return v, q.associations(o)
}

// associate gives the new elements of the sets that a call wrote their places in their own
// collections, and shows what is associated at the other end too.
func (sv *apiServer) associate(c *call, value any) {
	q := newTQLQuery(sv)
	v, list := q.associated(c.below, value)
	for _, a := range list {
		if _, sent := at(c.body, a.set, "data").([]any); !sent {
			continue
		}
		elements, _ := at(v, a.set, "data").([]any)
		for _, e := range elements {
			if m, ok := e.(map[string]any); ok && m["id"] == nil {
				q.place(c, a, m, v["id"])
			}
		}
		if a.back == "" {
			continue
		}
		for _, other := range q.stored(a.other) {
			if m, ok := other.(map[string]any); ok {
				m[a.back] = shows(m[a.back], v, holdsSame(elements, m))
			}
		}
	}
}

// shows is a set with or without an element.
func shows(set any, v map[string]any, with bool) any {
	list, _ := at(set, "data").([]any)
	if holdsSame(list, v) == with {
		return set
	}
	if with {
		return map[string]any{"data": append(list, map[string]any{"id": v["id"]})}
	}
	var rest []any
	for _, e := range list {
		if !holdsSame([]any{v}, e) {
			rest = append(rest, e)
		}
	}
	return map[string]any{"data": rest}
}

// place finds the object that an element without an identifier names, or creates it as a
// separate call would; the element gets its identifier.
func (q *tqlQuery) place(c *call, a association, e map[string]any, owner any) {
	if a.owner == "" {
		for _, v := range q.stored(a.other) {
			if holdsSame([]any{v}, e) {
				e["id"] = at(v, "id")
				return
			}
		}
	}
	body, _ := clone(e).(map[string]any)
	if a.owner != "" {
		body[a.owner] = owner
	}
	coll := q.sv.collection(a.other.path)
	before := len(coll.items)
	if q.sv.perform(c, http.MethodPost, a.other.path, body) == "" && len(coll.items) > before {
		e["id"] = at(coll.items[len(coll.items)-1].value, "id")
	}
}

// dissociate takes an object that was deleted out of the sets of others.
func (sv *apiServer) dissociate(c *call, value any) {
	q := newTQLQuery(sv)
	v, list := q.associated(c.below, value)
	for _, a := range list {
		for _, other := range q.stored(a.other) {
			if m, ok := other.(map[string]any); ok && a.back != "" && m[a.back] != nil {
				m[a.back] = shows(m[a.back], v, false)
			}
		}
	}
}

// whole shows the elements of the sets that were asked for as their collections have them.
func (sv *apiServer) whole(c *call, m map[string]any) {
	sets := false
	for _, v := range m {
		elements, _ := at(v, "data").([]any)
		sets = sets || len(elements) > 0
	}
	if !sets {
		return
	}
	q := c.reads // one for all elements of a list
	if q == nil || c.op.Method != http.MethodGet {
		q = newTQLQuery(sv)
		c.reads = q
	}
	o := q.kind(c.below)
	if o == nil {
		return
	}
	for _, a := range q.associations(o) {
		elements, ok := at(m, a.set, "data").([]any)
		if !ok || len(elements) == 0 {
			continue
		}
		for i, e := range elements {
			if full, ok := clone(q.kept(a.other, e)).(map[string]any); ok {
				nested(full, nil, nil)
				elements[i] = full
			}
		}
	}
}

// perform makes a call of the sandbox's own inside another one; reason is why it failed.
func (sv *apiServer) perform(outer *call, method, path string, body any) (reason string) {
	op, values, err := sv.spec.Find(method, path)
	if err != nil {
		return err.Error()
	}
	content, err := json.Marshal(body)
	if err != nil {
		return err.Error()
	}
	r := &http.Request{Method: method, Header: http.Header{"Content-Type": {"application/json"}}}
	c := &call{Request: &exchange.Request{Request: r, Body: content}, service: sv, book: outer.book, op: op, values: values, below: sv.canonical(path), body: body}
	if a := sv.write(c); a.status >= 300 {
		return c.done.Reason
	}
	return ""
}
