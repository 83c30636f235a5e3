package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

func itoa(n int) string { return strconv.Itoa(n) }

// verbs that an operationId may begin with. A new one is a decision.
var verbs = strings.Fields(`
	list get find search count check test verify validate whoami
	create purchase update replace delete add remove set clear reset patch put
	upload download export import read send
	enable disable activate deactivate invite accept publish merge copy move
	dismiss undismiss assign unassign associate dissociate link unlink
	decode enrich execute run start stop cancel install uninstall
	report follow unfollow vote describe discover recover restore renew
`)

var camel = regexp.MustCompile(`^([a-z]+)[A-Z0-9][A-Za-z0-9]*$`)

// operationIDs requires a verb and a noun. The rule "valid" covers uniqueness.
func operationIDs(d *document, add report) {
	for _, op := range d.ops {
		m := camel.FindStringSubmatch(op.OperationID)
		switch {
		case op.OperationID == "":
			add(op.method+" "+op.path, "no operationId")
		case m == nil:
			add(op.OperationID, "not a verb and a noun in lower camel case")
		case !slices.Contains(verbs, m[1]):
			add(op.OperationID, "%q is not a known verb", m[1])
		case op.Extensions["x-pagination"] != nil && m[1] != "list":
			add(op.OperationID, "an operation with x-pagination begins with list")
		}
	}
}

// documented requires a description, a source, and at least one failure.
func documented(d *document, add report) {
	tags := map[string]bool{}
	for _, t := range d.doc.Tags {
		tags[t.Name] = true
		if t.Description == "" {
			add("tag "+t.Name, "no description")
		}
	}
	if d.doc.Extensions["x-source"] == nil {
		add("document", "no x-source")
	}
	for _, op := range d.ops {
		if op.Summary == "" {
			add(op.OperationID, "no summary")
		}
		if op.Description == "" {
			add(op.OperationID, "no description")
		}
		if op.Extensions["x-source"] == nil {
			add(op.OperationID, "no x-source")
		}
		if len(op.Tags) != 1 {
			add(op.OperationID, "%d tags, want one", len(op.Tags))
		}
		for _, t := range op.Tags {
			if !tags[t] {
				add(op.OperationID, "tag %q is not declared", t)
			}
		}
		failures := 0
		for status := range op.Responses.Map() {
			if isFailure(status) {
				failures++
			}
		}
		if failures == 0 {
			add(op.OperationID, "no failure is declared")
		}
	}
}

// licensed requires the document's license and contact.
func licensed(d *document, add report) {
	if l := d.doc.Info.License; l == nil || l.Name == "" || l.URL == "" {
		add("info", "no license with a name and a url")
	}
	if c := d.doc.Info.Contact; c == nil || c.URL == "" {
		add("info", "no contact with a url")
	}
}

// isFailure tells "404", "4XX" and "default" from the others.
func isFailure(status string) bool {
	return status == "default" || status[0] == '4' || status[0] == '5'
}

// isSuccess tells "200" and "2XX".
func isSuccess(status string) bool { return status[0] == '2' }

// isJSON reports that a media type carries JSON.
func isJSON(mediaType string) bool {
	t, _, _ := strings.Cut(mediaType, ";")
	return t == "application/json" || strings.HasSuffix(t, "+json")
}

// oneJSON allows at most one JSON media type in an answer, so that there is one
// type to decode into.
func oneJSON(d *document, add report) {
	d.responses(func(at string, r *openapi3.Response) {
		n := 0
		for t := range r.Content {
			if isJSON(t) {
				n++
			}
		}
		if n > 1 {
			add(at, "%d JSON media types", n)
		}
	})
}

// sharedErrors requires failures to stand in components/responses.
func sharedErrors(d *document, add report) {
	for _, op := range d.ops {
		for status, ref := range op.Responses.Map() {
			if isFailure(status) && ref.Ref == "" {
				add(op.OperationID+" "+status, "the failure is not shared in components/responses")
			}
		}
	}
}

// textHeaders requires response headers to be strings: an answer must not fail
// because a proxy wrote something else for a number.
func textHeaders(d *document, add report) {
	d.responses(func(at string, r *openapi3.Response) {
		for name, h := range r.Headers {
			if h.Value.Schema == nil || !h.Value.Schema.Value.Type.Is("string") {
				add(at+" "+name, "the header is not a string")
			}
		}
	})
}

// responses visits each response once, with a name for it.
func (d *document) responses(visit func(at string, r *openapi3.Response)) {
	seen := map[*openapi3.Response]bool{}
	for _, op := range d.ops {
		statuses := op.Responses.Map()
		for _, status := range sortedKeys(statuses) {
			if r := statuses[status].Value; !seen[r] {
				seen[r] = true
				visit(op.OperationID+" "+status, r)
			}
		}
	}
}
