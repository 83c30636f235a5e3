// Package rules checks specifications for the house rules of specs/README.md.
package rules

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Violation is one place where a document breaks a rule.
type Violation struct {
	Rule string // name of the rule, as in [Names]
	At   string // operationId, JSON pointer or line
	Text string
}

func (v Violation) String() string { return fmt.Sprintf("%s: %s: %s", v.Rule, v.At, v.Text) }

// A rule looks at a document and reports through add.
type rule struct {
	name  string
	check func(d *document, add report)
}

type report func(at, format string, args ...any)

// document is what rules look at.
type document struct {
	text []byte
	doc  *openapi3.T
	ops  []operation // sorted by id
}

type operation struct {
	*openapi3.Operation
	path, method string
	item         *openapi3.PathItem
}

var all = []rule{
	{"neutral", neutral},
	{"extensions", extensions},
	{"operation-id", operationIDs},
	{"documented", documented},
	{"licensed", licensed},
	{"one-json", oneJSON},
	{"shared-errors", sharedErrors},
	{"text-headers", textHeaders},
	{"named", named},
	{"usage", usage},
	{"secrets", secrets},
	{"optional", optional},
	{"spellings", spellings},
	{"aliases", aliases},
	{"sets", sets},
	{"strict", strict},
	{"formats", formats},
	{"timestamps", timestamps},
	{"examples", examples},
	{"reserved", reserved},
	{"items-closed", itemsClosed},
	{"pagination", pagination},
	{"envelope", envelope},
	{"answers", answers},
	{"partial-failure", partialFailure},
	{"media", media},
	{"parameters", parameterNames},
	{"idempotent", idempotent},
	{"identity", identity},
	{"tql", queries},
	{"keyset", keyset},
	{"quota", quota},
	{"selects", selects},
}

// Names lists the rules, the one that the document is valid OpenAPI 3.0.3 first.
func Names() []string {
	names := []string{"valid"}
	for _, r := range all {
		names = append(names, r.name)
	}
	return names
}

// Check applies every rule to a document. A document that is not valid is not
// looked at any further.
func Check(text []byte) []Violation {
	var found []Violation
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err == nil {
		err = doc.Validate(context.Background())
	}
	if err == nil && doc.OpenAPI != "3.0.3" {
		err = fmt.Errorf("version %s, want 3.0.3", doc.OpenAPI)
	}
	if err != nil {
		return []Violation{{"valid", "document", err.Error()}}
	}
	d := &document{text: text, doc: doc}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			d.ops = append(d.ops, operation{op, path, method, item})
		}
	}
	slices.SortFunc(d.ops, func(a, b operation) int { return cmp.Compare(a.OperationID, b.OperationID) })
	for _, r := range all {
		r.check(d, func(at, format string, args ...any) {
			found = append(found, Violation{r.name, at, fmt.Sprintf(format, args...)})
		})
	}
	return found
}

// parameter finds a query or header parameter by name.
func (o operation) parameter(name string) *openapi3.Parameter {
	for _, in := range []string{"query", "header"} {
		for _, list := range []openapi3.Parameters{o.Parameters, o.item.Parameters} {
			if p := list.GetByInAndName(in, name); p != nil {
				return p
			}
		}
	}
	return nil
}

// parameters lists all parameters, those of the path included.
func (o operation) parameters() (list []*openapi3.ParameterRef) {
	return append(slices.Clone(o.item.Parameters), o.Parameters...)
}
