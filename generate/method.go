package main

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/util"
)

// functions are the template functions beside oapi-codegen's own.
var functions = template.FuncMap{"quoted": quoted, "list": list, "keys": identity, "wrap": wrap}

// method is an operation as the templates see it: what goes out and what comes back, in Go.
type method struct {
	*codegen.OperationDefinition
	Shape              string // windows, list, several, value, stream or none
	BodyArgs           string // the last parameters of the method: contentType string, body io.Reader
	Body               string // what puts the body into the request: .Body(contentType, body)
	Typed              bool   // the body is encoded from a Go value
	Sends              string // its media type, "" for application/json
	JSON               string // media type of the replies that are decoded
	Raw                string // media type of a reply that is not decoded
	Result             string // Go type of the reply
	Replies            []reply
	Statuses           []string // 2xx statuses
	Empty              []string // 2xx statuses without a body
	Types              []string // media types of a reply that is not decoded
	Idempotent         bool
	RetryMillis        string   // header that says how long to wait
	Answer, AnswerNull []string // members of which one must be there
	NonEmpty           []string // members of the body that must hold something
	Secrets            []string // members of the body, at any depth, that hold a credential
	Limits             []limit  // elements that lists in the body may have
	Choices            []choice // members of the body that exclude each other
	Item               string   // Go type of the elements of a list
	Kinds              []kind   // arrays of a list
	NewItem            bool     // Item is a union that is declared here
	X                  map[string]any
}

// reply is a 2xx answer with JSON of its own type.
type reply struct{ Status, Field, Type string }

// limit is a list in a body and how many elements it may have.
type limit struct {
	Name string
	Max  uint64
}

// choice is an x-exclusive of an object that has the members With.
type choice struct {
	With []string
	X    any
}

// kind is an array of a list, its element type, and its field in a union.
type kind struct{ Array, Type, Field string }

// methods prepares the operations of a document in its order.
func (s *typeSet) methods(ops []codegen.OperationDefinition) ([]*method, error) {
	unions := map[string]bool{}
	list := make([]*method, len(ops))
	for i := range ops {
		m, err := newMethod(&ops[i], s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ops[i].OperationId, err)
		}
		m.NewItem = len(m.Kinds) > 1 && !unions[m.Item]
		unions[m.Item] = true
		list[i] = m
	}
	return list, nil
}

// spoken are the names that the templates and their imports have in the body of a method.
var spoken = strings.Fields("auth body c client checkpoint context contentType ctx editors engine err errors from " +
	"http io iter json jsontext nullable out params r req runtime time to tql url string int64 nil new any error true false")

func newMethod(op *codegen.OperationDefinition, types *typeSet) (*method, error) {
	m := &method{OperationDefinition: op, X: op.Spec.Extensions}
	idempotent, said := m.X["x-idempotent"].(bool)
	m.Idempotent = idempotent || !said && op.Method != "POST" && op.Method != "PATCH"
	for _, p := range op.PathParams {
		if name := p.GoVariableName(); slices.Contains(spoken, name) {
			p.Spec.Extensions = maps.Collect(maps.All(p.Spec.Extensions)) // may be nil
			p.Spec.Extensions["x-go-name"] = "path-" + name
		}
	}
	for _, r := range op.Spec.Responses.Map() {
		for name, h := range r.Value.Headers {
			if h.Value.Extensions["x-retry-after"] != nil {
				m.RetryMillis = name
			}
		}
	}
	m.sends()
	if err := m.receives(); err != nil {
		return nil, err
	}
	return m, m.lists(types)
}

// sends finds the body that the method takes: JSON that is encoded, or a reader.
func (m *method) sends() {
	if !m.HasBody() {
		return
	}
	var typed *codegen.RequestBodyDefinition
	for i, b := range m.Bodies {
		if b.IsJSON() && b.IsFixedContentType() && (typed == nil || b.Default) {
			typed = &m.Bodies[i]
		}
		if !b.IsJSON() || b.Schema.OAPISchema == nil {
			continue
		}
		m.secrets(&openapi3.SchemaRef{Value: b.Schema.OAPISchema}, map[*openapi3.Schema]bool{})
		m.Secrets = slices.Compact(slices.Sorted(slices.Values(m.Secrets)))
		if b.Schema.OAPISchema.MinItems > 0 {
			m.NonEmpty = append(m.NonEmpty, "")
		}
		m.bodyRules(b.Schema.OAPISchema, "")
	}
	switch first := m.Bodies[0]; {
	case typed != nil:
		m.Typed, m.BodyArgs, m.Body = true, "body "+m.OperationId+typed.NameTag+"RequestBody", ".JSON(body)"
		if len(typed.Schema.UnionElements) > 0 || typed.Schema.HasAdditionalProperties { // the other name has no methods
			m.BodyArgs = "body " + typed.Schema.RefType
		}
		if !typed.Default {
			m.Sends = typed.ContentType
		}
	case len(m.Bodies) == 1 && first.IsFixedContentType() && !strings.HasPrefix(first.ContentType, "multipart/"):
		m.BodyArgs, m.Body = "body io.Reader", fmt.Sprintf(".Body(%q, body)", first.ContentType)
	default:
		m.BodyArgs, m.Body = "contentType string, body io.Reader", ".Body(contentType, body)"
	}
}

