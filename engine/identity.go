package engine

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Identity is what tells x from other elements of its list: the values of the first of keys
// (dotted names) whose members are all there, "" if none is complete. A name that leads
// through a list means that member of all its elements, in any order. Generated types call
// it.
func Identity(x any, keys ...[]string) string {
	for _, key := range keys {
		var parts []string
		for _, name := range key {
			values := leaves(reflect.ValueOf(x), strings.Split(name, "."), nil)
			if len(values) == 0 {
				parts = nil
				break
			}
			slices.Sort(values)
			parts = append(parts, name+"="+strings.Join(values, "\x1f"))
		}
		if parts != nil {
			return strings.Join(parts, "\x1e")
		}
	}
	return ""
}

// leaves are the values that a name leads to, those that are absent or empty left out.
func leaves(v reflect.Value, name []string, found []string) []string {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case !v.IsValid() || v.IsZero() && v.Kind() != reflect.Int64 && v.Kind() != reflect.Bool:
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			found = leaves(v.Index(i), name, found)
		}
	case len(name) == 0:
		return append(found, fmt.Sprint(v.Interface()))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if memberName(v.Type().Field(i)) == name[0] {
				return leaves(v.Field(i), name[1:], found)
			}
		}
	}
	return found
}
