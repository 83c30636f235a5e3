package check

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// checkParameters requires every parameter to be known and to have a value that
// its schema allows.
func (s *Spec) checkParameters(e *exchange.Exchange, op *Operation, in *openapi3filter.RequestValidationInput, how Strictness) Problems {
	var found Problems
	known := map[string]bool{"header Accept": true, "header Content-Type": true}
	headers, _ := op.Route.Operation.Extensions["x-headers"].(map[string]any)
	for name := range headers {
		known["header "+http.CanonicalHeaderKey(name)] = true
	}
	for _, p := range op.Parameters() {
		where := p.In + " " + p.Name
		var sent []string
		switch p.In {
		case "query":
			known[where] = true
			sent = e.Query[p.Name]
		case "header":
			known["header "+http.CanonicalHeaderKey(p.Name)] = true
			sent = in.Request.Header.Values(p.Name)
		case "path":
			sent = []string{in.PathParams[p.Name]}
		}
		if how == Sample && slices.ContainsFunc(sent, exchange.IsPlaceholder) {
			continue
		}
		if err := openapi3filter.ValidateParameter(context.Background(), in, p); err != nil {
			if how == Sample && errors.Is(err, openapi3filter.ErrInvalidRequired) {
				continue
			}
			found = append(found, s.explain(where, "", err)...)
			continue
		}
	}
	for name := range e.Query {
		if !known["query "+name] {
			found = append(found, Problem{"query " + name, "unknown parameter"})
		}
	}
	for name := range e.RequestHeaders {
		if how == Fixture && !known["header "+name] {
			found = append(found, Problem{"header " + name, "unknown parameter"})
		}
	}
	return found
}
