package hostile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/engine"
)

// withMore is the body of a fixture as a page after which there is another one, nil for a
// list that has one page.
func withMore(op *engine.Operation, e *exchange.Exchange) []byte {
	var v any
	if op.Paging == nil || exchange.DecodeJSON(e.Wire(), &v) != nil {
		return nil
	}
	style := op.Paging
	if style.Pages != nil {
		style = style.Pages
	}
	switch style.Style {
	case "cursor":
		v = put(v, style.Next, "next-1")
	case "offset", "page":
		if style.Total != "" {
			v = put(v, style.Total, 100000)
		}
		if style.More != "" {
			v = put(v, style.More, "https://api.example.com/more")
		}
		v = fill(v, op.Paging.Items, pageSize(style, e))
	default:
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return b
}

// pageSize is how many elements e asks for, 0 if it does not say.
func pageSize(p *engine.Paging, e *exchange.Exchange) int {
	if n, err := strconv.Atoi(strings.Join(e.Query[p.Size], "")); err == nil {
		return n
	}
	return int(p.Default)
}

// put sets the member of a dotted name.
func put(v any, name string, to any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	first, rest, deeper := strings.Cut(name, ".")
	if deeper {
		to = put(m[first], rest, to)
	}
	m[first] = to
	return m
}

// fill repeats the elements of the first list that has some until a page is full. Copies
// differ in every text, as elements do.
func fill(v any, items []string, size int) any {
	for _, name := range items {
		list, at := elementsAt(v, strings.TrimSuffix(name, ".*"))
		if len(list) == 0 || len(list) >= size || size > patience {
			continue
		}
		template, err := json.Marshal(list[0])
		if err != nil {
			continue
		}
		for i := len(list); i < size; i++ {
			var copied any
			if exchange.DecodeJSON(bytes.ReplaceAll(template, []byte(`":"`), fmt.Appendf(nil, `":"%d`, i)), &copied) != nil {
				copied = list[0]
			}
			list = append(list, copied)
		}
		if at == "" {
			return list
		}
		return put(v, at, list)
	}
	return v
}

// elementsAt is the array of a dotted name, "" being v itself, and its name.
func elementsAt(v any, name string) ([]any, string) {
	for part := range strings.SplitSeq(name, ".") {
		if list, ok := v.([]any); ok && part == "" {
			return list, ""
		}
		m, _ := v.(map[string]any)
		v = m[part]
	}
	list, _ := v.([]any)
	return slices.Clip(list), name
}
