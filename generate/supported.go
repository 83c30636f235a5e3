package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	errorkind "github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/threatclients/threatclients-go/specs"
)

// supported refuses what the templates cannot express, because the client would send or expect
// something else than the document says.
func supported(d *openapi3.T) error {
	found := []error{extensions(d)}
	for _, path := range slices.Sorted(maps.Keys(d.Paths.Map())) {
		item := d.Paths.Value(path)
		for _, method := range slices.Sorted(maps.Keys(item.Operations())) {
			op := item.GetOperation(method)
			refuse := func(what, reason string) {
				found = append(found, fmt.Errorf("%s: %s is not supported: %s", cmp.Or(op.OperationID, method+" "+path), what, reason))
			}
			for _, p := range slices.Concat(item.Parameters, op.Parameters) {
				if reason := unsupported(p.Value); reason != "" {
					refuse("the "+p.Value.In+" parameter "+p.Value.Name, reason)
				}
			}
			succeeds := func(status string) bool { return strings.HasPrefix(status, "2") }
			if statuses := slices.Sorted(maps.Keys(op.Responses.Map())); !slices.ContainsFunc(statuses, succeeds) {
				refuse("an operation with the responses "+cmp.Or(strings.Join(statuses, ", "), "no status"), "none is 2xx, so that every reply would be an error; an overlay can add one")
			}
		}
	}
	return errors.Join(found...)
}

// unsupported says why a parameter cannot be sent, "" if it can.
func unsupported(p *openapi3.Parameter) string {
	style := map[string]string{"path": "simple", "query": "form", "header": "simple"}[p.In]
	if style == "" {
		return "cookies are not sent"
	}
	if p.Schema == nil {
		return "it has content instead of schema"
	}
	explode := p.In == "query"
	if p.Explode != nil {
		explode = *p.Explode
	}
	switch object := p.Schema.Value.Type.Is("object"); {
	case cmp.Or(p.Style, style) != style:
		return "its style is " + p.Style
	case object && explode && p.In != "query":
		return "it is an object that explodes"
	case object && explode && p.Required:
		return "it is a required object that explodes"
	}
	return ""
}

// extensions checks our x- members. Those that we do not know are somebody else's.
func extensions(d *openapi3.T) error {
	c := jsonschema.NewCompiler()
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(specs.Extensions()))
	if err = cmp.Or(err, c.AddResource("extensions.schema.json", schema)); err != nil {
		return err
	}
	text, err := d.MarshalJSON()
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	var invalid *jsonschema.ValidationError
	if errors.As(c.MustCompile("extensions.schema.json").Validate(document), &invalid) {
		return misspelled(d, invalid)
	}
	return nil
}

// misspelled names the innermost causes inside of our x- members.
func misspelled(d *openapi3.T, e *jsonschema.ValidationError) error {
	var found []error
	for _, cause := range e.Causes {
		found = append(found, misspelled(d, cause))
	}
	at := e.InstanceLocation
	i := slices.IndexFunc(at, func(s string) bool {
		return strings.HasPrefix(s, "x-") && bytes.Contains(specs.Extensions(), []byte(`"`+s+`"`))
	})
	if len(found) > 0 || i < 0 {
		return errors.Join(found...)
	}
	where, reason := strings.Join(at[:i], "/"), fmt.Sprint(e.BasicOutput().Error)
	if i > 2 && at[0] == "paths" {
		if op := d.Paths.Value(at[1]).GetOperation(strings.ToUpper(at[2])); op != nil {
			where = strings.TrimSpace(cmp.Or(op.OperationID, at[2]+" "+at[1]) + " " + strings.Join(at[3:i], "/"))
		}
	}
	if _, ok := e.ErrorKind.(*errorkind.FalseSchema); ok {
		reason = "is not known here"
	}
	return fmt.Errorf("%s: %s: %s", where, strings.Join(at[i:], "."), reason)
}
