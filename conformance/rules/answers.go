package rules

import (
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

// answers requires every object reply to name the members that identify it, unless
// its envelope or its list does, and those members to exist.
func answers(d *document, add report) {
	for _, op := range d.ops {
		if op.Extensions["x-envelope"] != nil || op.Extensions["x-pagination"] != nil {
			continue
		}
		replies := op.successes()
		for _, status := range sortedKeys(replies) {
			if s := replies[status]; mayBeObject(s) && !answered(s) {
				add(op.OperationID+" "+status, "an object reply without x-answer")
			}
		}
	}
	if d.doc.Components == nil {
		return
	}
	for _, name := range sortedKeys(d.doc.Components.Schemas) {
		s := d.doc.Components.Schemas[name].Value
		none, reason := s.Extensions["x-answer"] == "none", s.Extensions["x-answer-reason"] != nil
		switch {
		case none && !reason:
			add(name, "x-answer is none without a reason")
		case !none && reason:
			add(name, "x-answer-reason without x-answer: none")
		case !none:
			namesExist(s, s.Extensions["x-answer"], name, add)
		}
	}
}

// mayBeObject leaves out arrays and scalars. What has no type may be anything.
func mayBeObject(s *openapi3.Schema) bool { return s.Type == nil || s.Type.Is("object") }

// answered reports that x-answer stands on a schema, or on each branch of a
// union.
func answered(s *openapi3.Schema) bool {
	if s.Extensions["x-answer"] != nil {
		return true
	}
	branches := append(s.OneOf[:len(s.OneOf):len(s.OneOf)], s.AnyOf...)
	for _, b := range branches {
		if !answered(b.Value) {
			return false
		}
	}
	return len(branches) > 0
}

// namesExist requires each dotted name, of a name or a list of names, in a schema.
func namesExist(s *openapi3.Schema, names any, at string, add report) {
	for _, name := range Texts(names) {
		if resolve(s, name) == nil {
			add(at, "there is no member %q", name)
		}
	}
}

// A Silence is a schema of a reply for which any object passes as an answer.
type Silence struct{ Schema, Reason string }

// Silences lists the schemas of a document with x-answer: none.
func Silences(text []byte) ([]Silence, error) {
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	var list []Silence
	for _, name := range sortedKeys(doc.Components.Schemas) {
		if s := doc.Components.Schemas[name].Value; s.Extensions["x-answer"] == "none" {
			list = append(list, Silence{name, fmt.Sprint(s.Extensions["x-answer-reason"])})
		}
	}
	return list, nil
}
