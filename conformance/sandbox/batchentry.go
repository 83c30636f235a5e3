package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// make makes, changes or deletes an object of the file; reason is why that failed.
func (b *batch) make(e *entry) (reason string) {
	if isAssociation(e.members) {
		e.path = b.root
		return ""
	}
	coll := b.collection(e.kind, text(e.members["type"]))
	if coll == nil {
		return "there is no type of " + e.kind + " by that name"
	}
	key := text(e.members["summary"])
	body := map[string]any{}
	for name, v := range e.members {
		switch v.(type) {
		case []any, map[string]any:
		default:
			body[name] = v
		}
	}
	delete(body, "type")
	create := b.sv.find(http.MethodPost, coll.path)
	for part := range strings.SplitSeq(key, " : ") {
		if m := b.identifying(coll, part); m != "" && body[m] == nil && part != "" {
			body[m] = part
		}
	}
	for _, m := range append(slices.Clone(coll.keys), names(body)...) { // one that a member identifies
		if s := writable(create)[m]; s != nil && s.Type.Is("string") && key == "" {
			key = text(body[m])
		}
	}
	if key == "" {
		key = text(e.members[text(e.members["type"])])
	}
	if xid := text(body["xid"]); body["name"] != nil && xid != "" {
		key = xid
	}
	if key == "" {
		return "nothing identifies it"
	}
	e.path = joined(append(segments(coll.path), key))
	old := coll.find(key)
	switch {
	case b.config["action"] == "Delete" && old == nil:
		return "there is no " + key
	case b.config["action"] == "Delete":
		return b.perform(http.MethodDelete, e.path, nil)
	case old != nil:
		reason = b.perform(http.MethodPut, e.path, body)
	default:
		if reason = b.perform(http.MethodPost, coll.path, body); reason == "" {
			coll.items[len(coll.items)-1].key = key
		}
	}
	if reason == "" {
		reason = b.hang(e, old != nil)
	}
	return reason
}

// identifying is the member of an object that a part of its summary is: the one by which
// paths name it, unless another one looks like it, as hashes do by their lengths.
func (b *batch) identifying(coll *collection, part string) (member string) {
	can := writable(b.sv.find(http.MethodPost, coll.path))
	for _, k := range coll.keys {
		if can[k] != nil {
			member = k
		}
	}
	for name, s := range can {
		like, ok := s.Example.(string)
		if ok && len(like) == len(part) && hexadecimal.MatchString(like) && hexadecimal.MatchString(part) {
			return name
		}
	}
	return member
}

// hang adds what belongs to an object below its path: it creates attributes, and names tags
// and labels.
func (b *batch) hang(e *entry, existed bool) (reason string) {
	for _, name := range names(e.members) {
		list, ok := e.members[name].([]any)
		if one, single := e.members[name].(map[string]any); single {
			list, ok = []any{one}, true
		}
		below := e.path + "/" + name + "s"
		if get := b.sv.find(http.MethodGet, below); !ok || get == nil || !isList(get) {
			continue
		}
		if existed && b.rewritten(name) {
			for _, it := range append([]*item(nil), b.sv.collection(below).items...) {
				reason += b.perform(http.MethodDelete, joined(append(segments(below), identifier(it, append([]string{"name"}, b.sv.collection(below).keys...)))), nil)
			}
		}
		for _, v := range list {
			switch named := text(at(v, "name")); {
			case b.sv.find(http.MethodPost, below) != nil:
				reason += b.perform(http.MethodPost, below, v)
			case named != "":
				reason += b.perform(http.MethodPost, joined(append(segments(below), named)), nil)
			}
		}
	}
	return reason
}
