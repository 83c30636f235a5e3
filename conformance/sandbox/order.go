package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
)

// sorting is one step of an order: the way to a member, and where what lacks it goes.
type sorting struct {
	way               []string
	descends          bool
	nullsFirst, given bool // given: the request says where
}

// order sorts elements as the request asks, such as "lastModified desc nullslast id asc": filter
// keywords with a direction, of which the first decides. Numbers go by their value, all else by its
// text; what lacks the member comes first, or last where the order descends. What cannot be sorted by is refused.
func (sv *apiServer) order(c *call, all []any) *reply {
	by, err := sv.sortings(c)
	if err != nil {
		return sv.refuse(c, http.StatusBadRequest, err.Error())
	}
	slices.SortStableFunc(all, func(a, b any) int {
		for _, s := range by {
			if d := s.compare(one(reach(a, s.way)), one(reach(b, s.way))); d != 0 {
				return d
			}
		}
		return 0
	})
	return nil
}

// sortings reads the order that a request asks for.
func (sv *apiServer) sortings(c *call) (by []sorting, err error) {
	parameter := ""
	for _, op := range sv.spec.Operations { // the document names it where it matters most
		if name := text(extension(op, "x-keyset")["order"]); name != "" {
			parameter = name
		}
	}
	if parameter == "" || c.query.Get(parameter) == "" {
		return nil, nil
	}
	o := newTQLQuery(sv).object(text(extension(c.op, "x-tql")["object"]))
	for _, word := range strings.Fields(c.query.Get(parameter)) {
		last := len(by) - 1
		switch lower := strings.ToLower(word); {
		case last >= 0 && (lower == "asc" || lower == "desc"):
			by[last].descends = lower == "desc"
		case last >= 0 && (lower == "nullsfirst" || lower == "nullslast"):
			by[last].nullsFirst, by[last].given = lower == "nullsfirst", true
		case o == nil && sv.book.asks(c.op, parameter, word):
			c.note("did not sort by " + word)
			by = append(by, sorting{way: []string{word}})
		case o == nil:
			return nil, fmt.Errorf("the sandbox cannot sort this list, of which no keywords are known")
		default:
			k, err := o.keyword(word)
			way := o.where(k)
			switch {
			case err == nil && len(way) == 1:
			case sv.book.asks(c.op, parameter, word):
				c.note("did not sort by " + word + ", for which nothing single is stored")
				way = []string{word}
			case err != nil:
				return nil, fmt.Errorf("parameter %s: %w", parameter, err)
			default:
				return nil, fmt.Errorf("the sandbox cannot sort by %s: nothing single is stored for it", k.name)
			}
			by = append(by, sorting{way: way})
		}
	}
	return by, nil
}

func one(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func (s sorting) compare(a, b any) int {
	if s.given && (a == nil) != (b == nil) {
		if (a == nil) == s.nullsFirst {
			return -1
		}
		return 1
	}
	d := compared(a, b)
	if s.descends {
		return -d
	}
	return d
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
