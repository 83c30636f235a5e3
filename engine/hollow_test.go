package engine

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// known has members that a document knows, and keeps the others.
type known struct {
	ID    int64                      `json:"id,omitzero"`
	Tags  []string                   `json:"tags,omitzero"`
	Inner *known                     `json:"inner,omitempty"`
	Extra map[string]json.RawMessage `json:",inline,embed"`
}

// A value of which the document knows no member is somebody else's; null is an answer, and so
// is any value of a type without members of its own.
func TestIsHollow(t *testing.T) {
	whole, pointer, text, any := reflect.TypeFor[known](), reflect.TypeFor[**known](), reflect.TypeFor[string](), reflect.TypeFor[struct{}]()
	for _, c := range []struct {
		raw  string
		of   reflect.Type
		want bool
	}{
		{`{"message":"down"}`, whole, true}, {`{}`, whole, true}, {`{"id":0}`, whole, false}, {`{"x":1,"tags":null}`, whole, false}, {`null`, whole, false},
		{`{"message":"down"}`, pointer, true}, {`{"id":1}`, pointer, false}, {`"x"`, text, false}, {`""`, text, false}, {`[]`, text, true}, {`{"message":"down"}`, text, true}, {`{"message":"down"}`, any, false},
		{`[{"id":1}]`, whole, false}, {`[{"message":"down"}]`, whole, true}, {`7`, whole, true},
	} {
		assert.Equal(t, c.want, isHollow([]byte(c.raw), c.of), "%s as %s", c.raw, c.of)
	}
}

// Nothing but what the document does not know is blank.
func TestIsBlank(t *testing.T) {
	blank := &known{}
	for _, c := range []struct {
		v    any
		want bool
	}{
		{known{}, true}, {known{Tags: []string{}}, true}, {known{Extra: map[string]json.RawMessage{"message": []byte(`"down"`)}}, true}, {&blank, true},
		{known{ID: 1}, false}, {known{Tags: []string{""}}, false}, {known{Inner: blank}, false}, {"", true}, {"x", false}, {0, true}, {7, false}, {false, true}, {1.5, false}, {(*known)(nil), true},
	} {
		assert.Equal(t, c.want, isBlank(reflect.ValueOf(c.v)), "%#v", c.v)
	}
}

// A whole reply is an error where its value, or every element of its lists, is of nobody that
// the document knows; one known element is enough.
func TestHollowReplies(t *testing.T) {
	type page struct {
		Data  []known                    `json:"data"`
		Extra map[string]json.RawMessage `json:",inline,embed"`
	}
	type enveloped struct {
		Status string `json:"status"`
		Data   known  `json:"data"`
	}
	type counted struct {
		Data struct {
			Number *int64 `json:"number"`
		} `json:"data"`
	}
	list := listOp(&Paging{Style: "single", Items: []string{"data"}})
	envelope := &Operation{ID: "getThing", Method: "GET", Path: "/thing", Envelope: &Envelope{Status: "status", Success: "Success", Value: []string{"data", "thing"}}}
	count := &Operation{ID: "countThings", Method: "POST", Path: "/things", Envelope: &Envelope{Status: "status", Success: "Success", Value: []string{"data.number"}}}
	several := &Operation{ID: "createThings", Method: "POST", Path: "/things", Answer: []string{"id", "ids"}} // one or several, by their status
	thing := &Operation{ID: "getThings", Method: "GET", Path: "/things"}
	read := func(op *Operation, into any, reply string) error {
		f := newFake(t, []answer{says(200, reply)})
		return Call(t.Context(), f.Pipeline, request(op, ""), nil, func(int) any { return into })
	}
	for _, c := range []struct {
		op    *Operation
		into  any
		reply string
		want  string
	}{
		{list, new(page), `{"data":[{"message":"down"}]}`, "no element"}, {list, new(page), `{"data":[{},{}]}`, "no element"}, {list, new(page), `{"data":[{},{"id":0}]}`, ""},
		{list, new(page), `{"data":[]}`, ""}, {list, new(page), `{"data":[null]}`, ""}, {list, new(page), `{"data":{"0":{"message":"down"}}}`, "no element"}, {list, new(page), `{"data":{"0":{"id":1}}}`, ""},
		{thing, new([]known), `[{"message":"down"}]`, "no element"}, {thing, new([]known), `[{"id":1}]`, ""}, {thing, new([]known), `[{"tags":[]}]`, ""},
		{thing, new([]string), `[[]]`, "no element"}, {thing, new([]string), `[""]`, ""}, {thing, new([]string), `[{"message":"down"},""]`, ""}, {thing, new([]string), `[["a"]]`, ""}, {thing, new([]int64), `[{},[]]`, "no element"}, {thing, new([]int64), `[0]`, ""},
		{several, new(known), `{"id":1}`, ""}, {several, new(known), `{"ids":[1]}`, "none of the expected members id, ids"}, {thing, new(known), `{"x":1}`, ""},
		{list, new(page), `[{"message":"down"}]`, "no element"}, {list, new(page), `[{"id":1}]`, ""},
		{envelope, new(enveloped), `{"status":"Success","data":{"message":"down"}}`, "none of the expected members"}, {envelope, new(enveloped), `{"status":"Success","data":{}}`, "none of the expected members"},
		{count, new(counted), `{"status":"Success","data":{"number":[]}}`, "none of the expected members data.number"}, {count, new(counted), `{"status":"Success","data":{"number":["7"]}}`, ""},
		{envelope, new(enveloped), `{"status":"Success","data":{"id":0}}`, ""}, {envelope, new(enveloped), `{"status":"Success","data":{"id":1}}`, ""},
	} {
		err := read(c.op, c.into, c.reply)
		if c.want == "" {
			assert.NoError(t, err, c.reply)
			continue
		}
		require.Error(t, err, c.reply)
		assert.ErrorContains(t, err, c.want, c.reply)
	}
}

// A dotted name leads to the members of a struct, * to each.
func TestReach(t *testing.T) {
	v := &known{ID: 1, Inner: &known{ID: 2}}
	values := func(name string) (all []any) {
		for _, found := range reach(reflect.ValueOf(v), name) {
			all = append(all, found.Interface())
		}
		return all
	}
	assert.Equal(t, []any{int64(2)}, values("inner.id"))
	assert.Equal(t, []any{int64(1)}, values("id"))
	assert.Empty(t, values("none"))
	assert.Empty(t, values("id.none"))
	assert.Len(t, values("*"), 3, "what is unknown is no member")
	assert.Equal(t, []any{*v}, values(""))
}

// One of several objects may be any object; nothing else is one.
func TestIsHollowOfAUnion(t *testing.T) {
	for raw, want := range map[string]bool{`{"id":1}`: false, `{}`: false, `null`: false, `[{"id":1}]`: true, `"x"`: true, `7`: true} {
		assert.Equal(t, want, isHollow([]byte(raw), reflect.TypeFor[rule]()), raw)
	}
}
