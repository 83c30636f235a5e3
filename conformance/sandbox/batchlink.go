package sandbox

import (
	"net/http"
	"strings"
)

// isAssociation reports that a row of the file names two objects instead of being one.
func isAssociation(m map[string]any) bool { return text(m["ref_1"])+text(m["id_1"]) != "" }

// relate makes the associations of an object, or that of a row, or undoes it.
func (b *batch) relate(e *entry) (reason string) {
	if isAssociation(e.members) {
		near, far := b.end(e.members, "_1"), b.end(e.members, "_2")
		if near == "" || far == "" {
			return "an end of the association is not there"
		}
		return b.associate(near, far)
	}
	if b.config["action"] == "Delete" {
		return ""
	}
	for _, name := range names(e.members) {
		list, ok := e.members[name].([]any)
		if !ok || !strings.HasPrefix(name, "associated") {
			continue
		}
		for _, v := range list {
			far := ""
			switch v := v.(type) {
			case string:
				far = b.object("", v)
			case map[string]any:
				far = b.object(text(v["indicatorType"]), text(v["groupXid"])+text(v["summary"]))
			}
			if far == "" {
				return "what it is associated with is not there"
			}
			reason += b.associate(e.path, far)
		}
	}
	return reason
}

// associate calls the path that joins two objects: …/hosts/a/groups/incidents/1.
func (b *batch) associate(near, far string) (reason string) {
	method := http.MethodPost
	if b.config["action"] == "Delete" {
		method = http.MethodDelete
	}
	return b.perform(method, near+strings.TrimPrefix(far, "/"+b.root), nil)
}

// end is the path of one end of a row.
func (b *batch) end(row map[string]any, which string) string {
	if id := text(row["id"+which]); id != "" {
		return b.object(text(row["type"+which]), id)
	}
	return b.object(text(row["type"+which]), text(row["ref"+which]))
}

// object is the path of an object by its summary, its identifier, or the xid by which a batch
// made it; "" when there is none. Without a type it is looked for everywhere.
func (b *batch) object(kind, key string) string {
	if key == "" {
		return ""
	}
	if kind != "" {
		for _, family := range b.families() {
			if coll := b.collection(family, kind); coll != nil && coll.find(key) != nil {
				return joined(append(segments(coll.path), key))
			}
		}
		return ""
	}
	for path, coll := range b.sv.store.collections {
		for _, it := range coll.items {
			if it.ref == "" && it.born && it.key == key && len(segments(path)) == 3 {
				return joined(append(segments(path), key))
			}
		}
	}
	return ""
}

// families are the kinds of objects that have collections by type, in the singular.
func (b *batch) families() (list []string) {
	for _, op := range b.sv.spec.Operations {
		parts := segments(op.Template)
		if len(parts) == 3 && op.Method == http.MethodPost && parts[0] == b.root && strings.HasSuffix(parts[1], "s") {
			if family := strings.TrimSuffix(parts[1], "s"); len(list) == 0 || list[len(list)-1] != family {
				list = append(list, family)
			}
		}
	}
	return list
}

// collection has the objects of a kind and a type: that to which an operation adds that is
// named create and the type, or begins so, or the one of the path that types of somebody's
// own have. nil when there is none.
func (b *batch) collection(kind, of string) *collection {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	found, own := "", false
	for _, op := range b.sv.spec.Operations {
		parts := segments(op.Template)
		if op.Method != http.MethodPost || len(parts) != 3 || parts[0] != b.root || parts[1] != kind+"s" || of == "" {
			continue
		}
		name := plain(strings.TrimPrefix(op.ID, "create"))
		switch {
		case isParameter(op.Template):
			own = true
		case name == plain(of):
			return b.sv.collection(op.Template)
		case strings.HasPrefix(name, plain(of)):
			found = op.Template
		}
	}
	parent := "/" + b.root + "/" + kind + "s"
	for _, segment := range b.sv.book.known[parent] {
		if own && found == "" && strings.HasPrefix(plain(segment), plain(of)) {
			found = parent + "/" + segment
		}
	}
	if found == "" {
		return nil
	}
	return b.sv.collection(found)
}
