package sandbox

import (
	"net/http"
	"strings"
	"time"
)

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
