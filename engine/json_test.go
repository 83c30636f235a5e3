package engine

import (
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

func TestLookup(t *testing.T) {
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
		if got := lookup(tree, name); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v", name, got)
		}
	}
	for _, v := range []any{nil, "text", 7.0, []any{}} {
		if lookup(v, "a") != nil || !reflect.DeepEqual(lookup(v, ""), v) {
			t.Errorf("%v has members", v)
		}
	}
}

func TestTextOf(t *testing.T) {
	for text, want := range map[string]string{
		`null`: "", `"x"`: "x", `""`: "", `true`: "true", `false`: "", `7`: "7", `0`: "0", `1.5`: "1.5", `{}`: "", `["x"]`: "",
		`16777217`: "16777217", `12345678901234567890`: "12345678901234567890", // an identifier, as it is written
		`7.0`: "7.0", `1e15`: "1e15",
	} {
		v, err := tree([]byte(text))
		if got := textOf(v); got != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", text, got, err, want)
		}
		if got := scalar(jsontext.Value(text)); got != want {
			t.Errorf("%s: scalar is %q; want %q", text, got, want)
		}
	}
	if textOf(7.0) != "" || textOf(nil) != "" {
		t.Error("what tree does not make has a text")
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
		if err := json.Unmarshal([]byte(text), &v, lenient()); err != nil || v.Subject != want {
			t.Errorf("%q: %q, %v", text, v.Subject, err)
		}
		if json.Unmarshal([]byte(text), &v) == nil {
			t.Errorf("%q needs no leniency", text)
		}
	}
}

// "Not me" must be what the JSON engine of this build understands: otherwise every record
// that is decoded tolerantly would fail.
func TestErrSkip(t *testing.T) {
	asked := 0
	skip := json.UnmarshalFromFunc(func(*jsontext.Decoder, any) error { asked++; return errSkip })
	var v struct{ N int }
	if err := json.Unmarshal([]byte(`{"N":7}`), &v, json.WithUnmarshalers(skip)); err != nil || v.N != 7 || asked == 0 {
		t.Error(v, err, asked)
	}
}
