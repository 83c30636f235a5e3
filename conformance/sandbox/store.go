package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
)

// store is what there is: collections by their paths, single documents, and files.
type store struct {
	collections map[string]*collection
	documents   map[string]any
	gone        map[string]bool // documents and elements that were deleted
	files       map[string]file
	serial      int64
}

// collection holds the elements below a path.
type collection struct {
	path  string
	keys  []string // members by which a path names an element
	items []*item
}

// item is an element. One that is only associated is kept elsewhere, at ref.
type item struct {
	value  any
	key    string // the segment that named it when it was made, if one did
	ref    string
	called string         // the segment that named it first, see canonical
	born   bool           // made by a call
	sent   map[string]any // the body of that call
}

type file struct {
	body        []byte
	contentType string
}

func newStore() *store {
	return &store{collections: map[string]*collection{}, documents: map[string]any{}, gone: map[string]bool{}, files: map[string]file{}}
}

// is reports that a segment of a path names the element.
func (it *item) is(segment string, keys []string) bool {
	if it.key != "" && strings.EqualFold(it.key, segment) {
		return true
	}
	if s, ok := it.value.(string); ok {
		return strings.EqualFold(s, segment)
	}
	for _, k := range keys {
		if v := at(it.value, k); v != nil && strings.EqualFold(fmt.Sprint(v), segment) {
			return true
		}
	}
	return false
}

func (c *collection) find(segment string) *item { return c.named(segment, c.keys) }

func (c *collection) named(segment string, keys []string) *item {
	i := slices.IndexFunc(c.items, func(it *item) bool { return it.is(segment, keys) })
	if i < 0 {
		return nil
	}
	return c.items[i]
}

func (c *collection) remove(it *item) {
	c.items = slices.DeleteFunc(c.items, func(other *item) bool { return other == it })
}

// keysOf are the members that hold what the path of an element says, as the fixtures show.
func (sv *apiServer) keysOf(op *check.Operation) []string {
	list := []string{"id"}
	if op == nil {
		return list
	}
	last := op.Template[strings.LastIndex(op.Template, "/")+1:]
	list = append(list, strings.Trim(last, "{}"))
	for _, e := range sv.book.byOp[op.ID] {
		if !succeeds(e) {
			continue
		}
		parts := segments(e.Path)
		m, _ := valueOf(op, e).(map[string]any)
		for _, name := range names(m) {
			s, isText := m[name].(string)
			if isText && strings.EqualFold(s, parts[len(parts)-1]) && !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	return list
}

// collection returns the elements below a path, which begin with those of the fixtures unless
// they belong to something that a call has made.
func (sv *apiServer) collection(path string) *collection {
	if c := sv.store.collections[path]; c != nil {
		return c
	}
	c := &collection{path: path}
	sv.store.collections[path] = c
	c.keys = sv.keysOf(sv.find(http.MethodGet, path+"/x"))
	if owner := sv.owner(path); owner != nil && owner.born {
		return c
	}
	list := sv.find(http.MethodGet, path)
	where, keys := sv.readElsewhere(path)
	gone := func(e any) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return sv.store.gone[where+joined([]string{text(at(e, k))})] })
	}
	if list != nil && isList(list) {
		body := usualBody(sv.book.about(list, lastSegment(path)))
		for _, p := range places(list, body) {
			elements, _ := at(body, p...).([]any)
			for _, e := range elements {
				if !gone(e) {
					c.items = append(c.items, &item{value: clone(e)})
				}
			}
		}
	}
	for _, segment := range sv.book.known[path] {
		sv.seed(c, segment)
	}
	return c
}

