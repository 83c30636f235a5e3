package sandbox

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/check"
)

// choice is the condition of one query parameter on the elements of a list.
type choice struct {
	members  []string // dotted names; an element has its value under any of them
	match    string   // from, until, present; "" is equality
	wanted   []string
	absent   string // the value of elements of a kind that has none of the members
	declared bool   // the document knows one of the members in these elements
}

// selected are the elements that the request's parameters select: those with x-selects, and those
// that have the name of a scalar member. element is the schema of the elements or of their list.
func selected(c *call, element *openapi3.Schema, all []any) []any {
	list := choices(c, element)
	return slices.DeleteFunc(slices.Clone(all), func(v any) bool {
		return slices.ContainsFunc(list, func(ch choice) bool { return !ch.takes(v) })
	})
}

func choices(c *call, element *openapi3.Schema) (list []choice) {
	for _, p := range c.op.Parameters() {
		rule, ruled := p.Extensions["x-selects"].(map[string]any)
		none := p.Extensions["x-selects"] != nil && !ruled
		if p.In != "query" || c.query.Get(p.Name) == "" || none || !ruled && steers(c.op, p) {
			continue
		}
		ch := choice{members: []string{p.Name}, match: text(rule["match"]), absent: text(rule["absent"])}
		if ruled {
			ch.members = textsOf(rule["member"])
		}
		values, _ := rule["values"].(map[string]any)
		for _, v := range sentValues(p, c.query[p.Name]) {
			if other, ok := values[v]; ok {
				ch.wanted = append(ch.wanted, scalarTexts(other)...)
			} else {
				ch.wanted = append(ch.wanted, v)
			}
		}
		for _, name := range ch.members {
			s := below(element, strings.Split(name, ".")...)
			ch.declared = ch.declared || s != nil && (ruled || shapeOf(&openapi3.SchemaRef{Value: s}).scalar())
		}
		list = append(list, ch)
	}
	return list
}

// steers reports that a parameter moves through a list, orders it or chooses its form.
func steers(op *check.Operation, p *openapi3.Parameter) bool {
	paging := extension(op, "x-pagination")
	pages, _ := paging["pages"].(map[string]any)
	own := []any{paging["param"], paging["size"], pages["param"], pages["size"],
		extension(op, "x-media")["param"], extension(op, "x-keyset")["order"], extension(op, "x-tql")["param"]}
	return slices.ContainsFunc(own, func(name any) bool { return name == p.Name }) || p.Extensions["x-terms"] != nil
}

// sentValues are the values of a parameter: an array that is not exploded has them in one text.
func sentValues(p *openapi3.Parameter, sent []string) []string {
	if p.Schema == nil || !p.Schema.Value.Type.Is("array") || p.Explode == nil || *p.Explode {
		return sent
	}
	return strings.Split(strings.Join(sent, ","), ",")
}

// takes reports that an element is selected. An element that lacks the member is not selected if
// the document knows the member in such elements; otherwise the parameter does not apply to it.
func (ch choice) takes(v any) bool {
	if _, ok := v.(map[string]any); !ok {
		return true
	}
	var have []string
	for _, name := range ch.members {
		have = append(have, valuesAt(v, strings.Split(name, "."))...)
	}
	if ch.match == "present" {
		there := slices.ContainsFunc(have, func(one string) bool { return one != "" })
		return slices.Contains(ch.wanted, "true") == there
	}
	if len(have) == 0 && !ch.declared {
		if ch.absent == "" {
			return true
		}
		have = []string{ch.absent}
	}
	return slices.ContainsFunc(have, func(one string) bool {
		return slices.ContainsFunc(ch.wanted, func(want string) bool { return ch.fits(one, want) })
	})
}

func (ch choice) fits(have, want string) bool {
	if ch.match == "" {
		return strings.EqualFold(have, want)
	}
	t, ok := dayOrMoment(have)
	end, ok2 := dayOrMoment(want)
	return ok && ok2 && (t.Equal(end) || t.After(end) == (ch.match == "from"))
}

// valuesAt are the scalars below dotted names as text, through arrays too; for an object that
// is not empty its braces, so that its presence shows.
func valuesAt(v any, way []string) (list []string) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			list = append(list, valuesAt(one, way)...)
		}
	case map[string]any:
		if len(way) > 0 {
			return valuesAt(v[way[0]], way[1:])
		}
		if len(v) > 0 {
			list = []string{"{}"}
		}
	case string, bool, json.Number:
		if len(way) == 0 {
			list = []string{text(v)}
		}
	}
	return list
}

// scalarTexts reads a value of x-selects, or a list of them.
func scalarTexts(v any) []string {
	if list, ok := v.([]any); ok {
		return textsOf(list)
	}
	return []string{text(v)}
}
