package engine

import (
	"reflect"
	"strings"
)

// blank is the first of the named members that is an empty text in v, a struct or a list of
// them: a field of a Go struct that nobody set goes out as "".
func blank(names []string, v any) string {
	if len(names) == 0 {
		return ""
	}
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer {
		rv = rv.Elem()
	}
	switch rv.Kind() {
	case reflect.Slice:
		for i := range rv.Len() {
			if name := blank(names, rv.Index(i).Interface()); name != "" {
				return name
			}
		}
	case reflect.Struct:
		for _, name := range names {
			i, ok := fieldsOf(rv.Type())[name]
			if ok && reflect.Indirect(rv.Field(i)).Kind() == reflect.String && strings.TrimSpace(reflect.Indirect(rv.Field(i)).String()) == "" {
				return name
			}
		}
	}
	return ""
}
