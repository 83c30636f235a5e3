package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// DecodeJSON decodes JSON and keeps numbers as they are written, because a float64
// cannot hold an id of 19 digits.
func DecodeJSON(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("something follows the JSON value")
	}
	return nil
}

// DiffJSON lists how one JSON text differs from another: JSON pointers below "body", numbers
// compared by value.
func DiffJSON(got, want []byte) []string {
	var g, w any
	if err := DecodeJSON(got, &g); err != nil {
		return []string{"body is no JSON: " + err.Error()}
	}
	if err := DecodeJSON(want, &w); err != nil {
		return []string{"the exchange's body is no JSON: " + err.Error()}
	}
	return differ("body", g, w)
}

// differ compares two JSON values; numbers by value, however large.
func differ(at string, got, want any) []string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		var list []string
		for _, name := range slices.Sorted(maps.Keys(w)) {
			if v, ok := g[name]; ok {
				list = append(list, differ(at+"/"+EscapePointer(name), v, w[name])...)
			} else {
				list = append(list, fmt.Sprintf("%s/%s is missing", at, EscapePointer(name)))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(g)) {
			if _, ok := w[name]; !ok {
				list = append(list, fmt.Sprintf("%s/%s was not expected", at, EscapePointer(name)))
			}
		}
		return list
	case []any:
		g, ok := got.([]any)
		if !ok {
			break
		}
		if len(g) != len(w) {
			return []string{fmt.Sprintf("%s has %d elements, want %d", at, len(g), len(w))}
		}
		var list []string
		for i := range w {
			list = append(list, differ(fmt.Sprintf("%s/%d", at, i), g[i], w[i])...)
		}
		return list
	case json.Number:
		g, ok := got.(json.Number)
		if !ok {
			break
		}
		a, ok1 := new(big.Rat).SetString(g.String())
		b, ok2 := new(big.Rat).SetString(w.String())
		if ok1 && ok2 && a.Cmp(b) == 0 {
			return nil
		}
	default:
		if got == want {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %s, want %s", at, short(got), short(want))}
}

// short shows a JSON value on a line.
func short(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return KindOf(v)
	}
	if s := string(b); len(s) <= 60 {
		return s
	}
	return KindOf(v)
}

// KindOf names the JSON type of a value.
func KindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case json.Number, float64, int64, int:
		return "a number"
	case []any:
		return "an array"
	default:
		return "an object"
	}
}

// EscapePointer writes a member name as RFC 6901 wants it in a pointer.
func EscapePointer(token string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
}
