package engine

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		assert.Equal(t, want, lookup(tree, name), name)
	}
	for _, v := range []any{nil, "text", 7.0, []any{}} {
		assert.Nil(t, lookup(v, "a"))
		assert.Equal(t, v, lookup(v, ""))
	}
}

func TestTextOf(t *testing.T) {
	for text, want := range map[string]string{
		`null`: "", `"x"`: "x", `""`: "", `true`: "true", `false`: "", `7`: "7", `0`: "0", `1.5`: "1.5", `{}`: "", `["x"]`: "",
		`16777217`: "16777217", `12345678901234567890`: "12345678901234567890", // an identifier, as it is written
		`7.0`: "7.0", `1e15`: "1e15",
	} {
		v, err := tree([]byte(text))
		assert.NoError(t, err, text)
		assert.Equal(t, want, textOf(v), "textOf %s", text)
		assert.Equal(t, want, scalar(jsontext.Value(text)), "scalar of %s", text)
	}
	assert.Empty(t, textOf(7.0), "what tree does not make has no text")
	assert.Empty(t, textOf(nil), "what tree does not make has no text")
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
		assert.NoError(t, json.Unmarshal([]byte(text), &v, lenient()), "%q", text)
		assert.Equal(t, want, v.Subject, "%q", text)
		assert.Error(t, json.Unmarshal([]byte(text), &v), "%q needs no leniency", text)
	}
}

// "Not me" must be what the JSON engine of this build understands: otherwise every record
// that is decoded tolerantly would fail.
func TestErrSkip(t *testing.T) {
	asked := 0
	skip := json.UnmarshalFromFunc(func(*jsontext.Decoder, any) error { asked++; return errSkip })
	var v struct{ N int }
	assert.NoError(t, json.Unmarshal([]byte(`{"N":7}`), &v, json.WithUnmarshalers(skip)))
	assert.Equal(t, 7, v.N, "it is decoded as without the function")
	assert.NotZero(t, asked, "the function is asked")
}

// One walk finds all names, and a body is one JSON value: what follows it is no data.
func TestMembers(t *testing.T) {
	for _, c := range []struct {
		body  string
		names []string
		want  map[string]string
	}{
		{`{"a":1,"b":"x"}`, []string{"a", "b", "c"}, map[string]string{"a": "1", "b": `"x"`}},
		{`{"b":{"x":0},"a":{"b":{"c":7},"d":[1, 2]}}`, []string{"a.b.c", "a.d", "b"}, map[string]string{"a.b.c": "7", "a.d": "[1, 2]", "b": `{"x":0}`}},
		{` { "a" : 1.50 } `, []string{"a"}, map[string]string{"a": "1.50"}},
		{`{"a":null,"b":false}`, []string{"a", "b"}, map[string]string{"a": "null", "b": "false"}},
		{`{"a":1,"a":2,"a":{"b":3}}`, []string{"a"}, map[string]string{"a": `{"b":3}`}},
		{`{"a":{"b":1},"a":{"b":2}}`, []string{"a.b"}, map[string]string{"a.b": "2"}},
		{`{"a":{"b":1},"a":{}}`, []string{"a.b"}, map[string]string{"a.b": "1"}}, // the last one that is there
		{`{"a":{"b":1}}`, []string{"b", "a.c", "a.b.c"}, map[string]string{}},
		{`{"a":[{"b":1}],"ab":1,"a.b":2}`, []string{"a.b"}, map[string]string{"a.b": "2"}}, // no way into arrays
		{`{"a":{"b":1,"c":2}}`, []string{"a", "a.b"}, map[string]string{"a": `{"b":1,"c":2}`, "a.b": "1"}},
		{`{"d":{"n":2,"x":[1],"y":{}}}`, []string{"d.*", "d.n"}, map[string]string{"d.*": "{}", "d.n": "2"}},
		{`{"":1,"a":2}`, []string{""}, map[string]string{}},
		{`{"a":1}`, nil, map[string]string{}},
		{`{"":{"a":1},"a":2}`, []string{"a"}, map[string]string{"a": "2"}}, // a member without a name is not the whole
		{`[{"a":1}]`, []string{"a"}, map[string]string{}},
		{`"a"`, []string{"a"}, map[string]string{}},
		{"{\"a\":\"caf\xe9\"}", []string{"a"}, map[string]string{"a": "\"caf\xe9\""}},
	} {
		found, err := readMembers([]byte(c.body), c.names)
		require.NoError(t, err, c.body)
		got := map[string]string{}
		for _, m := range found.members {
			got[m.name] = string(m.value)
		}
		assert.Equal(t, c.want, got, "%s of %s", c.names, c.body)
	}
	for _, body := range []string{
		``, ` `, `{"a":1`, `{"a":1}x`, `{"a":1} {"a":2}`, `{"a":1},`, `{"a":1}]`, `{"a":}`, `{"a":1,}`, `{"b":[1,2}`, `{"b":{"c":tru}}`, `<html>`, `1 2`,
	} {
		_, err := readMembers([]byte(body), []string{"a"})
		assert.Error(t, err, "%s was taken", body)
	}
}

// What nobody asks for is skipped, no matter how large or deep.
func TestMembersSkips(t *testing.T) {
	const deep, wide = 4000, 200_000
	body := `{"deep":` + strings.Repeat(`{"a":[`, deep) + strings.Repeat(`]}`, deep) +
		`,"large":[` + strings.Repeat(`{"a":1,"status":"no"},`, wide) + `0],"status":"Failure"}`
	found, err := readMembers([]byte(body), []string{"status", "message.text"})
	require.NoError(t, err)
	assert.Equal(t, members{{"status", jsontext.Value(`"Failure"`)}}, found.members)
	assert.Equal(t, []string{"deep", "large", "status"}, found.found(), "the names of all members")
	allocations := testing.AllocsPerRun(1, func() { _, err = readMembers([]byte(body), []string{"status"}) })
	require.NoError(t, err)
	assert.Less(t, allocations, 10_000.0, "what is skipped is kept")

	_, err = readMembers([]byte(strings.Repeat(`{"a":`, 1<<20)), []string{"a.b"})
	assert.Error(t, err, "a nesting that would end the stack")
}
