package sandbox

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
)

// order sorts elements as the request asks, such as "lastModified desc, id": a keyword of
// x-tql or a member, and a direction, the first decides. Numbers go by their value, all else by
// its text; what lacks the member comes first.
func (sv *apiServer) order(c *call, all []any) {
	parameter := text(extension(c.op, "x-keyset")["order"])
	if parameter == "" {
		return
	}
	object := newTQLQuery(sv).object(text(extension(c.op, "x-tql")["object"]))
	type level struct {
		way        []string
		descending bool
	}
	var by []level
	for one := range strings.SplitSeq(c.query.Get(parameter), ",") {
		name, direction, _ := strings.Cut(strings.TrimSpace(one), " ")
		l := level{[]string{name}, strings.EqualFold(strings.TrimSpace(direction), "desc")}
		if object != nil {
			if k, err := object.keyword(name); err == nil {
				l.way = object.where(k)
			}
		}
		by = append(by, l)
	}
	slices.SortStableFunc(all, func(a, b any) int {
		for _, l := range by {
			if d := compared(at(a, l.way...), at(b, l.way...)); d != 0 {
				if l.descending {
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
