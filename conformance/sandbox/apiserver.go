package sandbox

import (
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/fixtures"
)

// apiServer serves one API.
type apiServer struct {
	name      string
	outline   outline
	account   *Account // nil: no credentials are needed
	box       *Sandbox
	documents fs.FS

	once   sync.Once
	failed error
	spec   *check.Spec
	plain  []*exchange.Exchange // the fixtures

	mu     sync.Mutex // over what follows
	book   *book
	store  *store
	folder folder
}

func newService(api string, documents fs.FS, s *Sandbox) (*apiServer, error) {
	text, err := fs.ReadFile(documents, api+".yaml")
	if err != nil {
		return nil, fmt.Errorf("no document %s: %w", api, err)
	}
	sv := &apiServer{name: api, box: s, documents: documents, folder: folder{dir: s.options.Dir, api: api, alone: len(s.options.APIs) == 1}}
	if sv.outline, err = outlineOf(text); err != nil {
		return nil, fmt.Errorf("%s: %w", api, err)
	}
	if sv.account, err = accountOf(api, s.now, s.options.Now); err != nil && s.options.Documents == nil {
		return nil, err
	}
	return sv, nil
}

// load reads document and fixtures once, and the folder whenever it has changed, which
// begins the state anew.
func (sv *apiServer) load(c *call) error {
	sv.once.Do(func() {
		if sv.spec, sv.failed = check.LoadSpec(sv.documents, sv.name); sv.failed != nil {
			return
		}
		if _, err := fs.Stat(fixtures.FS(), sv.name); err == nil && sv.box.options.Documents == nil {
			sv.plain, sv.failed = exchange.Load(fixtures.FS(), sv.name)
		}
		moved(sv.plain, sv.box.options.Now())
	})
	if sv.failed != nil {
		return sv.failed
	}
	sv.mu.Lock()
	defer sv.mu.Unlock()
	changed, err := sv.folder.read()
	if err != nil {
		return err
	}
	if sv.book == nil || changed {
		over := append(append([]*exchange.Exchange(nil), sv.folder.list...), sv.box.options.Exchanges[sv.name]...)
		sv.book = newBook(sv.spec, sv.plain, over)
		sv.store = newStore()
	}
	c.book = sv.book
	return nil
}

// open finds the operation and checks the credentials, before anything is said about paths.
func (sv *apiServer) open(c *call) *reply {
	below, inside := strings.CutPrefix(c.SentPath(), sv.spec.Base)
	method := c.Method
	if method == http.MethodHead { // the answer of a GET without its body
		method = http.MethodGet
	}
	op, values, lost := sv.spec.Find(method, below)
	if op != nil {
		c.op, c.values, c.below, c.done.Operation = op, values, joined(segments(below)), op.ID
	}
	c.query = c.URL.Query()
	if sv.account != nil && !unguarded(op, c.Request.Request) {
		if err := sv.account.Verify(c.Again()); err != nil {
			a := sv.refuse(c, http.StatusUnauthorized, err.Error())
			if sv.account.challenge != nil {
				sv.account.challenge(err, a.header)
			}
			return a
		}
		c.entered = true
	}
	switch {
	case !inside:
		return sv.refuse(c, http.StatusNotFound, "the paths of this service begin with "+sv.spec.Base)
	case lost != nil:
		return sv.lost(c, below, lost)
	}
	return nil
}

// lost refuses a call without an operation: with the methods that its path has, where the service
// knows 405, and as a path that is not there elsewhere.
func (sv *apiServer) lost(c *call, path string, err error) *reply {
	var allowed []string
	knows := false
	for _, op := range sv.spec.Operations {
		knows = knows || declares(op, http.StatusMethodNotAllowed)
		if op.Method != http.MethodOptions && !slices.Contains(allowed, op.Method) && sv.find(op.Method, path) != nil {
			allowed = append(allowed, op.Method)
		}
	}
	if len(allowed) == 0 || !knows {
		return sv.refuse(c, http.StatusNotFound, err.Error())
	}
	a := sv.refuse(c, http.StatusMethodNotAllowed, err.Error())
	a.header.Set("Allow", strings.Join(allowed, ", "))
	return a
}

// unguarded reports that the operation may be called without credentials and is.
func unguarded(o *check.Operation, r *http.Request) bool {
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

// respond makes the answer of a call that is allowed.
func (sv *apiServer) respond(c *call) *reply {
	sv.mu.Lock()
	defer sv.mu.Unlock()
	if e := sv.book.wished(c); e != nil {
		return sv.replay(c, e)
	}
	if name := preferences(c.Request.Request)["example"]; name != "" {
		return sv.refuse(c, http.StatusBadRequest, "no exchange of "+c.op.ID+" is named "+name)
	}
	if e := sv.book.recorded(c); e != nil {
		return sv.replay(c, e)
	}
	if a := sv.feed(c); a != nil {
		return a
	}
	if owner := sv.strangeOwner(c); owner != "" {
		return sv.refuse(c, http.StatusForbidden, "there is no owner "+owner)
	}
	if a := sv.decoded(c); a != nil {
		return a
	}
	c.below = sv.canonical(c.below)
	if name := sv.unknown(c); name != "" {
		return sv.refuse(c, http.StatusNotFound, "there is no "+name)
	}
	return sv.serve(c)
}

// replay answers with an exchange as it is.
func (sv *apiServer) replay(c *call, e *exchange.Exchange) *reply {
	a := replyOf(e)
	c.done.Source = e.File
	return a
}