// seed adds an element that the fixtures name, or completes the one that the list has.
func (sv *apiServer) seed(c *collection, segment string) {
	path := joined(append(segments(c.path), segment))
	if _, _, ok := sv.itemAt(path); !ok || sv.isWord(path) {
		return
	}
	get := sv.find(http.MethodGet, path)
	var value any
	if get != nil && isParameter(get.Template) {
		value = valueOf(get, sv.book.about(get, segment))
	}
	it := c.find(segment)
	if it == nil {
		if value == nil && len(c.items) > 0 {
			value = clone(c.items[0].value)
		}
		it = &item{key: segment, value: identified(value, c.keys, segment)}
		sv.store.apart(c, it)
		c.items = append(c.items, it)
		return
	}
	m, ok := it.value.(map[string]any)
	full, ok2 := value.(map[string]any)
	if ok && ok2 {
		for k, v := range full {
			if _, there := m[k]; !there {
				m[k] = v
			}
		}
	}
}

// apart gives an element that was composed an id of its own where another one has it.
func (st *store) apart(c *collection, it *item) {
	m, _ := it.value.(map[string]any)
	id, ok := m["id"].(json.Number)
	if !ok || id.String() == it.key {
		return
	}
	for _, other := range c.items {
		if o, ok := other.value.(map[string]any); ok && o["id"] == m["id"] {
			m["id"] = st.fresh(id)
			return
		}
	}
}

// identified sets the members that name an element, unless one of them does.
func identified(value any, keys []string, segment string) any {
	m, ok := value.(map[string]any)
	if !ok || (&item{value: m}).is(segment, keys) {
		return value
	}
	for _, k := range keys { // digits are a number where one names the element, not its text too
		if _, isNumber := m[k].(json.Number); isNumber && isDigits(segment) {
			m[k] = json.Number(segment)
			return m
		}
	}
	for _, k := range keys {
		if _, isText := m[k].(string); isText {
			m[k] = segment
		}
	}
	return m
}

// owner is the nearest element that a path lies below, or nil.
func (sv *apiServer) owner(path string) *item {
	parts := segments(path)
	for n := len(parts) - 1; n >= 2; n-- {
		if it, ok := sv.lookup(joined(parts[:n])); ok {
			return it
		}
	}
	return nil
}

// lookup finds the element of a path; ok is false when the path is none of an element.
func (sv *apiServer) lookup(path string) (it *item, ok bool) {
	parent, segment, ok := sv.itemAt(path)
	if !ok || sv.isWord(path) {
		return nil, false
	}
	if it = sv.collection(parent).find(segment); it == nil {
		it = sv.elsewhere(path, segment)
	}
	return it, true
}

// elsewhere finds an element that was made below another path, such as an organization below
// its partner: the document calls both by the same schema.
func (sv *apiServer) elsewhere(path, segment string) *item {
	parts := segments(path)
	get := sv.find(http.MethodGet, path)
	if get == nil || sv.find(http.MethodGet, joined(parts[:len(parts)-1])) != nil {
		return nil
	}
	schema := responseSchema(get, http.StatusOK)
	keys := sv.keysOf(get)
	for _, c := range sv.store.collections {
		create := sv.find(http.MethodPost, c.path)
		if create == nil || schema == nil || responseSchema(create, http.StatusCreated) != schema {
			continue
		}
		for _, it := range c.items {
			if it.is(segment, keys) {
				return it
			}
		}
	}
	return nil
}

// missing is the part of a path that names something that is not there; "" when all is.
func (sv *apiServer) missing(path string) string {
	parts := segments(path)
	for n := 2; n <= len(parts); n++ {
		if it, ok := sv.lookup(joined(parts[:n])); ok && (it == nil || sv.resolve(it) == nil) {
			return joined(parts[:n])
		}
	}
	return ""
}

// resolve is the value of an element, wherever it is kept; nil when it is gone.
func (sv *apiServer) resolve(it *item) any {
	if it.ref == "" {
		if it.value == nil {
			return map[string]any{}
		}
		return it.value
	}
	kept, ok := sv.lookup(it.ref)
	if !ok || kept == nil || kept.ref != "" {
		return nil
	}
	return kept.value
}
