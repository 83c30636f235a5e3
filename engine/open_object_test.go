package engine

import (
	"testing"

	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// openObject has each kind of member that a generated request body has.
type openObject struct {
	Name  string                    `json:"name"`
	Count *int64                    `json:"count,omitempty"`
	Note  nullable.Nullable[string] `json:"note,omitempty"`
	Tags  *[]string                 `json:"the tags,omitempty"`
	More  map[string]string         `json:"-"`
}

func (x openObject) MarshalJSON() ([]byte, error)  { return MarshalOpen(&x, x.More) }
func (x *openObject) UnmarshalJSON(b []byte) error { return UnmarshalOpen(b, x, &x.More) }

// Absent, null and zero stay apart, and what the document does not name goes both ways.
func TestOpenObject(t *testing.T) {
	zero := int64(0)
	for text, want := range map[string]openObject{
		`{"name":""}`:                                        {},
		`{"count":0,"name":"a"}`:                             {Name: "a", Count: &zero},
		`{"name":"","note":null,"the tags":[]}`:              {Note: nullable.NewNullNullable[string](), Tags: &[]string{}},
		`{"Name":"b","a \u003c b":"c","count":0,"name":"a"}`: {Name: "a", Count: &zero, More: map[string]string{"Name": "b", "a < b": "c"}},
		`{"-":"x","More":"y","name":""}`:                     {More: map[string]string{"-": "x", "More": "y"}},
	} {
		var got openObject
		require.NoError(t, got.UnmarshalJSON([]byte(text)), text)
		assert.Equal(t, want, got, text)
		again, err := want.MarshalJSON()
		require.NoError(t, err, text)
		assert.Equal(t, text, string(again), "sorted by name")
	}
	set := openObject{Name: "a", More: map[string]string{"name": "b"}}
	text, err := set.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, `{"name":"b"}`, string(text), "what is set by name wins")
	for text, member := range map[string]string{`{"count":"secret"}`: "'count'", `{"other":7}`: "'other'", `[]`: ""} {
		assert.ErrorContains(t, new(openObject).UnmarshalJSON([]byte(text)), member, text)
	}
}
