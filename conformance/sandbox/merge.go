package sandbox

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// merge puts the members of a change over a value. A member {data: […], mode} changes a set:
// it adds to it unless mode says replace or delete.
func merge(value, change any) any {
	m, ok := value.(map[string]any)
	sent, ok2 := change.(map[string]any)
	if !ok || !ok2 {
		if change == nil {
			return value
		}
		return clone(change)
	}
	for name, v := range sent {
		m[name] = set(m[name], v)
	}
	return m
}

// set is the new value of a member.
func set(old, sent any) any {
	elements, ok := at(sent, "data").([]any)
	if !ok {
		return clone(sent)
	}
	had, _ := at(old, "data").([]any)
	had = slices.Clone(had)
	switch strings.ToLower(text(at(sent, "mode"))) {
	case "replace":
		had = nil
	case "delete":
		return map[string]any{"data": slices.DeleteFunc(had, func(e any) bool { return holdsSame(elements, e) })}
	}
	for _, e := range elements {
		if !holdsSame(had, e) {
			had = append(had, clone(e))
		}
	}
	if had == nil {
		had = []any{}
	}
	return map[string]any{"data": had}
}

// holdsSame reports that a set has the element: by its id, its names, or as a whole.
func holdsSame(list []any, e any) bool {
	return slices.ContainsFunc(list, func(other any) bool {
		for _, key := range []string{"id", "xid", "name", "summary"} {
			a, b := at(other, key), at(e, key)
			if a != nil && b != nil {
				return fmt.Sprint(a) == fmt.Sprint(b)
			}
		}
		return reflect.DeepEqual(other, e)
	})
}

// union adds the elements of the lists of a change to those of a value.
func union(value, change any) any {
	m, ok := value.(map[string]any)
	sent, ok2 := change.(map[string]any)
	if !ok || !ok2 {
		return merge(value, change)
	}
	for name, v := range sent {
		list, isList := v.([]any)
		had, _ := m[name].([]any)
		if !isList {
			m[name] = clone(v)
			continue
		}
		for _, e := range list {
			if !holdsSame(had, e) {
				had = append(had, clone(e))
			}
		}
		m[name] = had
	}
	return m
}

// without takes the elements of the lists of a change from those of a value.
func without(value, change any) any {
	m, ok := value.(map[string]any)
	sent, ok2 := change.(map[string]any)
	if !ok || !ok2 {
		return value
	}
	for name, v := range sent {
		gone, _ := v.([]any)
		if had, ok := m[name].([]any); ok {
			m[name] = slices.DeleteFunc(slices.Clone(had), func(e any) bool { return holdsSame(gone, e) })
		}
	}
	return m
}
