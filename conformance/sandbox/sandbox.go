// Package sandbox lets programs be developed without a contract of the vendor. [Sandbox]
// serves an API from exchanges and checks credentials, parameters and bodies; [NewServer] does
// so in a test and asserts what arrives; [Recorder] writes exchange files from live traffic,
// without secrets; [Observer] warns when a live answer leaves the document.
package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
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
	Spec      *check.Spec
	Exchanges []*exchange.Exchange
	Verify    Verifier                           // nil for none
	Log       func(r *http.Request, text string) // nil for none
}

func (s *Sandbox) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r, err := exchange.ReadRequest(req)
	if err != nil {
		s.refuse(w, req, http.StatusBadRequest, err.Error())
		return
	}
	below, inside := strings.CutPrefix(r.SentPath(), s.Spec.Base)
	op, values, lost := s.Spec.Find(req.Method, below)
	if s.Verify != nil && !open(op, req) { // before anything is said about paths
		if err := s.Verify(r.Again()); err != nil {
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
	if found := s.Spec.CheckRequest(asked, op, values); len(found) > 0 {
		s.refuse(w, req, http.StatusBadRequest, found.Error())
		return
	}
	e := s.nearest(asked, op, preferredStatus(req))
	if e == nil {
		s.refuse(w, req, http.StatusNotImplemented, "no exchange shows "+op.ID+" with that status")
		return
	}
	e = pageFor(e, asked, op)
	if s.Log != nil {
		s.Log(req, fmt.Sprintf("%d, as %s", e.Status, e.File))
	}
	answer(w, req.Method, e)
}

// open reports that the operation may be called without credentials and is.
func open(o *check.Operation, r *http.Request) bool {
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
func (s *Sandbox) asked(r *exchange.Request, below string, op *check.Operation) *exchange.Exchange {
	e := &exchange.Exchange{
		OperationID: op.ID, Method: r.Method, Path: below, Query: exchange.Query(r.URL.Query()),
		RequestHeaders: map[string]string{}, RequestContentType: r.Header.Get("Content-Type"),
	}
	for _, p := range op.Parameters() {
		if v := r.Header.Get(p.Name); p.In == "header" && v != "" {
			e.RequestHeaders[http.CanonicalHeaderKey(p.Name)] = v
		}
	}
	e.RequestBody = exchange.FromWire(r.Body, e.RequestContentType)
	return e
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
