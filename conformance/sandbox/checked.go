package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// check refuses what the document does not allow, except what the services are known to
// ignore, which is noted.
func (sv *apiServer) check(c *call) *reply {
	asked, problem := sv.asked(c)
	if problem != "" {
		return sv.refuse(c, http.StatusBadRequest, problem)
	}
	var wrong check.Problems
	for _, p := range sv.spec.CheckRequest(asked, c.op, c.values) {
		if p.Text == "" {
			p.Text = "is not as the document says"
		}
		if !sv.box.options.Strict && sv.ignored(c, p) {
			c.note("ignored " + p.String())
			continue
		}
		wrong = append(wrong, p)
	}
	if len(wrong) > 0 {
		return sv.refuse(c, http.StatusBadRequest, wrong.Error())
	}
	if reason := broken(c.op, c.query, sv.box.now()); reason != "" {
		if param := text(extension(c.op, "x-tql")["param"]); param != "" && strings.HasPrefix(reason, unparsed(param)) {
			c.about = param
		}
		return sv.refuse(c, http.StatusBadRequest, sv.worded(c, reason))
	}
	return nil
}

// asked is the request as an exchange. Of its headers only those count that the operation
// knows, since every HTTP client adds some.
func (sv *apiServer) asked(c *call) (e *exchange.Exchange, problem string) {
	contentType := c.Header.Get("Content-Type")
	e = &exchange.Exchange{OperationID: c.op.ID, Method: c.op.Method, Path: c.below, RequestHeaders: map[string]string{}, RequestContentType: contentType}
	for _, p := range c.op.Parameters() {
		if v := c.Header.Get(p.Name); p.In == "header" && v != "" {
			e.RequestHeaders[http.CanonicalHeaderKey(p.Name)] = v
		}
	}
	declared := c.op.Route.Operation.RequestBody
	switch {
	case len(c.Request.Body) == 0:
		e.RequestContentType = ""
		if declared != nil && declared.Value.Required {
			e.RequestContentType = contentType
		}
	case isForm(c) && !sv.box.options.Strict:
		form, err := exchange.Form(c.Request.Body, contentType)
		if err != nil {
			return nil, "request body: it is no form: " + err.Error()
		}
		e.RequestForm = map[string]string{}
		for name := range form {
			field, _, _ := strings.Cut(name, "; ") // of a file
			e.RequestForm[field] = ""
		}
	case exchange.IsJSON(contentType) || contentType == "" && json.Valid(c.Request.Body):
		if err := exchange.DecodeJSON(c.Request.Body, &c.body); err != nil {
			return nil, "request body: it is no JSON: " + err.Error()
		}
		e.RequestBody = c.Request.Body
		if declared == nil && !sv.box.options.Strict {
			e.RequestBody, e.RequestContentType = nil, ""
			sv.longQuery(c)
			c.body = nil
		}
	default:
		e.RequestBody = exchange.FromWire(c.Request.Body, contentType)
	}
	e.Query = exchange.Query(c.query)
	return e, ""
}

// longQuery takes the parameters of a GET that is too long for a URL out of its body,
// {"data": {"tql": …}}. Any other body of an operation without one is ignored.
func (sv *apiServer) longQuery(c *call) {
	data, ok := at(c.body, "data").(map[string]any)
	if c.op.Method != http.MethodGet || !ok {
		c.note("ignored request body: the operation takes none")
		return
	}
	c.note("read the query from the body")
	for name, v := range data {
		if s := text(v); s != "" {
			c.query.Set(name, s)
		}
	}
}

// ignored reports that the services are known to take what the document does not allow:
// parameters nobody described, and members of a change that are known from reading, or null.
func (sv *apiServer) ignored(c *call, p check.Problem) bool {
	switch {
	case p.Text == "unknown parameter":
		return true
	case !strings.HasPrefix(p.Where, "request body") || c.op.Method == http.MethodGet:
		return false
	case strings.HasPrefix(p.Text, "null is not declared"), p.Text == "unknown member (null)":
		return true
	case strings.HasPrefix(p.Text, "unknown member"):
		name := p.Where[strings.LastIndex(p.Where, "/")+1:]
		return sv.readsMember(c, strings.NewReplacer("~1", "/", "~0", "~").Replace(name))
	}
	return false
}

// readsMember reports that an answer about what the call changes may have a member.
func (sv *apiServer) readsMember(c *call, name string) bool {
	for _, path := range []string{c.below, c.below + "/x"} {
		for _, op := range []*check.Operation{c.op, sv.find(http.MethodGet, path)} {
			e := (*exchange.Exchange)(nil)
			if op != nil {
				e = c.book.usual(op, nil)
			}
			if e == nil {
				continue
			}
			list, _ := properties(below(responseSchema(op, e.Status), place(op, bodyOf(e))...))
			if list[name] != nil {
				return true
			}
		}
	}
	return false
}
