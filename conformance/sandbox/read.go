package sandbox

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// serve answers from the state.
func (sv *apiServer) serve(c *call) *reply {
	switch c.op.Method {
	case http.MethodGet:
	case http.MethodOptions: // describes what stands at the path
		return sv.describe(c)
	default:
		return sv.write(c)
	}
	e := sv.book.usual(c.op, nil)
	if isList(c.op) {
		e = sv.book.about(c.op, lastSegment(c.below))
	}
	if e == nil {
		return sv.refuse(c, http.StatusNotImplemented, "no exchange shows a success of "+c.op.ID)
	}
	c.done.Source = e.File
	if lost := sv.missing(c.below); lost != "" {
		return sv.refuse(c, http.StatusNotFound, "there is no "+lost)
	}
	if f, ok := sv.store.files[filePath(c.below)]; ok && !isList(c.op) {
		return &reply{http.StatusOK, http.Header{"Content-Type": {cmp.Or(e.ContentType, f.contentType)}}, f.body}
	}
	a := replyOf(e)
	body := bodyOf(e)
	switch {
	case !exchange.IsJSON(e.ContentType):
		return a
	case isList(c.op):
		return sv.list(c, a, body)
	}
	p := place(c.op, body)
	value := at(body, p...)
	if it, ok := sv.lookup(c.below); ok && it != nil {
		value = clone(sv.resolve(it))
	} else if kept, ok := sv.store.documents[c.below]; ok {
		value = clone(kept)
	} else if sv.store.gone[c.below] {
		return sv.refuse(c, http.StatusNotFound, "there is no "+c.below)
	} else if !sv.mentioned(c, body) {
		return sv.refuse(c, http.StatusNotFound, "no fixture knows the identifier of "+c.below)
	}
	value = sv.shown(c, value, below(responseSchema(c.op, a.status), p...))
	return a.with(sv.ownOrigin(c, put(body, value, p...)))
}

// describe answers with what a fixture says about the path, or about another one of its kind.
func (sv *apiServer) describe(c *call) *reply {
	e := sv.book.usual(c.op, nil)
	for _, own := range sv.book.good[c.op.ID] {
		if sv.book.cost(c.op, own, nil) < peculiarity && exchange.SamePath(strings.TrimPrefix(own.Path, sv.spec.Base), c.below) {
			e = own
		}
	}
	if e == nil {
		return sv.refuse(c, http.StatusNotImplemented, "no exchange shows a success of "+c.op.ID)
	}
	return sv.replay(c, e)
}

// mentioned reports that the fixtures know the identifier that a document's path or query
// has, where the answer shows that it is one.
func (sv *apiServer) mentioned(c *call, body any) bool {
	for _, e := range sv.book.byOp[c.op.ID] {
		if !succeeds(e) {
			continue
		}
		shown := map[string]bool{}
		texts(bodyOf(e), func(s string) { shown[s] = true })
		parts := segments(e.Path)
		if isParameter(c.op.Template) && shown[parts[len(parts)-1]] {
			own := segments(c.below)
			return sv.book.words[own[len(own)-1]]
		}
	}
	return true
}

// usualBody is the JSON of an exchange; nil when there is none.
func usualBody(e *exchange.Exchange) any {
	if e == nil {
		return nil
	}
	return bodyOf(e)
}
