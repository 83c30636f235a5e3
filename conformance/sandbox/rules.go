package sandbox

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/tql"
)

// broken says which rule of the document a query breaks; "" when it breaks none. These are
// the rules that schemas cannot state: specs/README.md describes them.
func broken(op *check.Operation, q url.Values, now time.Time) string {
	rules := op.Route.Operation.Extensions
	for _, r := range objects(rules["x-exclusive"]) {
		if text := exclusive(q, textsOf(r["of"]), r["required"] == true); text != "" {
			return text
		}
	}
	for _, r := range objects(rules["x-requires"]) {
		if param, needs := text(r["param"]), text(r["needs"]); q.Has(param) && !q.Has(needs) {
			return "parameter " + param + " needs parameter " + needs
		}
	}
	for _, r := range objects(rules["x-range"]) {
		if text := span(q, r, now); text != "" {
			return text
		}
	}
	if text := backwards(op, q); text != "" {
		return text
	}
	for _, p := range op.Parameters() {
		if p.In != "query" || !q.Has(p.Name) {
			continue
		}
		for _, v := range q[p.Name] {
			for name, rule := range map[string]func(string, map[string]any, time.Time) string{"x-interval": window, "x-age": age, "x-terms": terms, "x-selects": bound} {
				r, ok := p.Extensions[name].(map[string]any)
				if !ok {
					continue
				}
				if name == "x-interval" {
					r = merged(extension(op, "x-pagination"), r)
				}
				if text := rule(v, r, now); text != "" {
					return "parameter " + p.Name + " " + text
				}
			}
		}
	}
	if param := text(extension(op, "x-tql")["param"]); q.Get(param) != "" {
		if _, err := tql.Parse(q.Get(param)); err != nil {
			return unparsed(param) + err.Error()
		}
	}
	return ""
}

// unparsed begins what is said of a query that does not parse, for which services have an error
// of their own.
func unparsed(param string) string { return "parameter " + param + ": " }

func objects(v any) (list []map[string]any) {
	all, _ := v.([]any)
	for _, one := range all {
		if m, ok := one.(map[string]any); ok {
			list = append(list, m)
		}
	}
	return list
}

func exclusive(q url.Values, of []string, required bool) string {
	n := 0
	for _, name := range of {
		if q.Has(name) {
			n++
		}
	}
	all := strings.Join(of, ", ")
	switch {
	case n > 1:
		return "parameters " + all + " exclude each other"
	case n == 0 && required:
		return "one of the parameters " + all + " is required"
	}
	return ""
}

// span is x-range. An absent end is now.
func span(q url.Values, r map[string]any, now time.Time) string {
	from, ok := moment(q.Get(text(r["from"])))
	if !ok {
		return ""
	}
	to, ok := moment(q.Get(text(r["to"])))
	if !ok {
		to = now
	}
	if text := lasts(to.Sub(from), r); text != "" {
		return fmt.Sprintf("parameter %v %s", r["from"], text)
	}
	return ""
}

func window(v string, r map[string]any, now time.Time) string {
	from, to, ok := interval(v)
	switch reach, limited := duration(text(r["reach"])); {
	case !ok:
		return "is not an ISO 8601 interval with a zone (start/end, start/duration or duration/end)"
	case to.After(now):
		return "ends in the future"
	case limited && now.Sub(from) > reach:
		return fmt.Sprintf("begins more than %v ago", r["reach"])
	}
	return lasts(to.Sub(from), r)
}

func age(v string, r map[string]any, now time.Time) string {
	t, ok := moment(v)
	if !ok {
		return "is not an ISO 8601 instant with a zone"
	}
	return lasts(now.Sub(t), r)
}

// bound is x-selects of one end of a time.
func bound(v string, r map[string]any, _ time.Time) string {
	if _, ok := dayOrMoment(v); !ok && v != "" && (r["match"] == "from" || r["match"] == "until") {
		return "is not an ISO 8601 day or instant"
	}
	return ""
}

// backwards is x-selects of both ends of a time, of which the first lies after the second.
func backwards(op *check.Operation, q url.Values) string {
	for _, from := range op.Parameters() {
		for _, until := range op.Parameters() {
			f, _ := from.Extensions["x-selects"].(map[string]any)
			u, _ := until.Extensions["x-selects"].(map[string]any)
			begin, ok1 := dayOrMoment(q.Get(from.Name))
			end, ok2 := dayOrMoment(q.Get(until.Name))
			if ok1 && ok2 && f["match"] == "from" && u["match"] == "until" && begin.After(end) {
				return "parameter " + from.Name + " lies after " + until.Name
			}
		}
	}
	return ""
}

// lasts holds a duration against min and max.
func lasts(d time.Duration, r map[string]any) string {
	low, hasLow := duration(text(r["min"]))
	high, hasHigh := duration(text(r["max"]))
	switch {
	case d < 0:
		return "lies after the end of its range"
	case hasLow && d < low:
		return fmt.Sprintf("spans less than %v", r["min"])
	case hasHigh && d > high:
		return fmt.Sprintf("spans more than %v", r["max"])
	}
	return ""
}

func terms(v string, r map[string]any, _ time.Time) string {
	operators := regexp.QuoteMeta(text(r["operators"]))
	term := regexp.MustCompile(`^\s*[A-Za-z]+[` + operators + `].`)
	for one := range strings.SplitSeq(v, text(r["separator"])) {
		if !term.MatchString(one) {
			return fmt.Sprintf("has a term that is not a name, one of %v and a value", r["operators"])
		}
	}
	return ""
}
