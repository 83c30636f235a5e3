package sandbox

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// order sorts elements as the request asks, such as "lastModified desc, id": a member and a
// direction, the first decides. Numbers go by their value, all else by its text; what lacks the
// member comes first.
func order(c *call, all []any) {
	parameter := text(extension(c.op, "x-keyset")["order"])
	if parameter == "" {
		return
	}
	by := strings.Split(c.query.Get(parameter), ",")
	slices.SortStableFunc(all, func(a, b any) int {
		for _, one := range by {
			name, direction, _ := strings.Cut(strings.TrimSpace(one), " ")
			if d := compared(member(a, name), member(b, name)); d != 0 {
				if strings.EqualFold(strings.TrimSpace(direction), "desc") {
					return -d
				}
				return d
			}
		}
		return 0
	})
}

func member(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

func compared(a, b any) int {
	x, ok := a.(json.Number)
	y, ok2 := b.(json.Number)
	if ok && ok2 {
		i, err := x.Float64()
		j, err2 := y.Float64()
		if err == nil && err2 == nil {
			return cmp.Compare(i, j)
		}
	}
	return cmp.Compare(text(a), text(b))
}
