package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
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

// Check holds an exchange against the document. Nothing is wrong when the
// result is empty.
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

// CheckRequest holds the request of an exchange, which [Spec.Find] took for op, against the
// document, as strictly as one of the project's own.
func (s *Spec) CheckRequest(e *exchange.Exchange, op *Operation, values map[string]string) Problems {
	in, err := s.input(e, op, values)
	if err != nil {
		return Problems{{"request", err.Error()}}
	}
	return append(s.checkParameters(e, op, in, Fixture), s.checkRequestBody(e, op, in, Fixture)...)
}

// CheckResponse holds the answer of an exchange, whose request [Spec.Find] took for op,
// against the document.
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

// checkParameters wants every parameter to be known and to have a value that
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
		if values, closed := enumOf(itemsOf(p)); closed {
			for _, v := range split(p, sent) {
				if !slices.Contains(values, v) {
					found = append(found, Problem{where, "the value is not in the closed list " + strings.Join(values, ", ")})
				}
			}
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

// itemsOf returns a parameter whose schema is that of the elements of a list.
func itemsOf(p *openapi3.Parameter) *openapi3.Parameter {
	if p.Schema == nil || p.Schema.Value.Items == nil {
		return p
	}
	items := *p
	items.Schema = p.Schema.Value.Items
	return &items
}

// split takes a list apart that is sent in one value.
func split(p *openapi3.Parameter, sent []string) []string {
	if len(sent) == 0 || p.Schema == nil || !p.Schema.Value.Type.Is("array") || p.Explode == nil || *p.Explode {
		return sent
	}
	return strings.Split(strings.Join(sent, ","), ",")
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

// checkForm wants the fields of a form to be members of its schema.
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

// checkDateTime is stricter than the pattern of kin-openapi, which knows no
// calendar.
func checkDateTime(s string) error {
	_, err := time.Parse(time.RFC3339, s)
	return err
}
