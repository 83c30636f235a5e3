package sandbox

import (
	"encoding/json"

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
			if one := sv.book.usual(c.op, c.body); one != nil {
				c.done.Source, a, e = one.File, replyOf(one), one
			}
		}
		return sv.add(c, a, e, c.below, "")
	}
	made, refused := []any{}, []any{}
	for _, one := range list {
		like := sv.book.usual(c.op, one) // of one alone, since it shows what the service fills in
		it := sv.compose(c, valueOf(c.op, like), sentElement(like, 0), one, c.below, "")
		if sv.existing(c, c.below, it) != nil {
			f := extension(c.op, "x-partial-failure")
			refused = append(refused, map[string]any{text(f["identifier"]): sv.called(c, it),
				text(f["status"]): json.Number("409"), text(f["message"]): "Conflict: this exists already"})
			continue
		}
		sv.insert(c.below, it)
		sv.spread(c, it)
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
	if old := sv.existing(c, parent, it); old != nil {
		return sv.again(c, a, e, it, old)
	}
	sv.insert(parent, it)
	sv.spread(c, it)
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
	where, keys := sv.readElsewhere(parent)
	for _, k := range keys {
		delete(sv.store.gone, where+joined([]string{text(at(it.value, k))}))
	}
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

// called is what a refusal calls an element: the member that fixtures call taken.
func (sv *apiServer) called(c *call, it *item) string {
	for _, name := range sv.taken(c.op) {
		if v := text(at(it.value, name)); v != "" {
			return v
		}
	}
	return identifier(it, sv.collection(c.below).keys)
}
