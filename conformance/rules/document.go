package rules

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/threatclients/threatclients-go/specs"
)

// foreign are words of one programming language or of its generators. They
// belong into the overlay.
var foreign = regexp.MustCompile(`\bx-(go|oapi|ts|java|python)-[a-z-]+|\b([Gg]olang|[Gg]oroutines?|oapi-codegen|omitempty|omitzero|struct tags?|structs?|io\.Reader|time\.Time|nullable\.Nullable|iter\.Seq2?|interface\{\}|nil|Go (client|code|type|package|program|struct|name)s?)\b|\*?\[\](string|int64|byte)|\*(string|int64|bool|float64)\b`)

// neutral refuses words of a programming language.
func neutral(d *document, add report) {
	line := 0
	for text := range bytes.Lines(d.text) {
		line++
		if word := foreign.Find(text); word != nil {
			add(lineNumber(line), "%q is a word of one language", word)
		}
	}
}

func lineNumber(n int) string { return "line " + itoa(n) }

// extensions holds the x- members against extensions.schema.json.
func extensions(d *document, add report) {
	text, err := d.doc.MarshalJSON()
	if err != nil {
		add("document", "%v", err)
		return
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		add("document", "%v", err)
		return
	}
	schema, err := extensionSchema()
	if err != nil {
		add("document", "%v", err)
		return
	}
	var invalid *jsonschema.ValidationError
	if err := schema.Validate(instance); errors.As(err, &invalid) {
		leaves(invalid, add)
	}
}

func extensionSchema() (*jsonschema.Schema, error) {
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(specs.Extensions()))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("extensions.schema.json", text); err != nil {
		return nil, err
	}
	return c.Compile("extensions.schema.json")
}

// leaves reports the innermost causes, which say what is wrong.
func leaves(e *jsonschema.ValidationError, add report) {
	at := "/" + strings.Join(e.InstanceLocation, "/")
	if _, ok := e.ErrorKind.(*kind.FalseSchema); ok {
		add(at, "is not known here")
		return
	}
	if len(e.Causes) == 0 {
		add(at, "%v", e.BasicOutput().Error)
		return
	}
	for _, cause := range e.Causes {
		leaves(cause, add)
	}
}
