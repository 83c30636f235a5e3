package engine

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// open is a type as it is generated: it keeps the members that its document does not know, and
// reads one of them under two other names as well.
type open struct {
	GUID  string `json:"GUID,omitempty,omitzero" aliases:"guid,Guid"`
	Count *int64 `json:"count,omitempty" aliases:"Count"`
	Inner *open  `json:"inner,omitempty"`
	List  []open `json:"list,omitempty,omitzero"`

	Extra map[string]json.RawMessage `json:",inline,embed"`
}

type plainOpen open

func (x open) MarshalJSON() ([]byte, error)             { return MarshalJSON(&x) }
func (x *open) UnmarshalJSON(b []byte) error            { return UnmarshalJSON(b, x) }
func (x *open) MarshalJSONTo(e *jsontext.Encoder) error { return MarshalJSONTo(e, (*plainOpen)(x)) }
func (x *open) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	return UnmarshalJSONFrom(d, (*plainOpen)(x), &x.Extra)
}

var codecs = map[string]struct {
	marshal   func(any) ([]byte, error)
	unmarshal func([]byte, any) error
}{
	"encoding/json": {json.Marshal, json.Unmarshal},
	"json/v2":       {func(v any) ([]byte, error) { return jsonv2.Marshal(v) }, func(b []byte, v any) error { return jsonv2.Unmarshal(b, v) }},
}

// Members that the document does not know come back exactly, wherever they stand and whoever
// reads and writes them; none is written as a member Extra.
func TestExtraRoundTrip(t *testing.T) {
	for _, text := range []string{
		`{}`,
		`{"GUID":"a","count":0}`,
		`{"GUID":"a","new":null}`,
		`{"new":9007199254740993,"big":123456789012345678901234567890,"float":1.10,"exp":1e3}`,
		`{"new":{"a":[1,{"b":null}],"c":""},"other":[]}`,
		`{"inner":{"inner":{"new":9007199254740993}},"list":[{"new":1},{"GUID":"b","x":[true]}]}`,
		`{"Extra":1,"GUID ":2,"gUID":3,"":4}`,
	} {
		for reads, r := range codecs {
			for writes, w := range codecs {
				where := reads + " reads, " + writes + " writes " + text
				var v open
				require.NoError(t, r.unmarshal([]byte(text), &v), where)
				for form, x := range map[string]any{"value": v, "pointer": &v} {
					b, err := w.marshal(x)
					require.NoError(t, err, where)
					assert.Equal(t, numbers(t, text), numbers(t, string(b)), "%s, by %s", where, form)
				}
				for form, x := range map[string]any{"list": []open{v}, "map": map[string]open{"k": v}, "pointers": []*open{&v}, "struct": struct{ V open }{v}} {
					b, err := w.marshal(x)
					require.NoError(t, err, where)
					assert.Contains(t, numbers(t, string(b)), strings.Trim(numbers(t, text), "{}"), "%s, in a %s", where, form)
					assert.NotContains(t, string(b), `"Extra":{`, "%s, in a %s", where, form)
				}
			}
		}
	}
}

