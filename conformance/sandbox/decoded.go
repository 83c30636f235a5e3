package sandbox

import (
	"net/http"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// decoded answers a call that takes rewritten URLs and returns their targets, which its schema
// shows by the names of its members; it is nil for every other call. Each URL gets its element,
// in the order of the request. What else a fixture knows of a URL comes with credentials only.
func (sv *apiServer) decoded(c *call) *reply {
	answer := responseSchema(c.op, http.StatusOK)
	members, _ := properties(below(answer, "urls"))
	asked, ok := at(c.body, "urls").([]any)
	if c.op.Method != http.MethodPost || !ok || members["encodedUrl"] == nil || members["decodedUrl"] == nil {
		return nil
	}
	known := map[string]map[string]any{}
	for _, e := range sv.book.good[c.op.ID] {
		elements, _ := at(bodyOf(e), "urls").([]any)
		for _, one := range elements {
			if m, ok := one.(map[string]any); ok && len(m) > len(known[text(m["encodedUrl"])]) {
				known[text(m["encodedUrl"])] = m
			}
		}
	}
	list := make([]any, len(asked))
	for i, v := range asked {
		sent := text(v)
		one := map[string]any{"encodedUrl": sent}
		target, err := unrewritten(sent)
		if err != nil {
			one["success"], one["error"] = false, "Invalid URL - "+err.Error()
			list[i] = one
			continue
		}
		for name, more := range known[sent] {
			if c.entered {
				one[name] = more
			}
		}
		one["success"], one["decodedUrl"] = true, target
		list[i] = one
	}
	e := sv.book.usual(c.op, c.body)
	if e == nil || !exchange.IsJSON(e.ContentType) {
		return nil
	}
	c.done.Source = e.File
	return replyOf(e).with(put(bodyOf(e), list, "urls"))
}
