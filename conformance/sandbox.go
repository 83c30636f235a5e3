package conformance

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Sandbox answers every request that a document allows with the nearest of
// its exchanges, for none of these vendors lets anybody try an API without a
// contract. It checks credentials, parameters and bodies for real:
//
//   - 401 when Verify refuses, 404 for paths and methods that are not described,
//     400 with the problems for anything that the document does not allow;
//   - "Prefer: code=429" asks for an answer with that status;
//   - a page behind those of the exchanges is empty, so that lists end.
//
// It keeps nothing: what was created is not there afterwards.
type Sandbox struct {
	Spec      *Spec
	Exchanges []*Exchange
	Verify    Verifier                           // nil for none
	Log       func(r *http.Request, text string) // nil for none
}

func (s *Sandbox) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r, err := read(req)
	if err != nil {
		s.refuse(w, req, http.StatusBadRequest, err.Error())
		return
	}
	below, inside := strings.CutPrefix(r.path(), s.Spec.Base)
	op, values, lost := s.Spec.Find(req.Method, below)
	if s.Verify != nil && !op.open(req) { // before anything is said about paths
		if err := s.Verify(r.fresh()); err != nil {
			s.refuse(w, req, http.StatusUnauthorized, err.Error())
			return
		}
	}
	switch {
	case !inside:
		s.refuse(w, req, http.StatusNotFound, "the paths of this service begin with "+s.Spec.Base)
		return
	case lost != nil:
		s.refuse(w, req, http.StatusNotFound, lost.Error())
		return
	}
	asked := s.asked(r, below, op)
	if found := s.Spec.checkAsked(asked, op, values); len(found) > 0 {
		s.refuse(w, req, http.StatusBadRequest, found.Error())
		return
	}
	e := s.nearest(asked, op, preferredStatus(req))
	if e == nil {
		s.refuse(w, req, http.StatusNotImplemented, "no exchange shows "+op.ID+" with that status")
		return
	}
	e = e.pageFor(asked, op)
	if s.Log != nil {
		s.Log(req, fmt.Sprintf("%d, as %s", e.Status, e.File))
	}
	e.answer(w, req.Method)
}

// open reports that the operation may be called without credentials and is.
func (o *Operation) open(r *http.Request) bool {
	if o == nil || r.Header.Get("Authorization") != "" {
		return false
	}
	security := o.Route.Operation.Security
	if security == nil {
		security = &o.Route.Spec.Security
	}
	for _, requirement := range *security {
		if len(requirement) == 0 {
			return true
		}
	}
	return o.Route.Operation.Security != nil && len(*security) == 0
}

func (s *Sandbox) refuse(w http.ResponseWriter, req *http.Request, status int, reason string) {
	if s.Log != nil {
		s.Log(req, fmt.Sprintf("%d: %s", status, reason))
	}
	http.Error(w, reason, status)
}

// asked is the request as an exchange. Of its headers only those count that
// the operation knows, since every HTTP client adds some.
func (s *Sandbox) asked(r *arrived, below string, op *Operation) *Exchange {
	e := &Exchange{
		OperationID: op.ID, Method: r.Method, Path: below, Query: Query(r.URL.Query()),
		RequestHeaders: map[string]string{}, RequestContentType: r.Header.Get("Content-Type"),
	}
	for _, p := range op.Parameters() {
		if v := r.Header.Get(p.Name); p.In == "header" && v != "" {
			e.RequestHeaders[http.CanonicalHeaderKey(p.Name)] = v
		}
	}
	e.setRequestBody(r.body)
	return e
}

// setRequestBody stores a body as the format wants it: JSON as it is, the rest as text.
func (e *Exchange) setRequestBody(body []byte) { e.RequestBody = stored(body, e.RequestContentType) }

// stored is the reverse of wire.
func stored(body []byte, contentType string) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	if isJSON(contentType) && json.Valid(body) {
		return body
	}
	var v any
	if json.Unmarshal(body, &v) == nil {
		if _, text := v.(string); !text {
			return body // JSON under another label
		}
	}
	text, err := json.Marshal(string(body))
	if err != nil {
		return nil
	}
	return text
}

