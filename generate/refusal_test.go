package main

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever is wrong is named with its file, and nothing is written.
func TestRefusals(t *testing.T) {
	overlay := func(actions string) string {
		return saved(t, "mine.yaml", `{overlay: 1.0.0, x-speakeasy-jsonpath: rfc9535, info: {title: t, version: "1"}, actions: [`+actions+`]}`)
	}
	const good = `{target: "$.info", update: {title: Mine}}, `
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"dead action":      {[]string{"-overlay", overlay(good + `{target: "$.components.schemas.Shelf", remove: true}`), library}, []string{"mine.yaml", "action 2 of 2", "$.components.schemas.Shelf", "did not match"}},
		"idle action":      {[]string{"-overlay", overlay(`{target: "$.info", update: {title: Example Library}}`), library}, []string{"mine.yaml", "action 1 of 1", "does nothing"}},
		"bad selector":     {[]string{"-overlay", overlay(`{target: "$.[", remove: true}`), library}, []string{"mine.yaml", "action 1 of 1"}},
		"no action":        {[]string{"-overlay", overlay(""), library}, []string{"mine.yaml", "at least one action"}},
		"no overlay":       {[]string{"-overlay", "nowhere.yaml", library}, []string{"nowhere.yaml"}},
		"no document":      {[]string{"nowhere.yaml"}, []string{"nowhere.yaml"}},
		"two documents":    {[]string{library, library}, []string{"one document", "got 2"}},
		"not YAML":         {[]string{altered(t, "openapi: 3.0.3", "openapi: [")}, []string{"library.yaml", "line"}},
		"not OpenAPI":      {[]string{saved(t, "list.yaml", "a: b\n")}, []string{"list.yaml", "info and paths"}},
		"dead reference":   {[]string{altered(t, "schemas/Book'", "schemas/Shelf'")}, []string{"library.yaml", "Shelf"}},
		"no server":        {[]string{altered(t, "servers: [{url: https://library.example.com/api}]", "")}, []string{"library.yaml", "servers[0]"}},
		"server variables": {[]string{altered(t, "{url: https://library.example.com/api}", "{url: 'https://{host}', variables: {host: {default: a}}}")}, []string{"library.yaml", "servers[0]"}},
		"open and closed":  {[]string{altered(t, "x-extensible-enum: [on-shelf, lent]", "enum: [lent], x-extensible-enum: [lent]")}, []string{"library.yaml", "line", "not both"}},
		"no program":       {[]string{altered(t, "info:", "info:\n  x-go-program: package main; func")}, []string{"library.yaml", "x-go-program"}},
		"unknown key":      {[]string{"-config", saved(t, "c.yaml", "pakcage: library\n"), library}, []string{"c.yaml", "line 1", "pakcage"}},
		"unknown option":   {[]string{"-config", saved(t, "c.yaml", "output-options: {name-normaliser: x}\n"), library}, []string{"c.yaml", "name-normaliser"}},
		"unknown template": {[]string{"-config", saved(t, "c.yaml", "output-options: {user-templates: {clients.tmpl: "+saved(t, "t", "text")+"}}\n"), library}, []string{"clients.tmpl", "definitions only"}},
		"two definitions":  {[]string{"-config", saved(t, "c.yaml", "output-options: {user-templates: {more.tmpl: "+saved(t, "t", `{{define "strings"}}{{end}}`)+"}}\n"), library}, []string{`"strings"`, "operation.tmpl", "more.tmpl"}},
		"broken template":  {[]string{"-config", saved(t, "c.yaml", "output-options: {user-templates: {client.tmpl: "+saved(t, "t", "{{end}}")+"}}\n"), library}, []string{"client.tmpl:1"}},
		"no examples":      {[]string{"-config", saved(t, "c.yaml", "examples: nowhere.go\n"), library}, []string{"nowhere.go"}},
		"open examples":    {[]string{"-config", saved(t, "c.yaml", "examples: "+saved(t, "e.go", "package library_test\n")+"\n"), library}, []string{"e.go", "//go:build ignore"}},
		"bad examples":     {[]string{"-config", saved(t, "c.yaml", "examples: "+saved(t, "e.go", "//go:build ignore\n\npackage library_test\n\nfunc (\n")+"\n"), library}, []string{"e.go"}},
		"foreign examples": {[]string{"-config", saved(t, "c.yaml", "examples: "+saved(t, "e.go", "//go:build ignore\n\npackage other_test\n")+"\n"), library}, []string{"e.go", "library_test"}},
		"bad code":         {[]string{"-config", saved(t, "c.yaml", "output-options: {user-templates: {client.tmpl: "+saved(t, "t", "func (")+"}}\n"), library}, []string{"library.yaml", "client.gen.go"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "library")
			err := run(append([]string{"-package", "library", "-output", dir}, c.args...), io.Discard)
			require.Error(t, err)
			for _, want := range c.want {
				assert.Contains(t, err.Error(), want)
			}
			assert.NoDirExists(t, dir, "nothing is written")
		})
	}
	for flag, want := range map[string]string{"-output": "no package", "-package": "no output"} {
		assert.ErrorContains(t, run([]string{flag, "x", library}, io.Discard), want)
	}
}

// Each name that may be replaced is one that oapi-codegen executes.
func TestReplaceableTemplatesExist(t *testing.T) {
	for _, name := range replaceable {
		broken := saved(t, "t", `{{index "" 1}}`) // fails when it is executed
		config := saved(t, "c.yaml", "output-options: {skip-prune: true, user-templates: {"+name+": "+broken+"}}\n")
		document := altered(t, "    State:", everyShape+"    State:")
		err := run([]string{"-config", config, "-package", "library", "-output", filepath.Join(t.TempDir(), "library"), document}, io.Discard)
		assert.ErrorContains(t, err, name, "%s is expected to be executed", name)
	}
}

// everyShape makes oapi-codegen execute the templates of unions and of open objects.
const everyShape = `    Either:
      oneOf: [{$ref: '#/components/schemas/Book'}, {$ref: '#/components/schemas/BookPage'}]
    Open:
      x-usage: write
      type: object
      properties: {a: {type: string}, either: {$ref: '#/components/schemas/Either'}}
      additionalProperties: {type: string}
    OpenEither:
      x-usage: write
      type: object
      properties: {a: {type: string}}
      additionalProperties: {type: string}
      oneOf: [{$ref: '#/components/schemas/Book'}, {$ref: '#/components/schemas/BookPage'}]
`