// numbers is JSON in a canonical order with its numbers as they are written.
func numbers(t *testing.T, text string) string {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	require.NoError(t, dec.Decode(&v), text)
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// What was in a value before it is read again does not stay in Extra of a fresh one, and a
// value without extra members has no map.
func TestExtraOfKnownMembers(t *testing.T) {
	for name, c := range codecs {
		var v open
		require.NoError(t, c.unmarshal([]byte(`{"GUID":"a","inner":{},"list":[{}]}`), &v), name)
		assert.Nil(t, v.Extra, name)
		assert.Nil(t, v.Inner.Extra, name)
		assert.Nil(t, v.List[0].Extra, name)
		var list []open
		require.NoError(t, c.unmarshal([]byte(`[{"a":1},{},{"b":2}]`), &list), name)
		assert.Equal(t, []open{{Extra: map[string]json.RawMessage{"a": json.RawMessage(`1`)}}, {}, {Extra: map[string]json.RawMessage{"b": json.RawMessage(`2`)}}}, list, name)
	}
}

// A member under another name that the document has for it moves to its field; where the member
// itself is there as well, the other one stays an extra member.
func TestAliases(t *testing.T) {
	for text, want := range map[string]open{
		`{"guid":"a"}`:                         {GUID: "a"},
		`{"Guid":"a","x":1}`:                   {GUID: "a", Extra: map[string]json.RawMessage{"x": json.RawMessage(`1`)}},
		`{"GUID":"a","guid":"b"}`:              {GUID: "a", Extra: map[string]json.RawMessage{"guid": json.RawMessage(`"b"`)}},
		`{"guid":"b","GUID":"a"}`:              {GUID: "a", Extra: map[string]json.RawMessage{"guid": json.RawMessage(`"b"`)}},
		`{"guid":"a","Guid":"b"}`:              {GUID: "a", Extra: map[string]json.RawMessage{"Guid": json.RawMessage(`"b"`)}}, // in the order of the document
		`{"Count":0}`:                          {Count: new(int64(0))},
		`{"count":1,"Count":2}`:                {Count: new(int64(1)), Extra: map[string]json.RawMessage{"Count": json.RawMessage(`2`)}},
		`{"inner":{"guid":"a"}}`:               {Inner: &open{GUID: "a"}},
		`{"list":[{},{"Guid":"b","Count":3}]}`: {List: []open{{}, {GUID: "b", Count: new(int64(3))}}},
	} {
		for name, c := range codecs {
			var v open
			require.NoError(t, c.unmarshal([]byte(text), &v), "%s: %s", name, text)
			assert.Equal(t, want, v, "%s: %s", name, text)
			b, err := c.marshal(v)
			require.NoError(t, err)
			var again open
			require.NoError(t, c.unmarshal(b, &again))
			assert.Equal(t, want, again, "%s: written under its own name and read again: %s", name, b)
		}
		f := newFake(t, nil)
		var v open
		_, err := f.unmarshal(&Operation{}, "", []byte(text), &v)
		require.NoError(t, err, text)
		assert.Equal(t, want, v, text)
		assert.Empty(t, f.told(), text)
	}
}

// A reply that has a member under another name only is no stranger's.
func TestSharesAliases(t *testing.T) {
	for text, want := range map[string]bool{
		`{"GUID":"a"}`: true, `{"guid":"a"}`: true, `{"Count":1}`: true,
		`{"gUID":"a"}`: false, `{"other":1}`: false, `{}`: false, `[{"GUID":"a"}]`: false,
	} {
		assert.Equal(t, want, shares(jsontext.Value(text), reflect.TypeFor[*open]()), text)
	}
}

// The tolerance reaches inside types with extra members and behind their other names, and tells
// the right place.
func TestExtraTolerantly(t *testing.T) {
	for _, c := range []struct {
		text string
		want open
		told []string
	}{
		{`{"count":"7","new":1}`, open{Count: new(int64(7)), Extra: map[string]json.RawMessage{"new": json.RawMessage(`1`)}}, []string{"/count int64<string"}},
		{`{"Count":"7"}`, open{Count: new(int64(7))}, []string{"/count int64<string"}},
		{`{"Count":"x","guid":"a"}`, open{GUID: "a"}, []string{"/count int64<string!"}},
		{`{"list":[{"Count":"7"},{"GUID":8,"new":null}]}`, open{List: []open{{Count: new(int64(7))}, {GUID: "8", Extra: map[string]json.RawMessage{"new": json.RawMessage(`null`)}}}},
			[]string{"/list/*/count int64<string", "/list/*/GUID string<number"}},
		{`{"inner":{"list":[{"Count":["7"]}]}}`, open{Inner: &open{List: []open{{Count: new(int64(7))}}}}, []string{"/inner/list/*/count int64<["}},
		{`{"list":{"GUID":"a","new":2}}`, open{List: []open{{GUID: "a", Extra: map[string]json.RawMessage{"new": json.RawMessage(`2`)}}}}, []string{"/list []engine.open<{"}},
		{`{"inner":[{"GUID":"a","new":2}]}`, open{Inner: &open{GUID: "a", Extra: map[string]json.RawMessage{"new": json.RawMessage(`2`)}}}, []string{"/inner engine.open<["}},
	} {
		f := newFake(t, nil)
		var v open
		_, err := f.unmarshal(&Operation{}, "", []byte(c.text), &v)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, v, c.text)
		assert.Equal(t, c.told, f.told(), c.text)
	}
}
