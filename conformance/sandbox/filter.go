package sandbox

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
)

// condition compares a member of an element with values.
type condition struct {
	member   string
	operator string // =, !=, <, <=, >, >=, ^ (begins with), in
	values   []string
}

// comparison is a TQL comparison: member, operator, and a value or a list of values.
var comparison = regexp.MustCompile(`(?i)^\s*(\w+)\s*(=|==|!=|<=|>=|<|>|\bin\b|\bstartswith\b)\s*(\(.*\)|"[^"]*"|'[^']*'|[^\s()]+)\s*$`)

// conditions reads the filters of a request: comparisons that "and" joins in a tql parameter,
// and the terms of a parameter with x-terms. whole is false when there is more to the filter
// than this.
func conditions(op *check.Operation, c *call) (list []condition, whole bool) {
	whole = true
	for _, one := range conjuncts(c.query.Get("tql")) {
		one = strings.TrimSpace(one)
		if strings.HasPrefix(one, "(") && strings.HasSuffix(one, ")") {
			one = one[1 : len(one)-1]
		}
		m := comparison.FindStringSubmatch(one)
		if m == nil {
			whole = false
			continue
		}
		values := strings.Split(strings.Trim(m[3], "()"), ",")
		for i := range values {
			values[i] = strings.Trim(strings.TrimSpace(values[i]), `"'`)
		}
		operator := strings.ToLower(m[2])
		switch operator {
		case "==":
			operator = "="
		case "startswith":
			operator = "^"
		}
		list = append(list, condition{m[1], operator, values})
	}
	for _, p := range op.Parameters() {
		terms, ok := p.Extensions["x-terms"].(map[string]any)
		if !ok || c.query.Get(p.Name) == "" {
			continue
		}
		for one := range strings.SplitSeq(c.query.Get(p.Name), text(terms["separator"])) {
			if i := strings.IndexAny(one, text(terms["operators"])); i > 0 {
				operator := strings.Replace(one[i:i+1], "!", "!=", 1)
				list = append(list, condition{strings.TrimSpace(one[:i]), operator, []string{one[i+1:]}})
			}
		}
	}
	return list, whole
}

// conjuncts splits an expression at "and" outside quotes and brackets.
func conjuncts(tql string) (list []string) {
	depth, quote, begin := 0, byte(0), 0
	for i := 0; i < len(tql); i++ {
		switch b := tql[i]; {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '(':
			depth++
		case b == ')':
			depth--
		case depth == 0 && len(tql) > i+5 && strings.EqualFold(tql[i:i+5], " and "):
			list, begin = append(list, tql[begin:i]), i+5
		}
	}
	if strings.TrimSpace(tql) == "" {
		return nil
	}
	return append(list, tql[begin:])
}

// holds reports that an element satisfies the condition; absent is the answer about a member
// that the element does not have.
func (w condition) holds(m map[string]any, absent bool) bool {
	var got any
	for name, v := range m {
		if strings.EqualFold(name, w.member) {
			got = v
		}
	}
	switch got.(type) {
	case string, bool, json.Number:
	default:
		return absent
	}
	have := text(got)
	switch w.operator {
	case "^":
		return strings.HasPrefix(strings.ToLower(have), strings.ToLower(w.values[0]))
	case "<":
		return compare(have, w.values[0]) < 0
	case "<=":
		return compare(have, w.values[0]) <= 0
	case ">":
		return compare(have, w.values[0]) > 0
	case ">=":
		return compare(have, w.values[0]) >= 0
	}
	same := false
	for _, v := range w.values {
		same = same || compare(have, v) == 0
	}
	return same == (w.operator != "!=")
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
