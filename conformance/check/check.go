package check

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// Strictness says how much is expected of an exchange.
type Strictness int

const (
	// Sample is other people's data: a parameter may be missing or a printed
	// placeholder, a request that was refused may have been wrong, a failure may
	// come as text from something in between, and XML is not looked into.
	Sample Strictness = iota
	// Fixture is the project's own: complete, and named by its operation.
	Fixture
)

// Check compares an exchange with the document. The result is empty if
// nothing is wrong.
func (s *Spec) Check(e *exchange.Exchange, how Strictness) Problems {
	op, values, err := s.Find(e.Method, e.Path)
	if err != nil {
		return Problems{{"path", err.Error()}}
	}
	var found Problems
	if how == Fixture && e.OperationID != op.ID {
		found = append(found, Problem{"operationId", fmt.Sprintf("the path belongs to %s, not to %q", op.ID, e.OperationID)})
	}
	in, err := s.input(e, op, values)
	if err != nil {
		return append(found, Problem{"request", err.Error()})
	}
	if how == Fixture || e.Status < 400 {
		found = append(found, s.checkParameters(e, op, in, how)...)
		found = append(found, s.checkRequestBody(e, op, in, how)...)
	}
	if e.Status != 0 {
		found = append(found, s.checkResponse(e, op, in, how)...)
	}
	return found
}

// CheckRequest compares the request of an exchange, for which [Spec.Find] returned op, with
// the document, as strictly as for a fixture.
func (s *Spec) CheckRequest(e *exchange.Exchange, op *Operation, values map[string]string) Problems {
	in, err := s.input(e, op, values)
	if err != nil {
		return Problems{{"request", err.Error()}}
	}
	return append(s.checkParameters(e, op, in, Fixture), s.checkRequestBody(e, op, in, Fixture)...)
}

// CheckResponse compares the answer of an exchange, for whose request [Spec.Find] returned op,
// with the document.
func (s *Spec) CheckResponse(e *exchange.Exchange, op *Operation, values map[string]string, how Strictness) Problems {
	in, err := s.input(e, op, values)
	if err != nil {
		return Problems{{"request", err.Error()}}
	}
	return s.checkResponse(e, op, in, how)
}

// input is what kin-openapi needs to know of a request.
func (s *Spec) input(e *exchange.Exchange, op *Operation, values map[string]string) (*openapi3filter.RequestValidationInput, error) {
	r, err := s.request(e, op, values)
	if err != nil {
		return nil, err
	}
	return &openapi3filter.RequestValidationInput{
		Request: r, Route: op.Route, PathParams: values, QueryParams: url.Values(e.Query),
		Options: &openapi3filter.Options{
			MultiError: true, SkipSettingDefaults: true, IncludeResponseStatus: true, SchemaValidationOptions: options,
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	}, nil
}

func (s *Spec) checkRequestBody(e *exchange.Exchange, op *Operation, in *openapi3filter.RequestValidationInput, how Strictness) Problems {
	const where = "request body"
	data := e.RequestWire()
	declared := op.Route.Operation.RequestBody
	switch {
	case declared == nil && (len(data) > 0 || len(e.RequestForm) > 0):
		return Problems{{where, "the operation takes none"}}
	case declared == nil:
		return nil
	}
	content := declared.Value.Content
	contentType := e.RequestContentType
	if contentType == "" && content["application/json"] != nil {
		contentType = "application/json"
	}
	if contentType == "" && len(content) == 1 {
		for contentType = range content {
			break
		}
	}
	mt := content.Get(contentType)
	switch {
	case mt == nil && (len(data) > 0 || e.RequestContentType != ""):
		return Problems{{where, fmt.Sprintf("content type %q is not declared", contentType)}}
	case len(e.RequestForm) > 0:
		return checkForm(e, mt)
	case len(data) == 0 && declared.Value.Required && how == Fixture:
		return Problems{{where, "the operation wants one"}}
	case len(data) == 0 || !decodable(contentType):
		return nil
	}
	r := in.Request.Clone(context.Background())
	r.Header.Set("Content-Type", contentType)
	r.Body = io.NopCloser(bytes.NewReader(data))
	body := *in
	body.Request = r
	return s.explain(where, "", openapi3filter.ValidateRequestBody(context.Background(), &body, declared.Value))
}

// checkForm requires the fields of a form to be members of its schema.
func checkForm(e *exchange.Exchange, mt *openapi3.MediaType) (found Problems) {
	for field := range e.RequestForm {
		if mt == nil || mt.Schema == nil || mt.Schema.Value.Properties[field] == nil {
			found = append(found, Problem{"request form " + field, "unknown field"})
		}
	}
	return found
}

// decodable reports whether a body of that type can be looked into.
func decodable(contentType string) bool {
	t := exchange.MediaType(contentType)
	return exchange.IsJSON(t) || t == "application/x-www-form-urlencoded" ||
		t == "multipart/form-data" && strings.Contains(contentType, "boundary=")
}

// checkDateTime is stricter than the pattern of kin-openapi, which accepts
// days that do not exist.
func checkDateTime(s string) error {
	_, err := time.Parse(time.RFC3339, s)
	return err
}
