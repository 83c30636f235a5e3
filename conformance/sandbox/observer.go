package sandbox

import (
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"sync"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// Observer is an http.RoundTripper that says when a live answer leaves its
// document: a status, a member or a type that is not described. Vendors add
// members without notice and clients ignore them; an observer in a test
// environment reports them.
//
// It changes nothing and delays nothing: an answer is passed on while it
// arrives and is looked at when it was read to its end. Longer ones than Limit
// are not checked. A problem is reported once per operation and place, without
// any value of the answer.
type Observer struct {
	Base http.RoundTripper // nil for http.DefaultTransport
	Spec *check.Spec
	// Warn is called with each problem; nil logs them as warnings. It may be called from
	// several goroutines.
	Warn func(operation string, p check.Problem)
	// Limit is the longest body that is looked at, 1 MiB when 0.
	Limit int64

	mu   sync.Mutex
	told map[string]bool
}

// RoundTrip implements http.RoundTripper.
func (o *Observer) RoundTrip(req *http.Request) (*http.Response, error) {
	base := o.Base
	if base == nil {
		base = http.DefaultTransport
	}
	res, err := base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	op, values, err := o.Spec.Find(req.Method, req.URL.EscapedPath())
	if err != nil {
		o.warn(req.Method, check.Problem{Where: "path", Text: "no operation has this path"}) // which may hold somebody's name
		return res, nil
	}
	if res.Header.Get("Content-Encoding") != "" {
		return res, nil
	}
	limit := o.Limit
	if limit <= 0 {
		limit = 1 << 20
	}
	status, contentType := res.StatusCode, res.Header.Get("Content-Type")
	res.Body = teeBody(res, limit, func(body []byte, whole bool) {
		if whole {
			o.look(op, values, status, contentType, body)
		}
	})
	return res, nil
}

// look checks an answer. Nothing that goes wrong in here may hurt the program
// that is observed.
func (o *Observer) look(op *check.Operation, values map[string]string, status int, contentType string, body []byte) {
	defer func() {
		if r := recover(); r != nil {
			o.warn(op.ID, check.Problem{Where: "observer", Text: fmt.Sprintf("gave up: %T", r)})
		}
	}()
	e := &exchange.Exchange{Method: op.Method, Status: status, ContentType: contentType, Body: exchange.FromWire(body, contentType)}
	for _, p := range o.Spec.CheckResponse(e, op, values, check.Sample) {
		o.warn(op.ID, p)
	}
}

var index = regexp.MustCompile(`/[0-9]+(/|$)`)

// maxTold bounds what is remembered, since a map keyed by ids makes a new
// place of each.
const maxTold = 10_000

func (o *Observer) warn(operation string, p check.Problem) {
	for index.MatchString(p.Where) { // elements of one list are one place
		p.Where = index.ReplaceAllString(p.Where, "/*$1")
	}
	key := operation + "\n" + p.String()
	o.mu.Lock()
	known := o.told[key] || len(o.told) >= maxTold
	if !known {
		if o.told == nil {
			o.told = map[string]bool{}
		}
		o.told[key] = true
	}
	o.mu.Unlock()
	switch {
	case known:
	case o.Warn != nil:
		o.Warn(operation, p)
	default:
		slog.Warn("answer leaves the specification", "api", o.Spec.Name, "operation", operation, "where", p.Where, "problem", p.Text)
	}
}
