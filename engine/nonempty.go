package engine

import (
	"reflect"
	"strings"
)

// blank is the first of the named members that is an empty text in v, a struct or a list of
// them: a field of a Go struct that nobody set goes out as "".
func blank(names []string, v any) string {
	rv := reflect.Indirect(reflect.ValueOf(v))
	for i := 0; len(names) > 0 && rv.Kind() == reflect.Slice && i < rv.Len(); i++ {
		if name := blank(names, rv.Index(i).Interface()); name != "" {
			return name
		}
	}
	for _, name := range names {
		for _, member := range reach(rv, name) {
			if member.Kind() == reflect.String && strings.TrimSpace(member.String()) == "" {
				return name
			}
		}
	}
	return ""
}
