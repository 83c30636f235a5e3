package client

import (
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
)

// checkFilled refuses a JSON body in which a member that must hold something is empty: a
// field of a Go struct that nobody set goes out as "".
func checkFilled(op *Op, r *http.Request) error {
	if len(op.Filled) == 0 || r.GetBody == nil || !strings.Contains(r.Header.Get("Content-Type"), "json") {
		return nil
	}
	body, err := r.GetBody()
	if err != nil {
		return &RequestError{Operation: op.ID, Reason: "the body cannot be read again", Err: err}
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		return &RequestError{Operation: op.ID, Reason: "the body cannot be read", Err: err}
	}
	var v any
	if json.Unmarshal(b, &v, lenient()) != nil {
		return nil // the caller's own text: the server will say
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, e := range list {
		m, _ := e.(map[string]any)
		for _, name := range op.Filled {
			if s, ok := m[name].(string); ok && strings.TrimSpace(s) == "" {
				return &RequestError{Operation: op.ID, Parameter: name, Reason: "is required and empty"}
			}
		}
	}
	return nil
}
