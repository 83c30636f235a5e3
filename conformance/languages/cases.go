package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/fixtures"
	"github.com/threatclients/threatclients-go/specs"
)

// Case is a fixture that models of any language are to read and write again. README.md describes
// its members.
type Case struct {
	Document    string `json:"document"`
	OperationID string `json:"operationId"`
	Status      int    `json:"status"`
	File        string `json:"file"`
	Schema      string `json:"schema"`
	Deviates    string `json:"deviates"`
	Known       any    `json:"known"`
}

// writeCases writes the cases of documents, one a line, and counts them by document.
func writeCases(w io.Writer, documents []string) (map[string]int, error) {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	counts := map[string]int{}
	for _, name := range documents {
		list, err := casesOf(name)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if err := out.Encode(c); err != nil {
				return nil, fmt.Errorf("%s: %w", c.File, err)
			}
		}
		counts[name] = len(list)
	}
	return counts, nil
}

// casesOf lists the cases of a document, which is read as it is written, so that extensions widen nothing.
func casesOf(name string) (list []Case, err error) {
	b, err := specs.Document(name)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	// A schema without a type takes null, says OpenAPI 3.0.3, and kin-openapi does not.
	err = doc.WalkSchemas(func(_ string, ref *openapi3.SchemaRef) error {
		if s := ref.Value; s.Type == nil && free(s) {
			s.Nullable = true
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	replies := map[string]*openapi3.Responses{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			replies[op.OperationID] = op.Responses
		}
	}
	exchanges, err := exchange.Load(fixtures.FS(), name)
	if err != nil {
		return nil, err
	}
	for _, e := range exchanges {
		schema := replyOf(replies[e.OperationID], e)
		if schema == nil {
			continue
		}
		var body any
		if err := exchange.DecodeJSON(e.Body, &body); err != nil {
			return nil, fmt.Errorf("%s: %w", e.File, err)
		}
		c := Case{Document: name, OperationID: e.OperationID, Status: e.Status, File: path.Join(name, e.File), Schema: nameOf(schema)}
		var k keeper
		c.Known = k.keep(schema.Value, body)
		if c.Deviates = refusal(schema.Value, body); c.Deviates == "" && k.alias {
			c.Deviates = "alias"
		}
		list = append(list, c)
	}
	return list, nil
}

// refusal says why a strict validator refuses a value; "" when it does not.
func refusal(s *openapi3.Schema, v any) string {
	err := s.VisitJSON(v)
	for e, why := (*openapi3.SchemaError)(nil), err; errors.As(why, &e); why = e.Origin {
		if e.SchemaField == "discriminator" {
			return "discriminator"
		}
	}
	if err != nil {
		return "x-also" // the tests of check hold that a fixture is refused for nothing else
	}
	return ""
}

// replyOf is the schema of a JSON answer of success; nil for any other answer.
func replyOf(replies *openapi3.Responses, e *exchange.Exchange) *openapi3.SchemaRef {
	if replies == nil || e.Status < 200 || e.Status > 299 || e.Fragment() || !e.HasBody() || !exchange.IsJSON(e.ContentType) || len(e.BodyBase64) > 0 {
		return nil
	}
	reply := replies.Status(e.Status)
	if reply == nil {
		return nil
	}
	for t, media := range reply.Value.Content {
		if exchange.IsJSON(t) {
			return media.Schema
		}
	}
	return nil
}

// nameOf is the name of a schema, [] before it for a list of it; "" when it has none.
func nameOf(ref *openapi3.SchemaRef) string {
	const components = "#/components/schemas/"
	if len(ref.Ref) > len(components) {
		return ref.Ref[len(components):]
	}
	if ref.Value.Type.Is("array") && ref.Value.Items != nil && ref.Value.Items.Ref != "" {
		return "[]" + nameOf(ref.Value.Items)
	}
	return ""
}
