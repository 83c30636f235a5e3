package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"time"
)

// member follows a dotted name through decoded JSON; "" is v itself.
func member(v any, name string) any {
	for name != "" {
		var k string
		k, name, _ = strings.Cut(name, ".")
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

// itemNames are the arrays of a list, from its x-pagination.
func itemNames(op *Operation) []string {
	p, _ := op.Route.Operation.Extensions["x-pagination"].(map[string]any)
	switch items := p["items"].(type) {
	case string:
		return []string{items}
	case []any:
		var names []string
		for _, v := range items {
			names = append(names, fmt.Sprint(v))
		}
		return names
	}
	return nil
}

// elements counts the elements of a list in an answer.
func (r *run) elements(body any) (n int) {
	if list, ok := body.([]any); ok {
		return len(list)
	}
	count := func(v any) {
		switch v := v.(type) {
		case []any:
			n += len(v)
		case map[string]any:
			n++ // one element without its array
		}
	}
	for _, name := range r.items {
		all, every := strings.CutSuffix(name, ".*")
		if !every {
			count(member(body, name))
			continue
		}
		arrays, _ := member(body, all).(map[string]any)
		for _, v := range arrays {
			count(v)
		}
	}
	return n
}

// changes are what a client may change on the way.
type changes struct {
	odd     map[string]bool     // places at which it reported another type: there a value may have been converted
	aliases map[string][]string // other names to the names of members, of all schemas of a document
}

// lost lists what want says and got does not. null, "", [] and {} may become absent, since
// read schemas hold plain values; numbers and booleans may not.
func lost(at string, want, got any, may changes) (out []string) {
	switch w := want.(type) {
	case nil:
		if got != nil && got != "" {
			return []string{fmt.Sprintf("%s: null became %v", at, got)}
		}
		return nil
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok && may.told(at) {
			return convertedObject(at, w, got, may)
		}
		if !ok && len(w) > 0 && !nothing(w) {
			return []string{fmt.Sprintf("%s: object became %v", at, got)}
		}
		for k, v := range may.moved(w, g) {
			out = append(out, lost(at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(k), v, g[k], may)...)
		}
		return out
	case []any:
		g, ok := got.([]any)
		if m, isObject := got.(map[string]any); isObject && may.told(at) && len(m) == 1 {
			for _, v := range m { // an array that belongs into an object
				g, ok = v.([]any)
			}
		}
		if !ok && may.told(at) && len(w) == 1 {
			return lost(at, w[0], got, may) // one element for the element
		}
		if (!ok || len(g) != len(w)) && len(w) > 0 {
			return []string{fmt.Sprintf("%s: array became %v", at, got)}
		}
		for i := range w {
			out = append(out, lost(at+"/*", w[i], g[i], may)...)
		}
		return out
	}
	if m, ok := got.(map[string]any); ok && may.told(at) && len(m) == 1 {
		for _, v := range m { // a scalar that belongs into an object
			got = v
		}
	}
	if sameScalar(want, got) || may.told(at) && converted(want, got) {
		return nil
	}
	return []string{fmt.Sprintf("%s: %v became %v", at, want, got)}
}

// moved is w with each member that is missing in g under the name whose alias its own is, if
// that one is absent or empty in w.
func (c changes) moved(w, g map[string]any) map[string]any {
	out := w
	for k, v := range w {
		for _, name := range c.aliases[k] {
			_, kept := g[k]
			if _, there := g[name]; there && !kept && (w[name] == nil || w[name] == "") {
				out = maps.Clone(out)
				delete(out, k)
				out[name] = v
			}
		}
	}
	return out
}

// told reports whether the client reported a mismatch at a place. It writes * for the keys
// of maps, which are data.
func (c changes) told(at string) bool {
	return c.odd[at] || c.odd[at[:strings.LastIndexByte(at, '/')+1]+"*"]
}

func sameScalar(want, got any) bool {
	switch w := want.(type) {
	case json.Number:
		g, ok := got.(json.Number)
		a, ok1 := new(big.Rat).SetString(w.String())
		b, ok2 := new(big.Rat).SetString(g.String())
		return ok && ok1 && ok2 && a.Cmp(b) == 0
	case string:
		if w == "" && got == nil {
			return true
		}
		g, ok := got.(string)
		a, err1 := time.Parse(time.RFC3339, w)
		b, err2 := time.Parse(time.RFC3339, g)
		return ok && (w == g || err1 == nil && err2 == nil && a.Equal(b))
	}
	return want == got
}

// converted reports whether a scalar of another type says the same: "3" and 3, 1 and
// true, one element and its list, an instant in another form, a word for "unknown".
func converted(want, got any) bool {
	if list, ok := got.([]any); ok && len(list) == 1 {
		return sameScalar(want, list[0]) || converted(want, list[0])
	}
	w, g := fmt.Sprint(want), fmt.Sprint(got)
	switch {
	case w == g, got == nil && (w == "" || strings.EqualFold(w, "na") || strings.EqualFold(w, "n/a")):
		return true
	case w == "1" && g == "true", w == "0" && g == "false", w == "true" && g == "1", w == "false" && g == "0":
		return true
	}
	if a, err := time.Parse(time.RFC3339, g); err == nil {
		for _, layout := range []string{"2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700"} {
			if b, err := time.Parse(layout, w); err == nil && a.Equal(b) {
				return true
			}
		}
		return w == fmt.Sprint(a.Unix()) || w == fmt.Sprint(a.UnixMilli())
	}
	a, ok1 := new(big.Rat).SetString(w)
	b, ok2 := new(big.Rat).SetString(g)
	return ok1 && ok2 && a.Cmp(b) == 0
}

// convertedObject takes an object for one element of a list, and an object that holds
// just one array for that array.
func convertedObject(at string, w map[string]any, got any, may changes) []string {
	list, _ := got.([]any)
	for _, v := range w {
		if inner, ok := v.([]any); ok && len(inner) == len(list) && len(w) == 1 {
			return lost(at, inner, list, may)
		}
	}
	if len(list) == 1 {
		return lost(at+"/*", w, list[0], may)
	}
	return []string{fmt.Sprintf("%s: object became %v", at, got)}
}

func nothing(m map[string]any) bool {
	for _, v := range m {
		if len(lost("", v, nil, changes{})) > 0 {
			return false
		}
	}
	return true
}
