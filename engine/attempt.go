package engine

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

// attempt signs and sends a clone of req once.
func (p *Pipeline) attempt(op *Operation, req *http.Request, n int, waited time.Duration) (*http.Response, error) {
	idle := newIdleTimer(req.Context(), p.config.Timeout)
	r := req.Clone(idle.ctx)
	a := client.Attempt{Operation: op.ID, Method: op.Method, Path: op.Path, Attempt: n, Wait: waited}
	start := time.Now()
	fail := func(err error) (*http.Response, error) {
		idle.stop()
		a.Duration, a.Err = time.Since(start), err
		p.report(a)
		return nil, err
	}
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return fail(&client.RequestError{Operation: op.ID, Reason: "the body cannot be read again", Err: err})
		}
		r.Body = body
	}
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = idle.sending(r.Body)
	}
	p.prepare(op, r)
	if err := p.config.Sign(r.Context(), r); err != nil {
		return fail(&client.RequestError{Operation: op.ID, Reason: "no credentials", Err: err})
	}
	res, err := p.http.Do(r)
	if err != nil {
		var ue *url.Error
		for errors.As(err, &ue) {
			err = ue.Err // url.Error prints the query; a transport of the caller may wrap another
		}
		return fail(lost(op, n, 0, idle.cause(err)))
	}
	a.Status, res.Request = res.StatusCode, r // a transport of the caller may not say
	if res.StatusCode/100 != 2 {
		res.Body = idle.receiving(res.Body)
		e := p.classify(op, res, n)
		a.Bytes = int64(len(e.Body))
		return fail(e)
	}
	res.Body = &limitedBody{ReadCloser: idle.receiving(res.Body), left: p.config.MaxBody, wrap: func(err error) error {
		return lost(op, n, res.StatusCode, err)
	}, done: func(read int64, err error) {
		idle.stop()
		a.Duration, a.Bytes, a.Err = time.Since(start), read, err
		p.report(a)
	}}
	return res, nil
}

func (p *Pipeline) report(a client.Attempt) {
	if p.config.OnAttempt != nil {
		p.config.OnAttempt(a)
	}
}

// prepare sets the headers that a request carries: what the caller's editors set stays,
// then come the client's own, then the operation's.
func (p *Pipeline) prepare(op *Operation, r *http.Request) {
	for name, values := range p.config.Header {
		if _, ok := r.Header[name]; !ok {
			r.Header[name] = values[:1:1]
		}
	}
	for _, h := range op.Headers {
		if _, ok := r.Header[h.Name]; !ok {
			r.Header.Set(h.Name, h.Value)
		}
	}
	if r.Header.Get("Accept") == "" && op.Accept != "" {
		r.Header.Set("Accept", op.Accept)
	}
	for name, values := range r.Header {
		if len(values) == 1 && values[0] == "" && name != "User-Agent" { // net/http leaves an empty one out
			delete(r.Header, name)
		}
	}
}
