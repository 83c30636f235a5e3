package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a document says is what its client sends and takes: testdata/odd_test.go is run with
// the package that is made from odd.yaml.
func TestOddDocument(t *testing.T) {
	files := made(t, "-package", "odd", "testdata/odd.yaml")
	assert.Contains(t, files["client.gen.go"], "\n// AddNote sends POST /notes.\n", "no summary")
	assert.Contains(t, files["client.gen.go"], "\n// AddUnion sends POST /unions.\n//\n// Takes one or the other.\n")
	test, err := os.ReadFile("testdata/odd_test.go")
	require.NoError(t, err)
	dir, args := t.TempDir(), []string{"test"}
	files["odd_test.go"] = string(test)
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		args = append(args, path)
	}
	out, err := exec.Command("go", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// What the templates cannot express is refused with the operation and what it is; every
// place is named.
func TestUnsupported(t *testing.T) {
	const ok = `"200": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}`
	parameter := func(text string) string { return "parameters: [" + text + "]\n      responses: {" + ok + "}" }
	said := func(text string) string { return text + "\n      responses: {" + ok + "}" }
	schemas := func(text string) string { return "responses: {" + ok + "}\ncomponents:\n  schemas:\n    " + text }
	for name, c := range map[string]struct {
		operation string
		want      []string
	}{
		"cookie":          {parameter(`{name: sid, in: cookie, schema: {type: string}}`), []string{"getThing", "cookie parameter sid"}},
		"deep object":     {parameter(`{name: f, in: query, style: deepObject, explode: true, schema: {type: object}}`), []string{"getThing", "query parameter f", "deepObject"}},
		"pipes":           {parameter(`{name: ids, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}`), []string{"query parameter ids", "pipeDelimited"}},
		"spaces":          {parameter(`{name: ids, in: query, style: spaceDelimited, schema: {type: array, items: {type: string}}}`), []string{"query parameter ids", "spaceDelimited"}},
		"matrix":          {parameter(`{name: id, in: path, required: true, style: matrix, schema: {type: string}}`), []string{"path parameter id", "matrix"}},
		"label":           {parameter(`{name: id, in: path, required: true, style: label, schema: {type: string}}`), []string{"path parameter id", "label"}},
		"exploded header": {parameter(`{name: X-A, in: header, explode: true, schema: {type: object}}`), []string{"header parameter X-A", "explodes"}},
		"required object": {parameter(`{name: f, in: query, required: true, schema: {type: object}}`), []string{"query parameter f", "required object"}},
		"content":         {parameter(`{name: q, in: query, content: {application/json: {schema: {type: object}}}}`), []string{"getThing", "query parameter q", "content instead of schema"}},
		"two at once":     {parameter(`{name: a, in: cookie, schema: {type: string}}, {name: b, in: cookie, schema: {type: string}}`), []string{"parameter a", "parameter b"}},
		"only default":    {`responses: {default: {description: ok}}`, []string{"getThing", "default", "2xx"}},
		"no success":      {`responses: {"302": {description: moved}, "404": {description: gone}}`, []string{"getThing", "302, 404"}},
		"no response":     {`responses: {}`, []string{"getThing", "no status", "2xx"}},
		"any media type":  {`responses: {"200": {description: ok, content: {image/*: {schema: {type: string}}}}}`, []string{"GetThing", "image/*"}},
		"range of two": {`responses: {` + ok + `, 2XX: {description: other, content: {application/json: {schema: {type: integer}}}}}`,
			[]string{"GetThing", "2XX"}},

		"unknown key":       {said("x-pagination: {style: cursor, param: p, items: things, next: n, nxt: n}"), []string{"getThing", "x-pagination", "nxt"}},
		"unknown value":     {said("x-pagination: {style: offsets, param: p, items: things}"), []string{"getThing", "x-pagination.style", "offset"}},
		"key of a kind":     {said("x-pagination: {style: offset, param: p, items: things, next: n}"), []string{"getThing", "x-pagination.next", "not known here"}},
		"missing key":       {said("x-envelope: {status: s}"), []string{"getThing", "x-envelope", "success"}},
		"wrong place":       {said("x-usage: write"), []string{"getThing", "x-usage", "not known here"}},
		"of a parameter":    {parameter(`{name: q, in: query, x-age: {mn: P1D}, schema: {type: string}}`), []string{"getThing", "parameters/0", "x-age", "mn"}},
		"of a schema":       {schemas("Thing: {type: object, x-usage: wrote}"), []string{"components/schemas/Thing", "x-usage", "write"}},
		"no constant":       {schemas("Thing: {type: object, properties: {a: {type: string, enum: [日本]}}}"), []string{"line", "日本", "x-enum-varnames"}},
		"one constant lost": {schemas("Thing: {type: object, properties: {a: {type: string, enum: [a, A, a1]}}}"), []string{"line", "no constant", "x-enum-varnames"}},

		"names of the client": {schemas("Client: {type: object}\n    Thing: {type: object, properties: {a: {$ref: '#/components/schemas/Client'}}}"), []string{"at Client", "Client redeclared", "x-go-name"}},
		"name of a member":    {schemas("Thing: {type: object, properties: {extra: {type: string}}}"), []string{"at Thing", "Extra", "x-go-name"}},
		"name of a method":    {schemas("Thing: {type: object, properties: {marshalJSON: {type: string}}}"), []string{"at Thing.MarshalJSON", "field and method", "x-go-name"}},
		"one name for two":    {parameter(`{name: a_b, in: query, schema: {type: string}}, {name: aB, in: query, schema: {type: string}}`), []string{"at GetThingParams", "AB redeclared", "x-go-name"}},
		"an endless value":    {schemas("Thing: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/Thing'}}}"), []string{"at Thing", "invalid recursive type"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := "openapi: 3.0.3\ninfo: {title: Things, version: \"1\"}\nservers: [{url: https://things.example.com}]\n" +
				"paths:\n  /things:\n    get:\n      operationId: getThing\n      " + c.operation + "\n"
			if !strings.Contains(text, "components:") {
				text += "components: {schemas: {Thing: {type: object, x-answer: none, properties: {things: {type: array, items: {type: string}}}}}}\n"
			}
			dir := filepath.Join(t.TempDir(), "things")
			err := run([]string{"-package", "things", "-output", dir, saved(t, "things.yaml", text)}, io.Discard)
			require.ErrorContains(t, err, "things.yaml")
			for _, want := range c.want {
				assert.Contains(t, err.Error(), want)
			}
			assert.NoDirExists(t, dir, "nothing is written")
		})
	}
}

// Code that stands in the folder counts: what is generated uses it, and must not repeat it.
func TestCodeBesideThePackage(t *testing.T) {
	dir := t.TempDir()
	document := altered(t, "total: {type: integer}", "total: {type: integer, x-go-type: Count}")
	args := []string{"-package", "library", "-output", dir, document}
	require.ErrorContains(t, run(args, io.Discard), "undefined: Count")
	beside := func(name, code string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(code), 0o600))
	}
	beside("count.go", "package library\n\ntype Count int\n")
	beside("count_test.go", "package library\n\ntype Book int\n")
	beside("count_plan9.go", "package library\n\ntype Book int\n")
	require.NoError(t, run(args, io.Discard), "tests and other systems do not count")
	require.NoError(t, run(args, io.Discard), "what is written again does not stand beside itself")
	beside("book.go", "package library\n\ntype Book int\n")
	require.ErrorContains(t, run(args, io.Discard), "Book redeclared")
}

// The commands of the README run as they stand there.
func TestCommandsOfTheREADME(t *testing.T) {
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	commands := regexp.MustCompile(`(?m)^go tool generate ([^#\n]*)`).FindAllStringSubmatch(string(readme), -1)
	require.Len(t, commands, 2)

	t.Chdir(t.TempDir())
	require.NoError(t, os.CopyFS("specs", os.DirFS(filepath.Join(root, "specs"))))
	require.NoError(t, os.CopyFS("overlays", os.DirFS(filepath.Join(root, "overlays"))))
	for name, from := range map[string]string{"mine.yaml": "generate/testdata/library.yaml", "more.overlay.yaml": ""} {
		text := `{overlay: 1.0.0, x-speakeasy-jsonpath: rfc9535, info: {title: t, version: "1"}, actions: [{target: "$.info", update: {title: More}}]}`
		if from != "" {
			b, err := os.ReadFile(filepath.Join(root, from))
			require.NoError(t, err)
			text = string(b)
		}
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	for _, c := range commands {
		require.NoError(t, run(strings.Fields(c[1]), io.Discard), c[0])
	}
	assert.FileExists(t, "mine/client.gen.go")
	assert.Contains(t, read(t, "tap")["doc.go"], "Package tap is a client of More.")
}
