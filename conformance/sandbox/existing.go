package sandbox

import (
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// getter is the operation that reads an element below a path; where that has none, the one that
// answers with what a create there makes, such as an organization below its partner. Nil if there is none.
func (sv *apiServer) getter(member string) *check.Operation {
	if get := sv.find(http.MethodGet, member); get != nil {
		if !isParameter(get.Template) {
			return nil
		}
		return get
	}
	parts := segments(member)
	create := sv.find(http.MethodPost, joined(parts[:len(parts)-1]))
	if create == nil {
		return nil
	}
	made := responseSchema(create, http.StatusCreated)
	for _, op := range sv.spec.Operations {
		if made != nil && op.Method == http.MethodGet && isParameter(op.Template) && responseSchema(op, http.StatusOK) == made {
			return op
		}
	}
	return nil
}

// readElsewhere is the collection in which the elements of another one are read, such as those of
// organizations below a partner, and the members that name them there; "" when they are read where they are.
func (sv *apiServer) readElsewhere(path string) (collection string, keys []string) {
	get := sv.getter(path + "/x")
	if get == nil || sv.find(http.MethodGet, path+"/x") != nil {
		return "", nil
	}
	return get.Template[:strings.LastIndex(get.Template, "/")], sv.keysOf(get)
}

// forget takes an element that was deleted out of the collections of others that list it.
func (sv *apiServer) forget(path string) {
	sv.store.gone[path] = true
	parts := segments(path)
	for _, one := range sv.store.collections {
		if where, keys := sv.readElsewhere(one.path); where == joined(parts[:len(parts)-1]) {
			for it := one.named(parts[len(parts)-1], keys); it != nil; it = one.named(parts[len(parts)-1], keys) {
				one.remove(it)
			}
		}
	}
}

// existing is the element that a create would make again; nil when there is none. Elements are
// the same if they share a member by which paths name them, or one that a fixture calls taken.
func (sv *apiServer) existing(c *call, parent string, it *item) *item {
	coll := sv.collection(parent)
	if it.key != "" {
		return coll.find(it.key)
	}
	members := append(slices.Clone(coll.keys), sv.taken(c.op)...)
	elsewhere, keys := sv.readElsewhere(parent)
	members = append(members, keys...)
	for _, name := range members {
		mine := text(at(it.value, name))
		if mine == "" || name == "id" { // a service gives it; a create may name another element by it
			continue
		}
		for _, old := range coll.items {
			if strings.EqualFold(text(at(sv.resolve(old), name)), mine) || strings.EqualFold(old.key, mine) && slices.Contains(coll.keys, name) {
				return old
			}
		}
		if slices.Contains(keys, name) {
			if old, _ := sv.lookup(elsewhere + joined([]string{mine})); old != nil {
				return old
			}
		}
	}
	return nil
}

var word = regexp.MustCompile(`[A-Za-z_]+`)

// taken are the members of a create of which fixtures with 409 say that their value is in use:
// by its value, by its name in the message, or by the name of the case.
func (sv *apiServer) taken(op *check.Operation) (list []string) {
	for _, e := range sv.book.byOp[op.ID] {
		if e.Status != http.StatusConflict {
			continue
		}
		var sent any
		_ = exchange.DecodeJSON(e.RequestBody, &sent)
		if all, ok := sent.([]any); ok && len(all) > 0 {
			sent = all[0]
		}
		m, _ := sent.(map[string]any)
		values, said := map[string]bool{}, word.FindAllString(path.Base(e.File), -1)
		texts(bodyOf(e), func(s string) {
			values[s] = true
			said = append(said, word.FindAllString(s, -1)...)
		})
		for name, v := range m {
			if s, ok := v.(string); ok && s != "" && (values[s] || slices.Contains(said, name)) {
				list = append(list, name)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// again answers a create of what is there: it is changed where the document says so, and
// refused otherwise.
func (sv *apiServer) again(c *call, a *reply, e *exchange.Exchange, it, old *item) *reply {
	rules := c.op.Route.Operation
	idempotent := rules.Extensions["x-idempotent"] == true || rules.Extensions["x-existing"] == "updated"
	switch {
	case idempotent || !strings.HasPrefix(c.op.ID, "create"):
	case rules.Responses.Status(http.StatusConflict) != nil:
		return sv.refuse(c, http.StatusConflict, "it exists already")
	case it.key == "": // at a name of its own it is set, or has one more version
		return sv.refuse(c, http.StatusBadRequest, "it exists already")
	}
	if old.ref != "" {
		return a
	}
	old.value = sv.update(c, old.value)
	sv.associate(c, old.value)
	return sv.echo(c, a, e, old.value)
}
