// Package sandbox lets programs be developed without a contract of the vendor. [New] in a test
// and [Serve] elsewhere serve APIs with state, real authentication, the rules of the documents
// and faults on demand, and record the calls; [NewServer] answers with exchanges in a test and asserts what arrives; [Recorder]
// writes exchange files from live traffic, without secrets; [Observer] warns when a live
// answer leaves the document.
package sandbox

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/specs"
)

// Options say what a sandbox serves and how. The zero value serves every API.
type Options struct {
	APIs []string // stems of documents; all when empty
	Addr string   // where Serve listens; a free port of this machine when empty
	TLS  bool     // Serve makes a certificate, see [Instance.CA]

	// Dir is a folder of exchanges that lie over the fixtures, <api>/… or, for one API, files
	// alone. A request that equals one of them in path, query and body gets its answer. It is
	// read again when it changes.
	Dir string
	// Exchanges lie over the fixtures as those of Dir do.
	Exchanges map[string][]*exchange.Exchange
	// Documents replace those of specs/. An API without an account needs no credentials.
	Documents fs.FS

	Strict bool             // refuse what the services take and ignore
	Faults []Fault          // from the beginning
	Quotas bool             // count calls against the x-quota of each pool
	Quota  map[string]int   // calls of a pool, over those of x-quota
	Events Events           // what the feeds hold
	Now    func() time.Time // the clock; time.Now when nil
	Log    func(Call)       // called with each call when it is over
}

// Sandbox serves APIs from memory: what is created is there afterwards. It is safe for
// concurrent use.
type Sandbox struct {
	options  Options
	services []*apiServer
	faults   faults
	quota    quota

	mu    sync.Mutex
	calls []Call
}

// Handler makes a sandbox for a server of one's own. It reads a document with the first request
// for its API.
func Handler(o Options) (*Sandbox, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	documents := o.Documents
	if documents == nil {
		documents = specs.FS()
	}
	if len(o.APIs) == 0 {
		o.APIs = specs.Names()
	}
	s := &Sandbox{options: o, faults: faults{list: slices.Clone(o.Faults)}, quota: quota{used: map[string][]time.Time{}}}
	for _, api := range o.APIs {
		sv, err := newService(api, documents, s)
		if err != nil {
			return nil, err
		}
		s.services = append(s.services, sv)
	}
	for _, f := range o.Faults {
		if err := s.known(f); err != nil {
			return nil, err
		}
	}
	return s, o.wrong()
}

// wrong says which option cannot do what it says.
func (o Options) wrong() error {
	switch {
	case o.Events.Duplicate < 0 || o.Events.Duplicate > 1:
		return fmt.Errorf("the share of events that come twice is %v, not 0 to 1", o.Events.Duplicate)
	case o.Events.Delay < 0:
		return fmt.Errorf("events cannot be late by %v", o.Events.Delay)
	case o.Dir != "":
		info, err := os.Stat(o.Dir)
		if err == nil && !info.IsDir() {
			err = fmt.Errorf("%s is no folder", o.Dir)
		}
		return err
	}
	return nil
}

// now is the clock of the server, which a fault may skew.
func (s *Sandbox) now() time.Time { return s.options.Now().Add(s.faults.skew()) }

// ServeHTTP answers a call and notes it.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	start := time.Now()
	r, err := exchange.ReadRequest(req)
	if err != nil {
		http.Error(w, "the body could not be read: "+err.Error(), http.StatusBadRequest)
		return
	}
	allowOrigin(w.Header(), req)
	if preflight(w, req) || s.control(w, r) {
		return
	}
	c := &call{Request: r, done: Call{Method: req.Method, Target: req.RequestURI, Header: req.Header.Clone(), Body: r.Body, Time: s.now()}}
	a := s.answer(c)
	c.done.Status = a.status
	if c.service != nil && c.service.account != nil && c.service.account.seal != nil && c.entered {
		c.service.account.seal(r.Again(), a.header, a.body)
	}
	c.done.Duration = time.Since(start)
	s.note(c.done) // before the client can have the answer, and ask for the calls
	defer func() { // also when a fault breaks the connection off
		c.done.Duration = time.Since(start)
		if s.options.Log != nil {
			s.options.Log(c.done)
		}
	}()
	a.write(w, req, c.fault)
}

// answer finds the API and the operation of a call, checks credentials, faults and the
// document's rules, and answers.
func (s *Sandbox) answer(c *call) *reply {
	sv, err := s.route(c.Request)
	if err != nil {
		return plainText(c, http.StatusNotFound, err.Error())
	}
	c.service, c.done.API = sv, sv.name
	if err := sv.load(c); err != nil {
		return plainText(c, http.StatusInternalServerError, err.Error())
	}
	if a := sv.open(c); a != nil {
		return a
	}
	if a := s.disturb(c); a != nil {
		return a
	}
	if a := sv.check(c); a != nil {
		return a
	}
	return sv.respond(c)
}
