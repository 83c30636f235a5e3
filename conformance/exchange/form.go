package exchange

import (
	"maps"
	"slices"
	"strings"
)

// FormNames lists the fields of a multipart form, sorted.
func FormNames(body []byte, contentType string) ([]string, error) {
	fields, err := parts(body, contentType)
	list := map[string]bool{}
	for name := range fields {
		field, _, _ := strings.Cut(name, "; ")
		list[field] = true
	}
	return slices.Sorted(maps.Keys(list)), err
}
