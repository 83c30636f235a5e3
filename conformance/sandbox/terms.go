package sandbox

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// term compares a member of an element with a value.
type term struct {
	member   string
	operator string // one of = < > ! (differs) ^ (begins with)
	value    string
}

// termsOf is the request's parameters with x-terms as a condition on elements: all terms of one
// hold, or any of them where the request says so.
func termsOf(c *call) func(m map[string]any) bool {
	var conditions []func(m map[string]any) bool
	for _, p := range c.op.Parameters() {
		rule, ok := p.Extensions["x-terms"].(map[string]any)
		if !ok || c.query.Get(p.Name) == "" {
			continue
		}
		var list []term
		for one := range strings.SplitSeq(c.query.Get(p.Name), text(rule["separator"])) {
			if i := strings.IndexAny(one, text(rule["operators"])); i > 0 {
				list = append(list, term{strings.TrimSpace(one[:i]), one[i : i+1], one[i+1:]})
			}
		}
		anyOf := len(list) > 0 && c.query.Get(text(rule["any"])) == "true"
		conditions = append(conditions, func(m map[string]any) bool {
			return slices.ContainsFunc(list, func(t term) bool { return t.holds(m) == anyOf }) == anyOf
		})
	}
	return func(m map[string]any) bool {
		return !slices.ContainsFunc(conditions, func(holds func(map[string]any) bool) bool { return !holds(m) })
	}
}

// holds reports that an element satisfies the term. A member that the element does not have
// does not count.
func (t term) holds(m map[string]any) bool {
	var got any
	for name, v := range m {
		if strings.EqualFold(name, t.member) {
			got = v
		}
	}
	switch got.(type) {
	case string, bool, json.Number:
	default:
		return true
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