// secrets finds the x-secret members of a schema and of all below it. Their names are enough,
// since a schema may refer to itself.
func (m *method) secrets(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || seen[ref.Value] {
		return
	}
	s := ref.Value
	seen[s] = true
	for name, p := range s.Properties {
		if p.Value.Extensions["x-secret"] == true {
			m.Secrets = append(m.Secrets, name)
		}
		m.secrets(p, seen)
	}
	for _, part := range append(slices.Concat(s.OneOf, s.AnyOf, s.AllOf), s.Items, s.AdditionalProperties.Schema) {
		m.secrets(part, seen)
	}
}

// bodyRules finds what members of a body must hold: its own, those of its alternatives, and one
// level further down.
func (m *method) bodyRules(s *openapi3.Schema, at string) {
	if s.Items != nil {
		s = s.Items.Value
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name].Value
		full := p.MinItems > 0 || p.MinLength > 0 && slices.Contains(s.Required, name)
		if full && !slices.Contains(m.NonEmpty, at+name) {
			m.NonEmpty = append(m.NonEmpty, at+name)
		}
		if at == "" && p.MaxItems != nil {
			m.Limits = append(m.Limits, limit{name, *p.MaxItems})
		}
		if at == "" && p.Items == nil {
			m.bodyRules(p, name+".")
		}
	}
	choices, _ := s.Extensions["x-exclusive"].([]any)
	for _, c := range choices {
		m.Choices = append(m.Choices, choice{s.Required, c})
	}
	for _, branch := range slices.Concat(s.OneOf, s.AnyOf, s.AllOf) {
		m.bodyRules(branch.Value, at)
	}
}

// receives finds what comes back: JSON of one type or of several, another media type, or
// nothing.
func (m *method) receives() error {
	decoded, accept := map[string]string{}, []string{} // JSON types, by status and in order
	for _, status := range slices.Sorted(maps.Keys(m.Spec.Responses.Map())) {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		covered := m.covered(status)
		m.Statuses = append(m.Statuses, covered...)
		types := slices.Sorted(maps.Keys(m.Spec.Responses.Value(status).Value.Content))
		if len(types) == 0 {
			m.Empty = append(m.Empty, covered...)
		} else if m.Raw == "" {
			m.Raw = types[0]
		}
		for _, t := range types {
			switch {
			case !util.IsMediaTypeJson(t):
				t, _, _ = strings.Cut(strings.ToLower(t), ";") // replies are compared without parameters
				if !slices.Contains(m.Types, t) {
					m.Types = append(m.Types, t)
				}
			case decoded[status] == "" || t == "application/json":
				decoded[status] = t
			}
		}
		if t := decoded[status]; t != "" && !slices.Contains(accept, t) {
			accept = append(accept, t)
		}
	}
	m.JSON = strings.Join(accept, ", ")
	found, err := m.GetResponseTypeDefinitions()
	if err != nil {
		return err
	}
	for _, r := range found {
		if r.ContentTypeName == decoded[r.ResponseName] {
			m.Replies = append(m.Replies, reply{r.ResponseName, r.TypeName, r.Schema.TypeDecl()})
			if r.Schema.OAPISchema != nil {
				m.answers(r.Schema.OAPISchema)
				m.aliases(r.Schema.OAPISchema)
			}
		}
	}
	m.Types = append(m.Types, list(m.X["x-also-types"])...)
	switch {
	case slices.ContainsFunc(m.Replies, func(r reply) bool { return r.Type != m.Replies[0].Type }):
		m.Shape, m.Result = "several", m.OperationId+"Result"
		if decoded["2XX"] != "" {
			return errors.New("responses: 2XX beside a reply of another type is not supported")
		}
	case len(m.Replies) > 0:
		m.Shape, m.Result = "value", m.Replies[0].Type
	case m.Raw != "":
		m.Shape = "stream"
		if strings.Contains(strings.Join(m.Types, ""), "*") {
			return fmt.Errorf("responses: a range of media types, %s, is not supported", m.Raw)
		}
	default:
		m.Shape = "none"
	}
	return nil
}

// covered are the statuses of a response: one, or of 2XX those that have no response of their own.
func (m *method) covered(status string) (all []string) {
	if status != "2XX" {
		return []string{status}
	}
	for n := 200; n < 300; n++ {
		if s := strconv.Itoa(n); m.Spec.Responses.Value(s) == nil {
			all = append(all, s)
		}
	}
	return all
}

