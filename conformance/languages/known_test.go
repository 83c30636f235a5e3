package main

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/specs"
)

const document = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths: {}
components:
  schemas:
    Named: {type: object, properties: {name: {type: string}}}
    User:
      type: object
      properties:
        id: {type: integer, x-aliases: [ID]}
        tags: {type: array, items: {$ref: '#/components/schemas/Named'}}
        free: {type: object}
        open: {type: object, properties: {a: {type: string}}, additionalProperties: {type: integer}}
    Both: {allOf: [{$ref: '#/components/schemas/Named'}, {$ref: '#/components/schemas/User'}]}
    Either: {anyOf: [{$ref: '#/components/schemas/Named'}, {$ref: '#/components/schemas/User'}]}
    Shape:
      oneOf: [{$ref: '#/components/schemas/Square'}]
      discriminator: {propertyName: kind, mapping: {square: '#/components/schemas/Square'}}
    Square: {type: object, required: [kind], properties: {kind: {type: string}, side: {type: integer}}}
`

func schemaOf(t *testing.T, name string) *openapi3.Schema {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(document))
	require.NoError(t, err)
	return doc.Components.Schemas[name].Value
}

func TestKeep(t *testing.T) {
	for _, c := range []struct{ name, schema, in, want string }{
		{"an unknown member goes", "Named", `{"name":"a","x":1}`, `{"name":"a"}`},
		{"in a list too", "User", `{"tags":[{"name":"a","x":1},{"x":2}]}`, `{"tags":[{"name":"a"},{}]}`},
		{"any member of an object without names stays", "User", `{"free":{"x":{"y":1}}}`, `{"free":{"x":{"y":1}}}`},
		{"additionalProperties stay", "User", `{"open":{"a":"b","c":1}}`, `{"open":{"a":"b","c":1}}`},
		{"allOf knows what its parts know", "Both", `{"name":"a","id":1,"x":2}`, `{"name":"a","id":1}`},
		{"of anyOf the branch that knows most", "Either", `{"id":1,"tags":[{"name":"a"}],"name":"b"}`, `{"id":1,"tags":[{"name":"a"}]}`},
		{"another type stays as it is", "User", `{"id":"1","tags":"none"}`, `{"id":"1","tags":"none"}`},
	} {
		var in, want any
		require.NoError(t, exchange.DecodeJSON([]byte(c.in), &in), c.name)
		require.NoError(t, exchange.DecodeJSON([]byte(c.want), &want), c.name)
		var k keeper
		assert.Equal(t, want, k.keep(schemaOf(t, c.schema), in), c.name)
		assert.False(t, k.alias, c.name)
	}
	var k keeper
	assert.Equal(t, map[string]any{}, k.keep(schemaOf(t, "User"), map[string]any{"ID": 1.0}), "an alias is no member")
	assert.True(t, k.alias, "an alias is noticed")
}

func TestRefusal(t *testing.T) {
	for _, c := range []struct{ schema, in, want string }{
		{"User", `{"id":1,"x":2}`, ""},
		{"User", `{"id":"1"}`, "x-also"},
		{"Shape", `{"kind":"square","side":1}`, ""},
		{"Shape", `{"kind":"round"}`, "discriminator"},
	} {
		var in any
		require.NoError(t, exchange.DecodeJSON([]byte(c.in), &in))
		assert.Equal(t, c.want, refusal(schemaOf(t, c.schema), in), "%s %s", c.schema, c.in)
	}
}

func TestCasesOfEachDocument(t *testing.T) {
	for _, name := range specs.Names() {
		list, err := casesOf(name)
		require.NoError(t, err, name)
		assert.NotEmpty(t, list, name)
		deviating := 0
		for _, c := range list {
			assert.NotEmpty(t, c.Schema, "%s has an answer without a name", c.File)
			if c.Deviates != "" {
				deviating++
			}
		}
		assert.Less(t, deviating*4, len(list), "%s: most fixtures are as the document says", name)
	}
}
