package sandbox

import (
	"fmt"
	"maps"
	"slices"

	"github.com/threatclients/threatclients-go/conformance/check"
)

// extension is an object among the extensions of an operation; nil when there is none.
func extension(op *check.Operation, name string) map[string]any {
	m, _ := op.Route.Operation.Extensions[name].(map[string]any)
	return m
}

// text is a member of an extension as text.
func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// textsOf reads a member of an extension that is a name or a list of names.
func textsOf(v any) (list []string) {
	switch v := v.(type) {
	case string:
		list = append(list, v)
	case []any:
		for _, e := range v {
			list = append(list, fmt.Sprint(e))
		}
	}
	return list
}

// at follows names into a value. The empty name is the value itself.
func at(v any, names ...string) any {
	for _, n := range names {
		if n == "" {
			continue
		}
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[n]
	}
	return v
}

// put places a value at names and returns the whole; objects on the way are made. A nil
// value takes the member away.
func put(v any, value any, names ...string) any {
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "" })
	if len(names) == 0 {
		return value
	}
	m, ok := v.(map[string]any)
	if !ok {
		m = map[string]any{}
	}
	if len(names) == 1 && value == nil {
		delete(m, names[0])
		return m
	}
	m[names[0]] = put(m[names[0]], value, names[1:]...)
	return m
}

// clone is a deep copy.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		c := make(map[string]any, len(v))
		for k, m := range v {
			c[k] = clone(m)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, m := range v {
			c[i] = clone(m)
		}
		return c
	}
	return v
}

// names are the members of an object, sorted.
func names(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