// RequiredHeaders are the headers without which nothing is sent. OpenAPI says that three are no parameters.
func (m *method) RequiredHeaders() (names []string) {
	for _, p := range m.HeaderParams {
		if p.Required && !slices.Contains([]string{"Accept", "Authorization", "Content-Type"}, http.CanonicalHeaderKey(p.ParamName)) {
			names = append(names, p.ParamName)
		}
	}
	return names
}

// Noun is the name of a list without its verb.
func (m *method) Noun() string { return strings.TrimPrefix(m.OperationId, "List") }

// answers finds the members of which one must be there, in a schema and in its alternatives.
func (m *method) answers(s *openapi3.Schema) {
	for _, name := range list(s.Extensions["x-answer"]) {
		if name == "none" || slices.Contains(m.Answer, name) {
			continue
		}
		m.Answer = append(m.Answer, name)
		if p := s.Properties[name]; p != nil && p.Value.Extensions["x-nullable"] != nil {
			m.AnswerNull = append(m.AnswerNull, name)
		}
	}
	for _, branch := range slices.Concat(s.OneOf, s.AnyOf, s.AllOf) {
		m.answers(branch.Value)
	}
}

// aliases finds the other spelling of the member that leads to the next page.
func (m *method) aliases(s *openapi3.Schema) {
	page, _ := m.X["x-pagination"].(map[string]any)
	next, _ := page["next"].(string)
	if p := s.Properties[next]; p != nil {
		for _, alias := range list(p.Value.Extensions["x-aliases"]) {
			page["alias"] = alias
		}
	}
}

// lists finds the elements of a list: those of one array, or of several, which are the kinds
// of one union.
func (m *method) lists(types *typeSet) error {
	page, ok := m.X["x-pagination"].(map[string]any)
	if !ok {
		return nil
	}
	m.Shape = "list"
	if page["style"] == "window" {
		m.Shape = "windows"
	}
	for _, name := range list(page["items"]) {
		m.Kinds = append(m.Kinds, kind{name, types.element(m.Result, name), codegen.SchemaNameToTypeName(name)})
	}
	if len(m.Kinds) == 1 {
		m.Item = m.Kinds[0].Type
	} else if item, ok := page["item"].(string); ok {
		m.Item = codegen.SchemaNameToTypeName(item)
	}
	if m.Item == "" {
		return errors.New("x-pagination.items names no array of named elements")
	}
	return nil
}

// About is the doc comment: what the operation does, in the third person, how it is called,
// more, and the rest of its description.
func (m *method) About(more ...string) string {
	does := fmt.Sprintf("sends %s %s.", m.Method, m.Path)
	if summary := strings.TrimSuffix(strings.Join(strings.Fields(m.Summary), " "), "."); summary != "" {
		does = fmt.Sprintf("%s: %s %s.", thirdPerson(summary), m.Method, m.Path)
	}
	if filter, ok := m.X["x-filter"]; ok {
		more = append(more, fmt.Sprintf("The client refuses it without `%v`, unless client.Unfiltered allows that.", filter))
	}
	text := strings.Join(append([]string{does}, more...), "\n")
	for _, d := range []string{m.Spec.Description, strings.TrimPrefix(m.DeprecationComment(), "// ")} {
		if d = strings.TrimSpace(d); d != "" {
			text += "\n\n" + d
		}
	}
	return codegen.StringWithTypeNameToGoComment(text, m.OperationId)
}

var (
	sibilant = regexp.MustCompile(`(s|x|ch|sh|o)$`)
	y        = regexp.MustCompile(`([^aeiou])y$`)
)

// thirdPerson makes "List alerts" read "lists alerts".
func thirdPerson(s string) string {
	verb, rest, _ := strings.Cut(codegen.LowercaseFirstCharacter(s), " ")
	verb = y.ReplaceAllString(sibilant.ReplaceAllString(verb, "${1}e"), "${1}ie") + "s"
	return strings.TrimSpace(verb + " " + rest)
}

// key is the x-identity of a type, in words and in Go.
type key struct{ About, Code string }

// identity finds the members that tell the elements of a type apart, nil if none are stated.
func identity(t codegen.TypeDefinition) *key {
	if t.Schema.OAPISchema == nil || t.Schema.RefType != "" {
		return nil
	}
	stated, _ := t.Schema.OAPISchema.Extensions["x-identity"].([]any)
	if len(stated) == 0 {
		return nil
	}
	if _, one := stated[0].(string); one {
		stated = []any{stated}
	}
	var about, code []string
	for _, k := range stated {
		about = append(about, strings.Join(list(k), ", "))
		code = append(code, fmt.Sprintf("%#v", list(k)))
	}
	return &key{strings.Join(about, ", otherwise "), strings.Join(code, ", ")}
}

// list is a text or a list of texts of the document.
func list(v any) (all []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			all = append(all, fmt.Sprint(e))
		}
	}
	return all
}

// quoted writes a Go string; what is absent is "".
func quoted(v any) string {
	if v == nil {
		return `""`
	}
	return fmt.Sprintf("%q", fmt.Sprint(v))
}
