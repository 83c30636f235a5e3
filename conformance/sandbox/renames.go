package sandbox

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// renames are texts of a fixture and what a new element has instead.
type renames map[string]string

// shortest is how long a text has to be to be looked for inside others.
const shortest = 3

// sent takes the texts that the request of the fixture and this one have under the same name.
func (r renames) sent(was, given map[string]any) {
	for name, v := range was {
		old, isText := v.(string)
		if now, ok := given[name].(string); ok && isText && len(old) >= shortest {
			r[old] = now
		}
	}
}

// in is a value with the new texts; links and summaries are made of them.
func (r renames) in(v any) any {
	switch v := v.(type) {
	case []any:
		for i, one := range v {
			v[i] = r.in(one)
		}
	case map[string]any:
		for name, one := range v {
			v[name] = r.in(one)
		}
	case string:
		if now, ok := r[v]; ok {
			return now
		}
		// one pass, the longest first, so that nothing new is renamed again
		var pairs []string
		for _, old := range slices.SortedFunc(maps.Keys(r), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }) {
			if len(old) >= shortest {
				pairs = append(pairs, old, r[old])
			}
		}
		return strings.NewReplacer(pairs...).Replace(v)
	}
	return v
}
