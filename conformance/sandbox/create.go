package sandbox

import (
	"encoding/json"
	"net/http"

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
	alone := len(p) == 1 && p[0] == "" && envelopeAlone(c.op, body)
	if alone {
		template = map[string]any{}
	}
	it := sv.compose(c, clone(map[string]any(template)), sentElement(e, 0), c.body, parent, segment)
	if sv.conflicts(c, it) {
		return sv.refuse(c, http.StatusConflict, "it exists already")
	}
	sv.insert(parent, it)
	if it.sent, _ = c.body.(map[string]any); isForm(c) {
		if config, file := uploaded(c); file != nil {
			sv.runBatch(c, joined(append(segments(parent), identifier(it, sv.collection(parent).keys))), it.value, config, file)
		}
	}
	sv.associate(c, it.value)
	if template == nil || alone {
		return a
	}
	value := sv.shown(c, clone(it.value), below(responseSchema(c.op, e.Status), p...))
	return a.with(put(body, value, p...))
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

// conflicts reports that a call created the same before, where the service refuses duplicates.
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
