package sandbox

import (
	"net/http"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// write answers a call that changes something.
func (sv *apiServer) write(c *call) *reply {
	e := sv.book.usual(c.op, c.body)
	if e == nil {
		return sv.refuse(c, http.StatusNotImplemented, "no exchange shows a success of "+c.op.ID)
	}
	c.done.Source = e.File
	a := replyOf(e)
	switch done, lost := sv.link(c); {
	case done:
		return a
	case lost != "":
		return sv.refuse(c, http.StatusNotFound, "there is no "+lost)
	}
	parts := segments(c.below)
	if lost := sv.missing(joined(parts[:len(parts)-1])); lost != "" {
		return sv.refuse(c, http.StatusNotFound, "there is no "+lost)
	}
	if done := sv.act(c, a); done != nil {
		return done
	}
	parent, segment, isItem := sv.itemAt(c.below)
	get := sv.find(http.MethodGet, c.below)
	if !isParameter(c.op.Template) { // the path is a name, not an element of the same path
		isItem = false
		if get != nil && isParameter(get.Template) {
			get = nil
		}
	}
	switch {
	case len(c.Request.Body) > 0 && !exchange.IsJSON(c.Header.Get("Content-Type")) && !isForm(c):
		return sv.keep(c, a, isItem, parent, segment)
	case isItem && c.Method == http.MethodPost:
		return sv.add(c, a, e, parent, segment)
	case isItem:
		return sv.change(c, a, e, parent, segment)
	case c.Method == http.MethodPost && (get == nil || isList(get)) && !strings.HasPrefix(c.op.ID, "add") && sv.holds(c):
		return sv.create(c, a, e)
	case get != nil && isList(get):
		return sv.changeAll(c, a)
	case get == nil && c.Method == http.MethodPost && sv.makes(e, parent):
		return sv.add(c, a, e, parent, "")
	case get != nil:
		return sv.document(c, a, get)
	}
	return a // an action without a visible effect
}

// makes reports that the answer names an element of a collection by the parameter of its
// path: a POST beside the collection that makes one too.
func (sv *apiServer) makes(e *exchange.Exchange, collection string) bool {
	get := sv.find(http.MethodGet, collection+"/x")
	if get == nil || !isParameter(get.Template) {
		return false
	}
	name := strings.Trim(get.Template[strings.LastIndex(get.Template, "/")+1:], "{}")
	return at(valueOf(get, e), name) != nil
}

// holds reports that elements can be asked for below the path of a POST.
func (sv *apiServer) holds(c *call) bool {
	if get := sv.find(http.MethodGet, c.below); get != nil && isList(get) {
		return true
	}
	_, _, ok := sv.itemAt(c.below + "/x")
	return ok
}

func isForm(c *call) bool {
	return exchange.MediaType(c.Header.Get("Content-Type")) == "multipart/form-data"
}

// change updates an element or deletes it.
func (sv *apiServer) change(c *call, a *reply, e *exchange.Exchange, parent, segment string) *reply {
	coll := sv.collection(parent)
	it, _ := sv.lookup(c.below)
	if it == nil {
		return sv.refuse(c, http.StatusNotFound, "there is no "+c.below)
	}
	if c.Method == http.MethodDelete {
		for _, one := range sv.store.collections {
			one.remove(it)
		}
		for again := coll.find(segment); again != nil; again = coll.find(segment) {
			coll.remove(again)
		}
		sv.forget(c.below)
		delete(sv.store.files, filePath(c.below))
		sv.dissociate(c, it.value)
		return a
	}
	it.value = sv.update(c, it.value)
	sv.associate(c, it.value)
	return sv.echo(c, a, e, it.value)
}

// update merges the body of a call into a value.
func (sv *apiServer) update(c *call, value any) any {
	known, whole := sv.readable(c.below)
	change, gone := fitted(c.body, known, whole)
	if change != nil && c.op.Route.Operation.Extensions["x-existing"] == "replaced" {
		return sv.replaced(c, value, change)
	}
	if change == nil {
		return merge(value, c.body)
	}
	value = merge(value, change)
	if m, ok := value.(map[string]any); ok {
		for _, name := range gone {
			delete(m, name)
		}
	}
	return value
}

// replaced is a value of which only what the service sets is left: what a create fills in stands
// where nothing was sent, and is empty where no fixture shows that.
func (sv *apiServer) replaced(c *call, value any, change map[string]any) any {
	old, ok := value.(map[string]any)
	if !ok {
		return clone(change)
	}
	parts := segments(c.below)
	filled := map[string]any{}
	if create := sv.find(http.MethodPost, joined(parts[:len(parts)-1])); create != nil {
		filled, _ = valueOf(create, sv.book.usual(create, map[string]any{"type": change["type"]})).(map[string]any)
	}
	for name := range writable(c.op) {
		if _, again := change[name]; again || old[name] == nil {
			continue
		}
		delete(old, name)
		if v, ok := filled[name]; ok && blank(v) {
			old[name] = v
		}
	}
	for name, v := range change {
		old[name] = set(nil, v)
	}
	return old
}

// blank reports that a value is what a service fills in: false, empty or null.
func blank(v any) bool {
	list, isList := v.([]any)
	return v == nil || v == false || v == "" || isList && len(list) == 0
}

// echo puts the value into the answer where the fixture has one.
func (sv *apiServer) echo(c *call, a *reply, e *exchange.Exchange, value any) *reply {
	body := bodyOf(e)
	p := place(c.op, body)
	if _, ok := at(body, p...).(map[string]any); !ok || len(p) == 1 && p[0] == "" && envelopeAlone(c.op, body) {
		return a
	}
	value = sv.shown(c, clone(value), below(responseSchema(c.op, e.Status), p...))
	return a.with(put(body, value, p...))
}

// envelopeAlone reports that an answer states success and nothing else.
func envelopeAlone(op *check.Operation, body any) bool {
	envelope := extension(op, "x-envelope")
	m, ok := body.(map[string]any)
	return envelope != nil && ok && m[text(envelope["status"])] == envelope["success"]
}

// document changes what stands at a path alone.
func (sv *apiServer) document(c *call, a *reply, get *check.Operation) *reply {
	kept, there := sv.store.documents[c.below]
	if !there {
		kept = valueOf(get, sv.book.usual(get, nil))
	}
	switch {
	case c.Method == http.MethodDelete && c.body == nil:
		sv.store.gone[c.below] = true
		delete(sv.store.documents, c.below)
		return a
	case c.Method == http.MethodDelete:
		if entry := entries(kept, c.body, false); entry != "" && declares(c.op, http.StatusNotFound) {
			return sv.refuse(c, http.StatusNotFound, "there is no entry "+entry)
		}
		kept = without(kept, c.body)
	case c.Method == http.MethodPost:
		if entry := entries(kept, c.body, true); entry != "" && declares(c.op, http.StatusConflict) {
			return sv.refuse(c, http.StatusConflict, "the entry "+entry+" exists already")
		}
		kept = union(kept, c.body)
	default:
		kept = sv.update(c, kept)
	}
	delete(sv.store.gone, c.below)
	sv.store.documents[c.below] = kept
	return a
}

func declares(op *check.Operation, status int) bool {
	return op.Route.Operation.Responses.Status(status) != nil
}

// entries is the first text in the lists of a change that the lists of a value have, or have not;
// "" when there is none.
func entries(value, change any, had bool) string {
	m, _ := change.(map[string]any)
	for _, name := range names(m) {
		sent, _ := m[name].([]any)
		list, _ := at(value, name).([]any)
		for _, one := range sent {
			if s, ok := one.(string); ok && slices.Contains(list, any(s)) == had {
				return s
			}
		}
	}
	return ""
}
