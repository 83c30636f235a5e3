package sandbox

import (
	"cmp"
	"encoding/json"
	"slices"
)

// order sorts elements by their key if the call asks for that order (x-keyset), which a walk
// by key depends on.
func order(c *call, list []any) {
	k := extension(c.op, "x-keyset")
	if k == nil || c.query.Get(text(k["order"])) != text(k["ascending"]) {
		return
	}
	key := func(v any) int64 {
		n, _ := at(v, text(k["key"])).(json.Number)
		i, _ := n.Int64()
		return i
	}
	slices.SortStableFunc(list, func(a, b any) int { return cmp.Compare(key(a), key(b)) })
}
