package engine

import (
	"encoding/json"
	"reflect"
	"testing"

	json2 "github.com/go-json-experiment/json"
)

func TestAt(t *testing.T) {
	tree := map[string]any{"a": map[string]any{"b": map[string]any{"c": "x"}}, "list": []any{"y"}, "null": nil}
	for name, want := range map[string]any{
		"":         tree,
		"a.b.c":    "x",
		"list":     []any{"y"},
		"null":     nil,
		"none":     nil,
		"a.none.c": nil,
		"a.b.c.d":  nil,
		"list.0":   nil,
		"null.a":   nil,
	} {
		if got := at(tree, name); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v", name, got)
		}
	}
	for _, v := range []any{nil, "text", 7.0, []any{}} {
		if at(v, "a") != nil || !reflect.DeepEqual(at(v, ""), v) {
			t.Errorf("%v has members", v)
		}
	}
}

func TestTextOf(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, ""}, {"x", "x"}, {"", ""}, {true, "true"}, {false, ""}, {7.0, "7"}, {0.0, "0"}, {1.5, "1.5"},
		{16777217.0, "16777217"}, {1e15, "1000000000000000"}, // no exponent: it is an identifier
		{json.Number("12345678901234567890"), "12345678901234567890"}, {map[string]any{}, ""}, {[]any{"x"}, ""},
	} {
		if got := textOf(c.v); got != c.want {
			t.Errorf("%v: %q; want %q", c.v, got, c.want)
		}
	}
}

// What vendors really send must not fail a reply.
func TestLenient(t *testing.T) {
	for text, want := range map[string]string{
		"{\"subject\":\"caf\xe9\"}":     "caf\ufffd",
		`{"subject":"a\ud800b"}`:        "a\ufffdb",
		`{"subject":"x","subject":"y"}`: "y",
	} {
		var v struct {
			Subject string `json:"subject"`
		}
		if err := json2.Unmarshal([]byte(text), &v, lenient()); err != nil || v.Subject != want {
			t.Errorf("%q: %q, %v", text, v.Subject, err)
		}
		if json2.Unmarshal([]byte(text), &v) == nil {
			t.Errorf("%q needs no leniency", text)
		}
	}
}
