package sandbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// T is what the server needs of a test.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(func())
}

// Server answers with exchanges over HTTP and asserts that the requests are
// those of the exchanges. Exchanges that the same request fits are served in
// order and the last one repeatedly, so that two exchanges make a failure
// before a success.
type Server struct {
	URL string // with the base path: what a client takes as its server

	http *httptest.Server
	play *replay
}

// NewServer starts a server, which stops with the test. verify may be nil. base is the
// path of the service's URL, such as /api/v1, or "".
//
// A request that no exchange has is answered with 404, one that differs from
// all exchanges of its method and path with 400 and the differences, one that
// verify refuses with 401; each is an error of the test too.
func NewServer(t T, exchanges []*exchange.Exchange, base string, verify Verifier) *Server {
	t.Helper()
	p := &replay{exchanges: exchanges, base: base, verify: verify, report: t.Errorf, served: map[*exchange.Exchange]int{}}
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	return &Server{URL: srv.URL + base, http: srv, play: p}
}

// Client returns an HTTP client for the server.
func (s *Server) Client() *http.Client { return s.http.Client() }

// Served counts how often an exchange was the answer.
func (s *Server) Served(e *exchange.Exchange) int {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	return s.play.served[e]
}

// Unserved lists the exchanges that were never requested.
func (s *Server) Unserved() []*exchange.Exchange {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.play.exchanges), func(e *exchange.Exchange) bool { return s.play.served[e] > 0 })
}

// replay is the handler of [Server].
type replay struct {
	exchanges []*exchange.Exchange
	base      string
	verify    Verifier
	report    func(format string, args ...any)

	mu     sync.Mutex
	served map[*exchange.Exchange]int
}

func (p *replay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r, err := exchange.ReadRequest(req)
	if err != nil {
		p.fail(w, r, http.StatusBadRequest, "reading the body: "+err.Error())
		return
	}
	if p.verify != nil {
		if err := p.verify(r.Again()); err != nil {
			p.fail(w, r, http.StatusUnauthorized, "credentials: "+err.Error())
			return
		}
	}
	e, status, reason := p.choose(r)
	if e == nil {
		p.fail(w, r, status, reason)
		return
	}
	answer(w, req.Method, e)
}

// choose finds the exchange of a request, or says why there is none.
func (p *replay) choose(r *exchange.Request) (e *exchange.Exchange, status int, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var fitting []*exchange.Exchange
	var nearest []string
	here := false
	for _, e := range p.exchanges {
		if r.Method != e.Method || !exchange.SamePath(r.SentPath(), p.base+strings.TrimPrefix(e.Path, p.base)) {
			continue
		}
		found := e.Mismatches(r)
		if len(found) == 0 {
			fitting = append(fitting, e)
		}
		if !here || len(found) < len(nearest) {
			nearest = found
		}
		here = true
	}
	switch {
	case !here:
		return nil, http.StatusNotFound, "no exchange has this method and path"
	case len(fitting) == 0:
		return nil, http.StatusBadRequest, strings.Join(nearest, "; ")
	}
	e = fitting[len(fitting)-1]
	for _, f := range fitting {
		if p.served[f] == 0 {
			e = f
			break
		}
	}
	p.served[e]++
	return e, 0, ""
}

func (p *replay) fail(w http.ResponseWriter, r *exchange.Request, status int, reason string) {
	p.report("%s %s: %s", r.Method, r.SentPath(), reason)
	http.Error(w, reason, status)
}

// answer writes the answer of an exchange. A status that is not known is 200.
func answer(w http.ResponseWriter, method string, e *exchange.Exchange) {
	e.SetHeader(w.Header())
	body := e.Wire()
	if e.Status == http.StatusNoContent || e.Status == http.StatusNotModified {
		body = nil
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	if e.Status == http.StatusNoContent {
		w.Header().Del("Content-Length")
	}
	if e.Status != 0 {
		w.WriteHeader(e.Status)
	}
	if method != http.MethodHead {
		_, _ = w.Write(body) // a client that goes away is its own business
	}
}
