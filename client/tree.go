package client

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient takes what vendors really send: mail subjects that are no UTF-8, and members
// that occur twice.
func lenient() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// at follows a dotted name through decoded JSON; "" is v itself.
func at(v any, name string) any {
	for name != "" {
		var k string
		k, name, _ = strings.Cut(name, ".")
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

// textOf is a scalar as text; anything else, null and false are "".
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		if v {
			return "true"
		}
	case fmt.Stringer:
		return v.String()
	}
	return ""
}

func trim(b []byte) []byte { return bytes.TrimSpace(b) }

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}
