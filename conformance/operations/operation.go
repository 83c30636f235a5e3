package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/rules"
)

// operation is an entry of operations.json.
type operation struct {
	id string

	Method     string `json:"method"`
	Path       string `json:"path"`
	Idempotent bool   `json:"idempotent"`
	// What follows is that extension of the operation, if it has it.
	Pagination     any `json:"pagination,omitempty"`
	Keyset         any `json:"keyset,omitempty"`
	Envelope       any `json:"envelope,omitempty"`
	PartialFailure any `json:"partialFailure,omitempty"`
	Quota          any `json:"quota,omitempty"`
	Media          any `json:"media,omitempty"`
	Headers        any `json:"headers,omitempty"`
	// Identity are the alternatives of x-identity of the elements, by the name of their array.
	Identity map[string][][]string `json:"identity,omitempty"`
	// Answer is x-answer of the reply by its status.
	Answer map[string]answer `json:"answer,omitempty"`
}

// answer names the members of which one must be there. Those of OrNull may be null. None is
// the reason why nothing is known of a reply.
type answer struct {
	AnyOf  []string `json:"anyOf,omitempty"`
	OrNull []string `json:"orNull,omitempty"`
	None   string   `json:"none,omitempty"`
}

func newOperation(path, method string, op *openapi3.Operation) *operation {
	x := op.Extensions
	o := &operation{
		id: op.OperationID, Method: method, Path: path, Pagination: x["x-pagination"], Keyset: x["x-keyset"], Envelope: x["x-envelope"],
		PartialFailure: x["x-partial-failure"], Quota: x["x-quota"], Media: x["x-media"], Headers: x["x-headers"],
		Answer: map[string]answer{}, Identity: map[string][][]string{},
	}
	said, ok := x["x-idempotent"].(bool)
	o.Idempotent = said || !ok && method != http.MethodPost && method != http.MethodPatch
	for status, ref := range op.Responses.Map() {
		for mediaType, m := range ref.Value.Content {
			if status[0] != '2' || !strings.HasSuffix(mediaType, "json") || m.Schema == nil {
				continue
			}
			if a := answerOf(m.Schema.Value); len(a.AnyOf)+len(a.OrNull)+len(a.None) > 0 {
				o.Answer[status] = a
			}
			o.identify(m.Schema.Value)
		}
	}
	return o
}

// answerOf reads x-answer of a reply, or of the branches of a union.
func answerOf(s *openapi3.Schema) (a answer) {
	for _, name := range rules.Texts(s.Extensions["x-answer"]) {
		switch member := s.Properties[name]; {
		case name == "none":
			a.None = fmt.Sprint(s.Extensions["x-answer-reason"])
		case member != nil && member.Value.Nullable:
			a.OrNull = append(a.OrNull, name)
		default:
			a.AnyOf = append(a.AnyOf, name)
		}
	}
	for _, branch := range slices.Concat(s.OneOf, s.AnyOf, s.AllOf) {
		b := answerOf(branch.Value)
		a.AnyOf = append(a.AnyOf, without(b.AnyOf, a.AnyOf)...)
		a.OrNull = append(a.OrNull, without(b.OrNull, a.OrNull)...)
		if a.None == "" {
			a.None = b.None
		}
	}
	return a
}

func without(list, known []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(known, s) })
}

// identify finds x-identity of the elements of a list.
func (o *operation) identify(reply *openapi3.Schema) {
	p, _ := o.Pagination.(map[string]any)
	for _, name := range rules.Texts(p["items"]) {
		array := member(reply, name)
		if array == nil || array.Items == nil {
			continue
		}
		if keys := identityOf(array.Items.Value); len(keys) > 0 {
			o.Identity[name] = keys
		}
	}
}

// identityOf reads x-identity of an element, or that of the first part or branch that has one.
func identityOf(s *openapi3.Schema) (keys [][]string) {
	list, _ := s.Extensions["x-identity"].([]any)
	for _, v := range list {
		if _, several := v.([]any); !several {
			return [][]string{rules.Texts(list)}
		}
		keys = append(keys, rules.Texts(v))
	}
	for _, part := range slices.Concat(s.AllOf, s.OneOf, s.AnyOf) {
		if len(keys) == 0 {
			keys = identityOf(part.Value)
		}
	}
	return keys
}

// member follows a dotted name from a schema. A last part of * is any array there.
func member(s *openapi3.Schema, name string) *openapi3.Schema {
	if name == "" {
		return s
	}
	first, rest, _ := strings.Cut(name, ".")
	refs := slices.Concat(s.AllOf, s.OneOf, s.AnyOf)
	if first == "*" {
		for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
			refs = append(refs, s.Properties[key])
		}
		if other := s.AdditionalProperties.Schema; other != nil {
			refs = append(append(refs, other), other.Value.OneOf...)
		}
		for _, ref := range refs {
			if ref.Value.Type.Is("array") {
				return ref.Value
			}
		}
		return nil
	}
	if ref := s.Properties[first]; ref != nil {
		return member(ref.Value, rest)
	}
	for _, ref := range refs {
		if found := member(ref.Value, name); found != nil {
			return found
		}
	}
	return nil
}
