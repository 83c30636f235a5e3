package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// create adds what the body describes to the collection of the path.
func (sv *apiServer) create(c *call, a *reply, e *exchange.Exchange) *reply {
	list, several := c.body.([]any)
	if !several {
		return sv.add(c, a, e, c.below, "")
	}
	body := bodyOf(e)
	failures := text(extension(c.op, "x-partial-failure")["errors"])
	spot, isBatch := "", false
	m, _ := body.(map[string]any)
	for _, name := range names(m) {
		if _, ok := m[name].([]any); ok && name != failures && m[failures] != nil {
			spot, isBatch = name, true
		}
	}
	if !isBatch {
		if len(list) > 0 {
			c.body = list[0]
		}
		return sv.add(c, a, e, c.below, "")
	}
	template, _ := m[spot].([]any)
	made, refused := []any{}, []any{}
	for i, one := range list {
		var like any = map[string]any{}
		if len(template) > 0 {
			like = template[min(i, len(template)-1)]
		}
		sentBody := sentElement(e, i)
		it := sv.compose(c, clone(like), sentBody, one, c.below, "")
		if sv.conflicts(c, it) {
			f := extension(c.op, "x-partial-failure")
			refused = append(refused, map[string]any{text(f["identifier"]): identifier(it, sv.collection(c.below).keys),
				text(f["status"]): json.Number("409"), text(f["message"]): "Conflict: this exists already"})
			continue
		}
		sv.insert(c.below, it)
		made = append(made, clone(it.value))
	}
	m[spot], m[failures] = made, refused
	return a.with(m)
}

func sentElement(e *exchange.Exchange, i int) any {
	var sent any
	_ = exchange.DecodeJSON(e.RequestBody, &sent)
	if list, ok := sent.([]any); ok && len(list) > 0 {
		return list[min(i, len(list)-1)]
	}
	return sent
}

// add makes one element; segment names it when the path does.
func (sv *apiServer) add(c *call, a *reply, e *exchange.Exchange, parent, segment string) *reply {
	body := bodyOf(e)
	p := place(c.op, body)
	template, _ := at(body, p...).(map[string]any)
	alone := p[0] == "" && envelopeAlone(c.op, body)
	if alone {
		template = map[string]any{}
	}
	it := sv.compose(c, clone(map[string]any(template)), sentElement(e, 0), c.body, parent, segment)
	if sv.conflicts(c, it) {
		return sv.refuse(c, http.StatusConflict, "it exists already")
	}
	sv.insert(parent, it)
	if template == nil || alone {
		return a
	}
	value := sv.shown(c, clone(it.value), below(responseSchema(c.op, e.Status), p...))
	return a.with(put(body, value, p...))
}

// compose is an element from a template of the fixtures under the members of the request.
// What the request of the fixture had and this one has not is left out.
func (sv *apiServer) compose(c *call, template, wasSent, sent any, parent, segment string) *item {
	coll := sv.collection(parent)
	value, _ := template.(map[string]any)
	if value == nil {
		value = map[string]any{}
	}
	member := parent + "/x"
	if segment != "" {
		member = joined(append(segments(parent), segment))
	}
	get := sv.find(http.MethodGet, member)
	inputs := writable(c.op)
	given, _ := sent.(map[string]any)
	was, _ := wasSent.(map[string]any)
	for name := range was {
		if _, again := given[name]; !again {
			delete(value, name)
		}
	}
	if get != nil && isParameter(get.Template) {
		full, _ := valueOf(get, sv.book.usual(get, sent)).(map[string]any)
		for name, v := range full {
			if _, there := value[name]; !there && inputs[name] == nil && !isSet(v) {
				value[name] = v
			}
		}
	}
	known, whole := sv.readable(member)
	request, gone := fitted(sent, known, whole && len(value) > 0)
	for _, name := range gone {
		delete(value, name)
	}
	var id any
	for name, v := range value {
		if _, ok := request[name]; ok {
			continue
		}
		switch {
		case identifies(name, coll.keys) && inputs[name] == nil:
			if id == nil {
				id = sv.store.fresh(v)
			}
			value[name] = id
		case recent(v) && inputs[name] == nil:
			value[name] = sv.box.now().UTC().Format(time.RFC3339)
		}
	}
	for name, v := range request {
		value[name] = set(nil, v)
	}
	it := &item{value: value, key: segment, born: true}
	if n := counted(c); isForm(c) {
		processed(value, n)
	}
	if segment != "" {
		it.value = identified(value, coll.keys, segment)
	}
	return it
}

// isSet reports that a member holds other objects, which something new does not have.
func isSet(v any) bool {
	if list, ok := v.([]any); ok && len(list) > 0 {
		_, ok = list[0].(map[string]any)
		return ok
	}
	_, ok := at(v, "data").([]any)
	return ok
}

// identifies reports that a member holds the identifier that a service gives.
func identifies(name string, keys []string) bool {
	switch strings.ToLower(name) {
	case "id", "uid", "uuid":
		return true
	}
	return len(keys) > 1 && name == keys[1] // the name of the path's parameter
}

func recent(v any) bool {
	s, ok := v.(string)
	_, err := time.Parse(time.RFC3339, s)
	return ok && err == nil
}

// insert puts an element into its collection, in the place of one that it names too.
func (sv *apiServer) insert(parent string, it *item) {
	coll := sv.collection(parent)
	for _, old := range coll.items {
		if sameKey(old, it, coll.keys) {
			old.value, old.born, old.ref = it.value, true, it.ref
			return
		}
	}
	coll.items = append(coll.items, it)
}

func sameKey(old, it *item, keys []string) bool {
	if it.key != "" {
		return old.is(it.key, keys)
	}
	id := identifier(it, keys)
	return id != "" && old.is(id, keys)
}

// identifier is what a path would call an element.
func identifier(it *item, keys []string) string {
	for _, k := range append([]string{}, keys...) {
		if v := at(it.value, k); v != nil {
			return text(v)
		}
	}
	return it.key
}

// conflicts reports that a call has made the same before, where the service minds.
func (sv *apiServer) conflicts(c *call, it *item) bool {
	if c.op.Route.Operation.Responses.Status(http.StatusConflict) == nil {
		return false
	}
	coll := sv.collection(c.below)
	for _, old := range coll.items {
		if old.born && sameKey(old, it, coll.keys) {
			return true
		}
	}
	return false
}
