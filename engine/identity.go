package engine

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Identity distinguishes x from other elements of its list: the values of the first of keys
// (dotted names) whose members are all there, "" if none is complete. A name that leads
// through a list means that member of all its elements, in any order. Generated types call
// it.
func Identity(x any, keys ...[]string) string {
next:
	for _, key := range keys {
		var parts []string
		for _, name := range key {
			values := leaves(reflect.ValueOf(x), name, nil)
			if len(values) == 0 {
				continue next
			}
			slices.Sort(values)
			parts = append(parts, name+"="+strings.Join(values, "\x1f"))
		}
		return strings.Join(parts, "\x1e")
	}
	return ""
}

// leaves are the values that a dotted name leads to, those that are absent or empty left out.
func leaves(v reflect.Value, name string, found []string) []string {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case !v.IsValid() || v.IsZero() && v.Kind() != reflect.Int64 && v.Kind() != reflect.Bool:
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			found = leaves(v.Index(i), name, found)
		}
	case name == "":
		return append(found, fmt.Sprint(v.Interface()))
	case v.Kind() == reflect.Struct:
		first, rest, _ := strings.Cut(name, ".")
		if i, ok := fieldsOf(v.Type())[first]; ok {
			return leaves(v.Field(i), rest, found)
		}
	}
	return found
}

var fieldCache sync.Map // reflect.Type to map[string]int

// fieldsOf are the fields of a struct by their names on the wire.
func fieldsOf(t reflect.Type) map[string]int {
	if known, ok := fieldCache.Load(t); ok {
		return known.(map[string]int)
	}
	fields := map[string]int{}
	for i := 0; t.Kind() == reflect.Struct && i < t.NumField(); i++ {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = i
		}
	}
	fieldCache.Store(t, fields)
	return fields
}
