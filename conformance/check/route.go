package check

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// segment is one part of a path template, between two slashes.
type segment struct {
	literal string
	pattern *regexp.Regexp // nil for a literal
	names   []string       // of the parameters in it
	enums   [][]string     // their values, nil for any
	closed  []bool
}

// How well a segment fits, best last: a literal wins over a value of an enum,
// which wins over a parameter without one.
const (
	fitsOpenEnum = iota // a value that the enum does not list
	fitsAny
	fitsEnum
	fitsLiteral
)

var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

// parseTemplate splits a path template and looks up its parameters.
func parseTemplate(template string, params openapi3.Parameters) ([]segment, error) {
	var list []segment
	for part := range strings.SplitSeq(strings.Trim(template, "/"), "/") {
		s := segment{literal: part}
		found := placeholder.FindAllStringSubmatchIndex(part, -1)
		if found == nil {
			list = append(list, s)
			continue
		}
		pattern, at := "", 0
		for _, f := range found {
			name := part[f[2]:f[3]]
			p := params.GetByInAndName("path", name)
			if p == nil {
				return nil, fmt.Errorf("parameter %s is not declared", name)
			}
			pattern += regexp.QuoteMeta(part[at:f[0]]) + "(.+)"
			at = f[1]
			s.names = append(s.names, name)
			values, closed := enumOf(p)
			s.enums, s.closed = append(s.enums, values), append(s.closed, closed)
		}
		s.pattern = regexp.MustCompile("^" + pattern + regexp.QuoteMeta(part[at:]) + "$")
		list = append(list, s)
	}
	return list, nil
}

// enumOf returns the values that a parameter lists, and whether no other is allowed.
func enumOf(p *openapi3.Parameter) (values []string, closed bool) {
	if p.Schema == nil || p.Schema.Value == nil {
		return nil, false
	}
	schema := p.Schema.Value
	enum := schema.Enum
	if len(enum) == 0 {
		enum, _ = schema.Extensions["x-extensible-enum"].([]any)
	}
	for _, v := range enum {
		values = append(values, fmt.Sprint(v))
	}
	return values, len(schema.Enum) > 0
}

// match holds the parts of a path against a template. A part that is itself a
// placeholder, as documents print it, fits every parameter.
func match(segments []segment, parts []string) (values map[string]string, score []int, ok bool) {
	if len(segments) != len(parts) {
		return nil, nil, false
	}
	values = map[string]string{}
	for i, s := range segments {
		if s.pattern == nil {
			if decoded, err := url.PathUnescape(parts[i]); err != nil || decoded != s.literal {
				return nil, nil, false
			}
			score = append(score, fitsLiteral)
			continue
		}
		m := s.pattern.FindStringSubmatch(parts[i])
		if m == nil {
			return nil, nil, false
		}
		fit := fitsEnum
		for j, name := range s.names {
			v, err := url.PathUnescape(m[j+1])
			if err != nil {
				return nil, nil, false
			}
			values[name] = v
			switch {
			case s.enums[j] == nil:
				fit = min(fit, fitsAny)
			case slices.Contains(s.enums[j], v):
			case s.closed[j] && !exchange.IsPlaceholder(v):
				return nil, nil, false
			default:
				fit = fitsOpenEnum
			}
		}
		score = append(score, fit)
	}
	return values, score, true
}
