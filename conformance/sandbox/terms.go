package sandbox

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// term compares a member of an element with a value.
type term struct {
	member   string // "" when nothing is stored for it: then the term says nothing
	operator string // one of = < > ! (differs) ^ (begins with)
	value    string
}

// termsOf is the request's parameters with x-terms as a condition on elements: all terms of one
// hold, or any of them where the request says so. unknown is a name that no such element can have.
func termsOf(c *call, known map[string]*openapi3.Schema, also broader) (holds func(m map[string]any) bool, unknown string) {
	has := func(name string) bool {
		same := func(other string) bool { return strings.EqualFold(name, other) }
		return len(known) == 0 || slices.ContainsFunc(slices.Collect(maps.Keys(known)), same) || slices.ContainsFunc(slices.Collect(maps.Keys(also.repeats)), same)
	}
	var conditions []func(m map[string]any) bool
	for _, p := range c.op.Parameters() {
		rule, ok := p.Extensions["x-terms"].(map[string]any)
		if !ok || c.query.Get(p.Name) == "" {
			continue
		}
		var list []term
		for one := range strings.SplitSeq(c.query.Get(p.Name), text(rule["separator"])) {
			if i := strings.IndexAny(one, text(rule["operators"])); i > 0 {
				t := term{strings.TrimSpace(one[:i]), one[i : i+1], one[i+1:]}
				switch {
				case has(t.member):
				case c.book.asks(c.op, p.Name, t.member):
					c.note("did not filter by " + t.member + ", which is not stored")
					t.member = ""
				default:
					unknown = t.member
				}
				list = append(list, t)
			}
		}
		anyOf := len(list) > 0 && c.query.Get(text(rule["any"])) == "true"
		conditions = append(conditions, func(m map[string]any) bool {
			return slices.ContainsFunc(list, func(t term) bool { return t.holds(m) == anyOf }) == anyOf
		})
	}
	return func(m map[string]any) bool {
		whole, _ := also.shows(m).(map[string]any)
		return !slices.ContainsFunc(conditions, func(holds func(map[string]any) bool) bool { return !holds(whole) })
	}, unknown
}

// holds reports that an element satisfies the term. One that lacks the member does not, as a
// service finds nothing by what is not there.
func (t term) holds(m map[string]any) bool {
	if t.member == "" {
		return true
	}
	var got any
	for name, v := range m {
		if strings.EqualFold(name, t.member) {
			got = v
		}
	}
	switch got.(type) {
	case string, bool, json.Number:
	default:
		return false
	}
	order := compare(text(got), t.value)
	switch t.operator {
	case "^":
		return strings.HasPrefix(strings.ToLower(text(got)), strings.ToLower(t.value))
	case "<":
		return order < 0
	case ">":
		return order > 0
	case "!":
		return order != 0
	}
	return order == 0
}

// compare orders numbers by value and everything else as text, as instants in one form are.
func compare(a, b string) int {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err1 == nil && err2 == nil {
		return cmp.Compare(x, y)
	}
	return strings.Compare(strings.ToLower(a), strings.ToLower(b))
}
