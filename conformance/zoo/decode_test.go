// Package zoo is the client of a document with every shape that a schema can take.
package zoo

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/engine"
)

// reference is how the engine reads what a generated function refuses.
func reference(text []byte, v any) error {
	return jsonv2.Unmarshal(text, v, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// An animal with all members that the functions read by themselves is not refused.
func TestNothingIsRefusedThatIsPlain(t *testing.T) {
	text, err := os.ReadFile("animal.json")
	require.NoError(t, err)
	var got, want Animal
	require.NoError(t, reference(text, &want))
	require.True(t, decode(text, &got), "the function reads the whole animal")
	assert.Equal(t, want, got)
	again, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(again), "what was read is written again")

	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &members))
	for name, member := range members { // each alone, and each as something else
		for _, value := range []string{string(member), "null", `"x"`, "1", "[]", "{}", "true", `[null]`, `{"a":null}`, "-0", "1e2", `"2026-01-15T10:00:00+02:00"`} {
			quoted, err := json.Marshal(name)
			require.NoError(t, err)
			same(t, []byte("{"+string(quoted)+":"+value+"}"))
		}
	}
}

// decode reads an animal with the generated function.
func decode(text []byte, x *Animal) bool {
	return engine.Decode(text, x, func(d *engine.Decoder) bool { return decodeAnimal(d, x) })
}

// same holds the generated function to json/v2: what it reads is what that reads.
func same(t *testing.T, text []byte) {
	t.Helper()
	var got, want Animal
	if !decode(bytes.Clone(text), &got) {
		assert.Equal(t, Animal{}, got, "what is refused leaves nothing: %q", text)
		return
	}
	require.NoError(t, reference(text, &want), "json/v2 reads what the function reads: %q", text)
	assert.Equal(t, want, got, "%q", text)
}

// A generated function reads what json/v2 reads, to the same value, or refuses.
func FuzzDecode(f *testing.F) {
	text, err := os.ReadFile("animal.json")
	require.NoError(f, err)
	f.Add(text)
	for _, s := range []string{
		`{}`, `null`, ` {"text" : "a\u00e9\ud83d\ude00\ud83d" , "whole":-12 } `, `{"text":"` + "\xff" + `","Text":1,"text":"again"}`,
		`{"leaf":{"id":1},"leaf":{"name":"n"},"leaves":[{"id":1},{"id":2}],"leaves":[null]}`, `{"parent":{"parent":{"parent":null}}}`,
		`{"count":1,"counted":null,"other_name":"a","other-name":"b","at":"2026-01-15T10:00:00Z"}`, `{"leaf":{"ID":1,"id":0}}`,
		`{"whole":9223372036854775807,"short":2147483648,"long":-9223372036854775809,"number":1e400,"double":-0.0}`, `{"whole":01}`, `{"whole":1.0}`,
		`{"moment":"2026-02-30T00:00:00Z","moments":["2024-02-29T23:59:60Z","0000-01-01T00:00:00.123456789Z"]}`,
		`{"mapOfText":{"a":"b","a":"c"},"mapOfLeaves":{"x":{"id":1},"x":{"name":"y"}},"mapOfAny":{"a":{"b":[1]},"a":{"c":2}}}`,
		`{"either":7,"bytes":"AQI=","day":"2026-01-15","address":"00000000-0000-4000-8000-000000000000"}`, `{"inline":{"deep":{"deeper":[true,null],"x":1}}}`,
		`{"unknown":{"a":[1,{"b":"\""}]},"unknown":2,"ünïcode":"x","a\u0062":1}`, `{"grid":[[1,2],null,[]],"texts":[null]}`, `{"a":"\ud800\u0000"}`, `{"a":tru}`, `{"a":[1,]}`, `{"a":1`, `{,}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) { same(t, text) })
}
