package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// An open set gives the code of a closed one: constants, and a type that takes any text.
func TestExtensibleEnumIsAnEnum(t *testing.T) {
	open, closed := made(t, library), made(t, altered(t, "x-extensible-enum", "enum"))
	for name := range open {
		if name != "doc.go" { // has the sum of the document
			assert.Equal(t, closed[name], open[name], name)
		}
	}
	assert.Contains(t, open["types.gen.go"], `State = "on-shelf"`)
	none := made(t, altered(t, "x-extensible-enum", "x-something"))
	assert.NotContains(t, none["types.gen.go"], `State = "on-shelf"`, "without the translation there are none")
}

func TestTranslate(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"values stay for the templates": {`{x-extensible-enum: [a]}`, `{x-extensible-enum: [a], enum: [a]}`},
		"aliases become a tag":          {`{x-aliases: [a, b]}`, `{x-aliases: [a, b], x-oapi-codegen-extra-tags: {aliases: "a,b"}}`},
		"beside another tag":            {`{x-aliases: [a], x-oapi-codegen-extra-tags: {db: c}}`, `{x-aliases: [a], x-oapi-codegen-extra-tags: {db: c, aliases: a}}`},
		"deep inside":                   {`{a: [{b: {x-aliases: [c]}}]}`, `{a: [{b: {x-aliases: [c], x-oapi-codegen-extra-tags: {aliases: c}}}]}`},
		"a member of that name":         {`{properties: {x-aliases: {type: string}, x-extensible-enum: {type: string}}}`, `{properties: {x-aliases: {type: string}, x-extensible-enum: {type: string}}}`},
		"a text of that name":           {`[x-aliases, x-extensible-enum]`, `[x-aliases, x-extensible-enum]`},
	} {
		t.Run(name, func(t *testing.T) {
			var n yaml.Node
			require.NoError(t, yaml.Unmarshal([]byte(c.in), &n))
			require.NoError(t, translate(&n))
			got, err := yaml.Marshal(&n)
			require.NoError(t, err)
			assert.YAMLEq(t, c.want, string(got))
		})
	}
	var n yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(`{x-aliases: [{a: b}]}`), &n))
	assert.ErrorContains(t, translate(&n), "x-aliases", "names are texts")
}
