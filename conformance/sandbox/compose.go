package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/check"
)

// compose is an element from a template of the fixtures under the members of the request.
// What the request of the fixture had and this one has not is left out, and where the template
// repeats what that request said, or an identifier, the element has its own.
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
	inputs := writable(c.op)
	given, _ := sent.(map[string]any)
	was, _ := wasSent.(map[string]any)
	get := sv.getter(member)
	if like := sv.ofKind(get, value, given, inputs); like != nil && was["type"] != nil {
		value, was = like, maps.Clone(like)
	}
	known, whole := sv.readable(member)
	request, gone := fitted(sent, known, whole && len(value) > 0)
	shows := slices.ContainsFunc(names(value), func(name string) bool { return !identifies(name, coll.keys) })
	for name := range was {
		if _, again := given[name]; !again && (inputs[name] != nil || known[name] == nil) {
			delete(value, name)
		}
	}
	if get != nil && !shows { // the answer names it at most: what reading shows is the template
		full, _ := valueOf(get, sv.book.usual(get, sent)).(map[string]any)
		for name, v := range full {
			if _, there := value[name]; !there && inputs[name] == nil && !isSet(v) {
				value[name] = v
			}
		}
	}
	for _, name := range gone {
		delete(value, name)
	}
	own := renames{}
	own.sent(was, given)
	for name, v := range was { // what repeats something that was not sent again
		old, isText := v.(string)
		if _, again := given[name]; again || !isText || old == "" || inputs[name] == nil {
			continue
		}
		for other, repeated := range value {
			if s, ok := repeated.(string); ok && s == old && inputs[other] == nil && own[old] == "" {
				delete(value, other)
			}
		}
	}
	var id any
	for name, v := range value {
		if _, ok := request[name]; ok {
			continue
		}
		switch {
		case inputs[name] != nil:
		case identifies(name, coll.keys), sv.numbers(get, name, v):
			if id == nil || !sameKind(id, v) {
				id = sv.store.fresh(v)
			}
			own[text(v)] = text(id)
			value[name] = id
		case recent(v):
			value[name] = sv.box.now().UTC().Format(time.RFC3339)
		}
	}
	for name, v := range value {
		if _, ok := request[name]; !ok && !identifies(name, coll.keys) && inputs[name] == nil {
			value[name] = own.in(v)
		}
	}
	for name, v := range request {
		value[name] = sv.nested(value[name], was[name], v)
	}
	it := &item{value: value, key: segment, born: true}
	if segment != "" {
		it.value = identified(value, coll.keys, segment)
	}
	return it
}

// ofKind is what a fixture of reading shows of the kind that is made, with the members that a
// create answers with; nil when the template is of that kind itself.
func (sv *apiServer) ofKind(get *check.Operation, template, given map[string]any, inputs map[string]*openapi3.Schema) map[string]any {
	kind := given["type"]
	if get == nil || kind == nil || template["type"] == nil || text(template["type"]) == text(kind) {
		return nil
	}
	for _, e := range sv.book.good[get.ID] {
		full, _ := valueOf(get, e).(map[string]any)
		if text(full["type"]) != text(kind) {
			continue
		}
		like := map[string]any{}
		for name, v := range full {
			if _, shows := template[name]; shows || inputs[name] != nil && !isSet(v) {
				like[name] = v
			}
		}
		return like
	}
	return nil
}

// nested is a member that was sent, over the template's: objects in it have what the service fills
// in, with identifiers of their own.
func (sv *apiServer) nested(template, was, sent any) any {
	switch v := sent.(type) {
	case []any:
		like, _ := template.([]any)
		had, _ := was.([]any)
		list := make([]any, len(v))
		for i, one := range v {
			list[i] = clone(one)
			if n := min(i, len(like)-1, len(had)-1); n >= 0 {
				list[i] = sv.nested(like[n], had[n], one)
			}
		}
		return list
	case map[string]any:
		like, _ := clone(template).(map[string]any)
		had, _ := was.(map[string]any)
		if like == nil || had == nil || at(v, "data") != nil {
			return set(nil, v)
		}
		for name, old := range like {
			_, again := v[name]
			_, before := had[name]
			switch {
			case again:
			case before:
				delete(like, name)
			case identifies(name, nil):
				like[name] = sv.store.fresh(old)
			}
		}
		for name, one := range v {
			like[name] = sv.nested(like[name], had[name], one)
		}
		return like
	}
	return set(nil, sent)
}

// numbers reports that a member holds a number that the service gives to tell elements apart.
func (sv *apiServer) numbers(get *check.Operation, name string, v any) bool {
	if _, isNumber := v.(json.Number); !isNumber || get == nil {
		return false
	}
	schema := responseSchema(get, http.StatusOK)
	return schema != nil && slices.Contains(textsOf(schema.Extensions["x-answer"]), name)
}

func sameKind(a, b any) bool {
	_, x := a.(json.Number)
	_, y := b.(json.Number)
	return x == y
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
