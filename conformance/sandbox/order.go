package sandbox

import (
	"cmp"
	"encoding/json"
	"math/big"
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
			if d := compared(at(a, name), at(b, name)); d != 0 {
				if strings.EqualFold(strings.TrimSpace(direction), "desc") {
					return -d
				}
				return d
			}
		}
		return 0
	})
}

func compared(a, b any) int {
	x, ok := a.(json.Number)
	y, ok2 := b.(json.Number)
	if ok && ok2 {
		i, exact := new(big.Rat).SetString(x.String()) // identifiers have 64 bits, a float64 53
		j, exact2 := new(big.Rat).SetString(y.String())
		if exact && exact2 {
			return i.Cmp(j)
		}
	}
	return cmp.Compare(text(a), text(b))
}
