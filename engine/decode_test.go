package engine

import (
	stdjson "encoding/json"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/stretchr/testify/assert"

	"github.com/stretchr/testify/require"
)

// What fits decodes on the fast path and is not reported; what does not is decoded again,
// from nothing: no rest of the first try stays.
func TestUnmarshal(t *testing.T) {
	type record struct {
		ID   int64    `json:"id"`
		Name string   `json:"name"`
		Tags []string `json:"tags"`
	}
	op := &Operation{ID: "getRecord"}
	for _, c := range []struct {
		text string
		want record
		told []string
	}{
		{`{"id":7,"name":"x","tags":["a"]}`, record{7, "x", []string{"a"}}, nil},
		{`{"id":7,"unknown":{"a":[1]},"name":"x"}`, record{7, "x", nil}, nil},
		{`{"tags":["a"],"id":"7","name":"x"}`, record{7, "x", []string{"a"}}, []string{"/id int64<string"}},
		{`{"tags":["a"],"id":"seven","name":"x"}`, record{0, "x", []string{"a"}}, []string{"/id int64<string!"}},
		{`{"id":true,"name":8,"tags":[9]}`, record{1, "8", []string{"9"}}, []string{"/id int64<true", "/name string<number", "/tags/* string<number"}},
		{`{"id":null,"name":null,"tags":null}`, record{}, nil},
		{`{"id":7,"id":"8"}`, record{8, "", nil}, []string{"/id int64<string"}},
	} {
		f := newFake(t, nil)
		got := record{99, "old", []string{"old"}}
		if len(c.told) == 0 {
			got = record{}
		}
		_, err := f.unmarshal(op, "", []byte(c.text), &got)
		assert.NoError(t, err, c.text)
		assert.Equal(t, c.want, got, c.text)
		assert.Equal(t, c.told, f.told(), "%s: what is told", c.text)
		for _, m := range f.mismatches {
			assert.Equal(t, "getRecord", m.Operation, "%s: the operation that is told", c.text)
		}
	}
	// Broken JSON is not mended, and a value of another kind is not an empty record.
	for _, text := range []string{``, `{"id":7`, `{"id":7,}`, `{"id":"7"`, `7`, `"text"`, `true`, `{} {}`} {
		f := newFake(t, nil)
		var got record
		_, err := f.unmarshal(op, "", []byte(text), &got)
		assert.Error(t, err, "%s is no record", text)
	}
}

func TestMismatchPointers(t *testing.T) {
	type leaf struct {
		N int64 `json:"n"`
	}
	type tree struct {
		A    leaf             `json:"a"`
		List []leaf           `json:"list"`
		Deep [][]int64        `json:"deep"`
		Map  map[string]int64 `json:"map"`
		P    *leaf            `json:"p"`
		Odd  leaf             `json:"a/b~c"`
	}
	for text, want := range map[string][]string{
		`{"a":{"n":"1"}}`:                    {"/a/n int64<string"},
		`{"list":[{"n":"1"},{},{"n":"1"}]}`:  {"/list/*/n int64<string", "/list/*/n int64<string"},
		`{"deep":[["1",2],[3,"4"]]}`:         {"/deep/*/* int64<string", "/deep/*/* int64<string"},
		`{"deep":[[],["1"]]}`:                {"/deep/*/* int64<string"},
		`{"map":{"k":"1","1700000000":"2"}}`: {"/map/* int64<string", "/map/* int64<string"}, // keys are data
		`{"p":{"n":"1"}}`:                    {"/p/n int64<string"},
		`{"a/b~c":{"n":"1"}}`:                {"/*/n int64<string"}, // no name that a document would give
	} {
		for _, prefix := range []string{"", "/data/*"} {
			f := newFake(t, nil)
			_, err := f.unmarshal(&Operation{}, prefix, []byte(text), new(tree))
			assert.NoError(t, err, text)
			var all []string
			for _, w := range want {
				all = append(all, prefix+w)
			}
			assert.Equal(t, all, f.told(), text)
		}
	}
}

// Indexes of arrays and keys of maps are data: one deviation of many records is one place.
func TestPlace(t *testing.T) {
	type leaf struct {
		N int64 `json:"n"`
	}
	type root struct {
		A    leaf                 `json:"a"`
		List []leaf               `json:"list"`
		Map  map[string]leaf      `json:"map"`
		Null map[bool]*leaf       `json:"null"`
		Deep map[string][][]*leaf `json:"deep"`
	}
	for p, want := range map[jsontext.Pointer]string{
		"": "", "/a/n": "/a/n", "/list/7/n": "/list/*/n", "/map/user0@corp.example/n": "/map/*/n", "/map/alice": "/map/*",
		"/null/n": "/null/n", "/deep/k/0/12/n": "/deep/*/*/*/n", "/unknown/0/x": "/unknown/*/x", "/alice@corp.example": "/*", "/0": "/*",
	} {
		assert.Equal(t, want, place(p, reflect.TypeFor[*root]()), "the place of %s", p)
	}
}

// An error names places and kinds, never what the reply holds.
func TestDecodeReason(t *testing.T) {
	var v struct {
		N int `json:"n"`
	}
	for text, want := range map[string]string{
		`{"n":"s3cr3t"}`:      "a JSON string does not fit int",
		`{"n":1,"s3cr3t":}`:   "broken JSON after byte 16",
		`{"n":1,"x":s3cr3t`:   "broken JSON after byte 11",
		`{"n":1,"x":"s3cr3t"`: "broken JSON after byte 19",
	} {
		err := json.Unmarshal([]byte(text), &v, lenient())
		require.Error(t, err, text)
		assert.Equal(t, want, decodeReason(err), text)
	}
}

// A type that is one of several objects takes an object and nothing else.
func TestUnmarshalUnion(t *testing.T) {
	op := &Operation{ID: "getRule"}
	for raw, want := range map[string]bool{`{"id":7}`: true, ` {}`: true, `[{"id":7}]`: false, `"x"`: false, `7`: false} {
		var got rule
		_, err := newFake(t, nil).unmarshal(op, "", []byte(raw), &got)
		assert.Equal(t, want, err == nil, "%s: %v", raw, err)
	}
}

// rule is one of several objects, as a generated type is: it keeps what came.
type rule struct{ union stdjson.RawMessage }

func (r *rule) UnmarshalJSON(b []byte) error {
	r.union = append(r.union[:0], b...)
	return nil
}
