package sandbox

import "net/http"

// link makes or undoes an association when the path names one: …/A/kind/B, where kind/B is below
// the first segment an element of its own. It shows at both ends. lost is the end that is not there.
func (sv *apiServer) link(c *call) (done bool, lost string) {
	if c.Method != http.MethodPost && c.Method != http.MethodDelete {
		return false, ""
	}
	near, far, ok := sv.ends(c.below)
	if !ok {
		return false, ""
	}
	far = sv.canonical(far)
	path := near + "/" + joined(segments(far)[1:])[1:]
	mirror := far + "/" + joined(segments(near)[1:])[1:]
	if there, ok := sv.lookup(near); !ok || there == nil {
		return false, near
	}
	kept, _ := sv.lookup(far)
	if kept == nil {
		parent, segment, _ := sv.itemAt(far)
		if isDigits(segment) || c.Method == http.MethodDelete {
			return false, far
		}
		kept = sv.compose(c, map[string]any{}, nil, nil, parent, segment)
		sv.insert(parent, kept)
	}

	sv.bind(c.Method == http.MethodPost, path, far)
	if op := sv.find(http.MethodGet, mirror); op != nil {
		sv.bind(c.Method == http.MethodPost, mirror, near)
	}
	return true, ""
}

// bind adds an associated element to its collection, or takes it out.
func (sv *apiServer) bind(add bool, path, ref string) {
	parts := segments(path)
	coll := sv.collection(joined(parts[:len(parts)-1]))
	segment := parts[len(parts)-1]
	if old := coll.find(segment); old != nil {
		coll.remove(old)
	}
	if add {
		coll.items = append(coll.items, &item{ref: ref, key: segment, born: true})
	}
}

// ends splits the path of an association into the element that has it and the one that it
// names.
func (sv *apiServer) ends(path string) (near, far string, ok bool) {
	parts := segments(path)
	for n := 3; n < len(parts)-1; n++ {
		near, far = joined(parts[:n]), joined(append([]string{parts[0]}, parts[n:]...))
		if _, _, ok := sv.itemAt(near); !ok {
			continue
		}
		if _, _, ok := sv.itemAt(far); ok && sv.find(http.MethodGet, far) != nil {
			return near, far, true
		}
	}
	return "", "", false
}
