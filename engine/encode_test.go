package engine

import (
	"encoding/json"
	"testing"

	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A nil list is [], also in a list, behind a pointer and below an object with open members;
// all else is as encoding/json writes it.
func TestEncode(t *testing.T) {
	type leaf struct {
		Data []string `json:"data"`
	}
	type body struct {
		Leaf     leaf                        `json:"leaf"`
		Leaves   []*leaf                     `json:"leaves"`
		Optional *[]string                   `json:"optional,omitempty"`
		Text     *string                     `json:"text,omitempty"`
		Null     nullable.Nullable[[]string] `json:"null,omitempty"`
		Raw      json.RawMessage             `json:"raw,omitempty"`
		Absent   []string                    `json:"absent,omitempty"`
	}
	var none []string
	for want, v := range map[string]any{
		`[]`:                               none,
		`{"leaf":{"data":[]},"leaves":[]}`: body{},
		`{"leaf":{"data":["\u003ca\u003e"]},"leaves":[{"data":[]},null]}`: &body{Leaf: leaf{[]string{"<a>"}}, Leaves: []*leaf{{}, nil}},
		`{"leaf":{"data":[]},"leaves":[],"optional":[],"text":"","null":null,"raw":null}`: body{
			Optional: &none, Text: new(""), Null: nullable.NewNullNullable[[]string](), Raw: json.RawMessage("null")},
	} {
		got, err := Encode(v)
		require.NoError(t, err, want)
		assert.Equal(t, want, string(got))
	}
	open, err := MarshalOpen(&leaf{}, map[string]leaf{"more": {}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"data":[],"more":{"data":[]}}`, string(open), "an object with open members")
	_, err = Encode(func() {})
	assert.Error(t, err, "a function is no JSON")
	assert.Equal(t, `{"leaf":{"data":[]},"leaves":[]}`, fakeBody(t, body{}), "what is sent")
}

// fakeBody is the body that Call sends for v.
func fakeBody(t *testing.T, v any) string {
	t.Helper()
	f := newFake(t, []answer{says(200, "")})
	require.NoError(t, Call(t.Context(), f.Pipeline, NewRequest(&Operation{ID: "createUser", Method: "POST", Path: "/users"}).JSON(v), nil, nil))
	require.Len(t, f.bodies, 1)
	return f.bodies[0]
}
