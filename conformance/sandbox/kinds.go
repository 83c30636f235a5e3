package sandbox

import (
	"net/http"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// isList reports that an operation lists a collection.
func isList(op *check.Operation) bool {
	return op.Method == http.MethodGet && strings.HasPrefix(op.ID, "list")
}

// isParameter reports that the last segment of a template is a parameter and nothing else.
func isParameter(template string) bool {
	last := template[strings.LastIndex(template, "/")+1:]
	return strings.HasPrefix(last, "{") && strings.HasSuffix(last, "}") && strings.Count(last, "{") == 1
}

// itemAt reports that a path is an element of a collection: its last segment is a
// parameter, and it can be changed by itself, or what is above it can be listed or added to.
func (sv *apiServer) itemAt(path string) (collection, segment string, ok bool) {
	parts := segments(path)
	if len(parts) < 2 {
		return "", "", false
	}
	parent := joined(parts[:len(parts)-1])
	could, alone := false, true // alone: it can be set, and neither read nor taken away
	for _, m := range append([]string{http.MethodGet}, writes...) {
		op := sv.find(m, path)
		if op == nil || !isParameter(op.Template) {
			continue
		}
		if m == http.MethodGet && isList(op) {
			return "", "", false
		}
		could = true
		ok = ok || m != http.MethodGet
		alone = alone && m == http.MethodPut
	}
	if could && (!ok || alone) {
		above := sv.find(http.MethodGet, parent)
		ok = above != nil && isList(above) || sv.find(http.MethodPost, parent) != nil
	}
	return parent, parts[len(parts)-1], could && ok
}

// isWord reports that the last segment of a path is a word of the document, such as fields, and
// names no element.
func (sv *apiServer) isWord(path string) bool {
	for _, m := range append([]string{http.MethodGet, http.MethodPost, http.MethodOptions}, writes...) {
		if op := sv.find(m, path); op != nil && !isParameter(op.Template) {
			return true
		}
	}
	return false
}

// places are the pointers to the arrays of a list's answer.
func places(op *check.Operation, body any) (list [][]string) {
	p := extension(op, "x-pagination")
	if p == nil {
		if _, ok := body.([]any); ok {
			return [][]string{{""}}
		}
		m, _ := body.(map[string]any)
		for _, name := range names(m) {
			if _, ok := m[name].([]any); ok {
				list = append(list, []string{name})
			}
		}
		return list
	}
	for _, name := range textsOf(p["items"]) {
		way := strings.Split(name, ".")
		if way[len(way)-1] != "*" {
			list = append(list, way)
			continue
		}
		above := way[:len(way)-1]
		m, _ := at(body, above...).(map[string]any)
		for _, member := range names(m) {
			if _, ok := m[member].([]any); ok {
				list = append(list, append(append([]string{}, above...), member))
			}
		}
	}
	return list
}

// place is the pointer to the one value of an answer: below the envelope, where that is
// known, and then below the name of its kind.
func place(op *check.Operation, body any) []string {
	envelope := extension(op, "x-envelope")
	if envelope == nil && !enveloped(body) {
		return []string{""}
	}
	for _, name := range textsOf(envelope["value"]) {
		p := strings.Split(name, ".")
		switch v := at(body, p...).(type) {
		case nil:
		case map[string]any:
			if kind := onlyObject(v); name == "data" && kind != "" {
				return append(p, kind)
			}
			return p
		case []any:
			return p
		default: // one member says it: the value is what is around it
			return append([]string{""}, p[:len(p)-1]...)
		}
	}
	m, _ := body.(map[string]any)
	if data, ok := m["data"].(map[string]any); ok {
		if kind := onlyObject(data); kind != "" {
			return []string{"data", kind}
		}
		return []string{"data"}
	}
	if kind := onlyObject(m); kind != "" {
		return []string{kind}
	}
	return []string{""}
}

// enveloped reports that a body has the members of an envelope alone, where the document does
// not call it one because others of its answers have none.
func enveloped(body any) bool {
	m, _ := body.(map[string]any)
	_, hasData := m["data"].(map[string]any)
	_, hasStatus := m["status"].(string)
	return hasData && hasStatus && len(m) == 2
}

// onlyObject is the name of the only member that is an object, when all others are counts and
// states of the envelope.
func onlyObject(m map[string]any) (name string) {
	for k, v := range m {
		switch v.(type) {
		case map[string]any:
			if name != "" {
				return ""
			}
			name = k
		default:
			if k != "status" && k != "resultCount" && k != "message" {
				return ""
			}
		}
	}
	return name
}

// valueOf is the value of an exchange's answer; nil when it has none.
func valueOf(op *check.Operation, e *exchange.Exchange) any {
	if e == nil {
		return nil
	}
	body := bodyOf(e)
	return clone(at(body, place(op, body)...))
}
