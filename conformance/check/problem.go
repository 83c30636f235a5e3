package check

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// Problem is one way in which an exchange leaves its document. It never holds a
// value of the exchange, so that it can be logged.
type Problem struct {
	Where string // "status", "query max", "request body /a/0/b", "body /a"
	Text  string
}

func (p Problem) String() string { return p.Where + ": " + p.Text }

// Problems joins several problems to an error, which shows the first of them.
type Problems []Problem

func (p Problems) Error() string {
	const most = 8
	var lines []string
	for i, one := range p {
		if i == most && len(p) > most+1 {
			lines = append(lines, fmt.Sprintf("and %d more", len(p)-most))
			break
		}
		lines = append(lines, one.String())
	}
	return strings.Join(lines, "; ")
}

// options of every schema validation: all errors, and strict formats.
var options = []openapi3.SchemaValidationOption{
	openapi3.MultiErrors(),
	openapi3.WithStringFormatValidator("date-time", openapi3.NewCallbackValidator(checkDateTime)),
}

// explain turns the errors of kin-openapi into problems with JSON pointers. An
// anyOf is explained by the branch that the value most likely belongs to, because
// "does not match any schema" does not help.
func (s *Spec) explain(where, pointer string, err error) Problems {
	var request *openapi3filter.RequestError
	var response *openapi3filter.ResponseError
	var parse *openapi3filter.ParseError
	switch e := err.(type) {
	case nil:
		return nil
	case openapi3.MultiError:
		var all Problems
		for _, one := range e {
			all = append(all, s.explain(where, pointer, one)...)
		}
		return all
	case *openapi3.SchemaError:
		for _, token := range e.JSONPointer() {
			pointer += "/" + exchange.EscapePointer(token)
		}
		return s.explainSchema(where, pointer, e)
	}
	switch {
	case errors.As(err, &request) && request.Err != nil && request.Err != err:
		return s.explain(where, pointer, request.Err)
	case errors.As(err, &response) && response.Err != nil && response.Err != err:
		return s.explain(where, pointer, response.Err)
	case errors.As(err, &response):
		return Problems{{join(where, pointer), response.Reason}}
	case errors.As(err, &parse):
		return Problems{{join(where, pointer), cmp.Or(parse.Reason, parse.Error())}}
	}
	return Problems{{join(where, pointer), err.Error()}}
}

func (s *Spec) explainSchema(where, pointer string, e *openapi3.SchemaError) Problems {
	got := exchange.KindOf(e.Value)
	switch e.SchemaField {
	case "anyOf":
		return s.explainUnion(where, pointer, e)
	case "properties":
		member := strings.TrimSuffix(strings.TrimPrefix(e.Reason, "property "), " is unsupported")
		if name, err := strconv.Unquote(member); err == nil {
			return Problems{{join(where, pointer+"/"+exchange.EscapePointer(name)), "unknown member (" + exchange.KindOf(memberOf(e.Value, name)) + ")"}}
		}
	case "type":
		return Problems{{join(where, pointer), e.Reason + ", not " + got}}
	case "nullable":
		return Problems{{join(where, pointer), "null is not declared (nullable)"}}
	case "format":
		return Problems{{join(where, pointer), fmt.Sprintf("%s is not a %s", got, e.Schema.Format)}}
	case "enum":
		var values []string
		for _, v := range e.Schema.Enum {
			values = append(values, fmt.Sprint(v))
		}
		return Problems{{join(where, pointer), "the value is not in the closed list " + strings.Join(values, ", ")}}
	case "pattern":
		return Problems{{join(where, pointer), "does not match " + e.Schema.Pattern}}
	}
	return Problems{{join(where, pointer), e.Reason}}
}

// explainUnion looks for the branch that a value most likely belongs to and
// reports what is wrong with it there.
func (s *Spec) explainUnion(where, pointer string, e *openapi3.SchemaError) Problems {
	u, branches := s.unions[e.Schema], e.Schema.AnyOf
	got := exchange.KindOf(e.Value)
	if e.Value == nil {
		return Problems{{join(where, pointer), "null is not declared (nullable)"}}
	}
	if u.also {
		var types []string
		var best Problems
		for _, b := range branches {
			types = append(types, name(b.Value))
			if permits(b.Value, e.Value) {
				best = fewer(best, s.explain(where, pointer, b.Value.VisitJSON(e.Value, options...)))
			}
		}
		if best != nil {
			return best
		}
		return Problems{{join(where, pointer), "value must be " + strings.Join(types, " or ") + ", not " + got}}
	}
	value, _ := memberOf(e.Value, u.property).(string)
	var best Problems
	for i, b := range branches {
		if i < len(u.values) && u.values[i] != nil && !slices.Contains(u.values[i], value) {
			continue
		}
		best = fewer(best, s.explain(where, pointer, b.Value.VisitJSON(e.Value, options...)))
		if i < len(u.values) && u.values[i] != nil {
			break
		}
	}
	if best == nil {
		return Problems{{join(where, pointer), "fits no branch of the union"}}
	}
	return best
}

// fewer prefers the branch with fewer problems, and the first of equals.
func fewer(a, b Problems) Problems {
	if a == nil || b != nil && len(b) < len(a) {
		return b
	}
	return a
}

// permits reports whether the JSON type of v is one that the schema takes.
func permits(s *openapi3.Schema, v any) bool {
	k := strings.TrimPrefix(strings.TrimPrefix(exchange.KindOf(v), "an "), "a ")
	return s.Type == nil && v != nil || s.Type.Is(k) || k == "number" && s.Type.Is("integer")
}

func name(s *openapi3.Schema) string {
	if s.Type == nil || len(*s.Type) == 0 {
		return "anything"
	}
	return strings.Join(*s.Type, "/")
}

func memberOf(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

// join puts a JSON pointer behind the part of the exchange it points into.
func join(where, pointer string) string { return strings.TrimSpace(where + " " + pointer) }
