package check

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

func (s *Spec) checkResponse(e *exchange.Exchange, op *Operation, in *openapi3filter.RequestValidationInput, how Strictness) Problems {
	ref := op.Route.Operation.Responses.Status(e.Status)
	if ref == nil {
		ref = op.Route.Operation.Responses.Default()
	}
	if ref == nil {
		return Problems{{"status", fmt.Sprintf("%d is not declared for %s", e.Status, op.ID)}}
	}
	content, data := ref.Value.Content, e.Wire()
	ok := e.Status >= 200 && e.Status < 300
	switch {
	case op.Method == http.MethodHead:
		return nil
	case len(content) == 0 && len(data) > 0:
		return Problems{{"body", fmt.Sprintf("%d is declared without one", e.Status)}}
	case len(content) == 0:
		return nil
	case len(data) == 0 && ok && !slices.Contains(emptyStatuses(op), e.Status) && (how == Fixture || exchange.IsJSON(e.ContentType)):
		return Problems{{"body", fmt.Sprintf("%d is declared with one", e.Status)}}
	case len(data) == 0:
		return nil
	}
	contentType, problem := responseType(e, content, how)
	if problem != "" {
		return Problems{{"content type", problem}}
	}
	if !exchange.IsJSON(contentType) {
		return nil
	}
	header := http.Header{"Content-Type": {contentType}}
	for k, v := range e.ResponseHeader {
		header.Set(k, v)
	}
	header.Set("Content-Type", contentType)
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: e.Status, Header: header, Options: in.Options,
		Body: io.NopCloser(bytes.NewReader(data)),
	}
	return s.explain("body", "", openapi3filter.ValidateResponse(context.Background(), out))
}

// responseType decides what an answer is to be read as: the type it came with, or
// JSON where a server labels it as text or not at all. "" means that there is
// nothing to look into.
func responseType(e *exchange.Exchange, content openapi3.Content, how Strictness) (contentType, problem string) {
	declaredJSON := ""
	for t := range content {
		if exchange.IsJSON(t) {
			declaredJSON = t
		}
	}
	var v any
	looksJSON := exchange.DecodeJSON(e.Wire(), &v) == nil
	t := exchange.MediaType(e.ContentType)
	switch {
	case exchange.IsJSON(t) && content.Get(e.ContentType) != nil:
		return e.ContentType, ""
	case declaredJSON != "" && looksJSON && (t == "" || t == "text/plain"):
		return declaredJSON, ""
	case t == "" && content.Get("text/plain") != nil, t != "" && content.Get(e.ContentType) != nil:
		return "", ""
	case how == Sample && (t == "application/xml" || t == "text/xml"):
		return "", "" // clients hand XML on as it is
	case how == Sample && e.Status >= 400 && strings.HasPrefix(t, "text/"):
		return "", "" // a gateway's page
	}
	return "", fmt.Sprintf("%q is not declared for %d", e.ContentType, e.Status)
}

// emptyStatuses lists the statuses whose empty body means "no elements".
func emptyStatuses(op *Operation) (list []int) {
	pagination, _ := op.Route.Operation.Extensions["x-pagination"].(map[string]any)
	statuses, _ := pagination["empty"].([]any)
	for _, v := range statuses {
		switch v := v.(type) {
		case float64:
			list = append(list, int(v))
		case int:
			list = append(list, v)
		}
	}
	return list
}