// checkAsked holds a request against the document.
func (s *Spec) checkAsked(e *Exchange, op *Operation, values map[string]string) Problems {
	in, err := s.input(e, op, values)
	if err != nil {
		return Problems{{"request", err.Error()}}
	}
	return append(s.checkParameters(e, op, in, Fixture), s.checkRequestBody(e, op, in, Fixture)...)
}

// preferredStatus reads "Prefer: code=429" (RFC 7240).
func preferredStatus(r *http.Request) int {
	for _, p := range strings.FieldsFunc(strings.Join(r.Header.Values("Prefer"), ","), func(c rune) bool { return c == ',' || c == ';' }) {
		if code, ok := strings.CutPrefix(strings.TrimSpace(p), "code="); ok {
			n, _ := strconv.Atoi(strings.Trim(code, `"`))
			return n
		}
	}
	return 0
}

// nearest is the exchange of an operation that looks most like the request.
func (s *Sandbox) nearest(asked *Exchange, op *Operation, status int) *Exchange {
	var list []*Exchange
	for _, e := range s.Exchanges {
		ok := e.Status == status || status == 0 && e.Status >= 200 && e.Status < 300
		if e.OperationID == op.ID && ok {
			list = append(list, e)
		}
	}
	if len(list) == 0 && status != 0 { // failures are shared between operations
		for _, e := range s.Exchanges {
			if e.Status == status {
				list = append(list, e)
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	return slices.MaxFunc(list, func(a, b *Exchange) int { return cmp.Compare(a.likeness(asked), b.likeness(asked)) })
}

// likeness counts what two requests have in common.
func (e *Exchange) likeness(asked *Exchange) (n int) {
	for name, values := range asked.Query {
		switch want, ok := e.Query[name]; {
		case ok && sameValues(values, want):
			n += 4
		default:
			n -= 2
		}
	}
	for name := range e.Query {
		if asked.Query[name] == nil {
			n--
		}
	}
	if samePath(e.Path, asked.Path) {
		n += 4
	}
	if len(asked.RequestBody) > 0 && len(jsonMismatches(asked.RequestBody, e.RequestBody)) == 0 {
		n += 4
	}
	if path.Base(e.File) == "ok.json" {
		n++
	}
	return n
}

// pageFor returns e, or e without elements and without a next page when the
// request asks for another page than e is.
func (e *Exchange) pageFor(asked *Exchange, op *Operation) *Exchange {
	p, _ := op.Route.Operation.Extensions["x-pagination"].(map[string]any)
	moves, first := p, p["first"]
	if pages, ok := p["pages"].(map[string]any); ok {
		moves, first = pages, pages["first"]
	} else if p["style"] == "window" {
		return e
	}
	param, _ := moves["param"].(string)
	at := asked.Query[param]
	if len(at) == 0 || sameValues(at, e.Query[param]) || e.Query[param] == nil && at[0] == fmt.Sprint(cmp.Or(first, any(0))) {
		return e
	}
	var body any
	if decodeNumbers(e.Wire(), &body) != nil {
		return e
	}
	for _, name := range textsOf(p["items"]) {
		body = without(body, name, []any{})
	}
	for _, v := range []any{p["next"], p["more"]} {
		for _, name := range textsOf(v) {
			body = without(body, name, nil)
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return e
	}
	page := *e
	page.Body = text
	return &page
}

// without puts a value in the place of a member, which is taken away when the
// value is nil. "" is the whole.
func without(body any, name string, value any) any {
	if name == "" {
		return value
	}
	first, rest, _ := strings.Cut(name, ".")
	object, ok := body.(map[string]any)
	switch {
	case !ok || object[first] == nil:
	case rest != "":
		object[first] = without(object[first], rest, value)
	case value == nil:
		delete(object, first)
	default:
		object[first] = value
	}
	return body
}

// textsOf reads a member of an extension that is a name or a list of names.
func textsOf(v any) (list []string) {
	switch v := v.(type) {
	case string:
		list = append(list, v)
	case []any:
		for _, e := range v {
			list = append(list, fmt.Sprint(e))
		}
	}
	return list
}
