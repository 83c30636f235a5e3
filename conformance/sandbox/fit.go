package sandbox

import (
	"encoding/json"

	"github.com/getkin/kin-openapi/openapi3"
)

// fit is a member that was written, as it is read: some are written as one type and read as
// another, and a null takes away what cannot be null. ok is false when nothing is left.
func fit(v any, read *openapi3.Schema) (fitted any, ok bool) {
	if read == nil || read.Type == nil {
		return v, true
	}
	switch v := v.(type) {
	case nil:
		return nil, read.Nullable
	case bool, json.Number:
		if read.Type.Is("string") {
			return text(v), true
		}
	case string:
		if (read.Type.Is("integer") || read.Type.Is("number")) && isDigits(v) {
			return json.Number(v), true
		}
	}
	return v, true
}

// fitted are the members of a body that can be read, as they are read; the names of those
// that were taken away by null come beside them.
func fitted(body any, known map[string]*openapi3.Schema, whole bool) (kept map[string]any, gone []string) {
	m, ok := body.(map[string]any)
	if !ok {
		return nil, nil
	}
	kept = map[string]any{}
	for name, v := range m {
		schema := known[name]
		if whole && schema == nil {
			continue
		}
		if free := known[others]; schema == nil && free != nil && free.Type.Is("string") {
			if _, text := v.(string); !text {
				continue // written only: what is read under other names is text
			}
		}
		if v, ok := fit(v, schema); ok {
			kept[name] = clone(v)
		} else {
			gone = append(gone, name)
		}
	}
	return kept, gone
}

// readable are the members that what stands at a path has when it is read; whole is false
// when others are possible.
func (sv *apiServer) readable(path string) (known map[string]*openapi3.Schema, whole bool) {
	get := sv.find("GET", path)
	if get == nil || isList(get) {
		return nil, false
	}
	e := sv.book.usual(get, nil)
	if e == nil {
		return nil, false
	}
	return properties(below(responseSchema(get, e.Status), place(get, bodyOf(e))...))
}
