package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// pageFor returns e, or e without elements and without a next page when the
// request asks for another page than e is.
func pageFor(e, asked *exchange.Exchange, op *check.Operation) *exchange.Exchange {
	p, _ := op.Route.Operation.Extensions["x-pagination"].(map[string]any)
	moves, first := p, p["first"]
	if pages, ok := p["pages"].(map[string]any); ok {
		moves, first = pages, pages["first"]
	} else if p["style"] == "window" {
		return e
	}
	param, _ := moves["param"].(string)
	at := asked.Query[param]
	if len(at) == 0 || exchange.SameValues(at, e.Query[param]) || e.Query[param] == nil && at[0] == fmt.Sprint(cmp.Or(first, any(0))) {
		return e
	}
	var body any
	if exchange.DecodeJSON(e.Wire(), &body) != nil {
		return e
	}
	for _, name := range textsOf(p["items"]) {
		body = without(body, name, []any{})
	}
	for _, v := range []any{p["next"], p["more"]} {
		for _, name := range textsOf(v) {
			body = without(body, name, nil)
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return e
	}
	page := *e
	page.Body = text
	return &page
}

// without puts a value in the place of a member, which is taken away when the
// value is nil. "" is the whole.
func without(body any, name string, value any) any {
	if name == "" {
		return value
	}
	first, rest, _ := strings.Cut(name, ".")
	object, ok := body.(map[string]any)
	switch {
	case !ok || object[first] == nil:
	case rest != "":
		object[first] = without(object[first], rest, value)
	case value == nil:
		delete(object, first)
	default:
		object[first] = value
	}
	return body
}

// textsOf reads a member of an extension that is a name or a list of names.
func textsOf(v any) (list []string) {
	switch v := v.(type) {
	case string:
		list = append(list, v)
	case []any:
		for _, e := range v {
			list = append(list, fmt.Sprint(e))
		}
	}
	return list
}
