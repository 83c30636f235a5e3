package sandbox

import (
	"net/http"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// filePath is where the bytes of a path are kept: what goes to …/upload comes from …/download.
func filePath(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path, "/upload"), "/download")
}

// keep stores the bytes of a body.
func (sv *apiServer) keep(c *call, a *reply, isItem bool, parent, segment string) *reply {
	contentType := exchange.MediaType(c.Header.Get("Content-Type"))
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	get := sv.find(http.MethodGet, c.below)
	if isItem && get != nil && responseSchema(get, http.StatusOK) != nil {
		if it, _ := sv.lookup(c.below); it != nil { // its state is asked for in JSON
			if _, file := uploaded(c); file != nil {
				sv.runBatch(c, c.below, it.value, it.sent, file)
			}
		}
		return a
	}
	sv.store.files[filePath(c.below)] = file{append([]byte(nil), c.Request.Body...), contentType}
	if isItem {
		coll := sv.collection(parent)
		if coll.find(segment) == nil {
			coll.items = append(coll.items, &item{key: segment, value: map[string]any{}, born: true})
		}
	}
	return a
}
