package sandbox

import (
	"cmp"
	"encoding/json"
	"slices"
)

// inOrder sorts elements by their key when the request asks for the order of x-keyset, in which
// a list is walked. Fixtures show one element under several paths: by key it is listed once.
func inOrder(c *call, all []any) []any {
	keyset := extension(c.op, "x-keyset")
	ascending := text(keyset["ascending"])
	if ascending == "" || c.query.Get(text(keyset["order"])) != ascending {
		return all
	}
	key := func(v any) int64 {
		m, _ := v.(map[string]any)
		number, _ := m[text(keyset["key"])].(json.Number)
		n, _ := number.Int64()
		return n
	}
	slices.SortStableFunc(all, func(a, b any) int { return cmp.Compare(key(a), key(b)) })
	return slices.CompactFunc(all, func(a, b any) bool { return key(a) == key(b) })
}
