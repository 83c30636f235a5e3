package engine

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

// attempt signs and sends a clone of req once.
func (p *Pipeline) attempt(call *Request, req *http.Request, n int, waited time.Duration) (*http.Response, error) {
	op := call.op
	x := &exchange{p: p, op: op, told: client.Attempt{Operation: op.ID, Method: op.Method, Path: op.Path, Attempt: n, Wait: waited}}
	idle := &x.idle
	p.watchdog.watch(req.Context(), idle, p.config.Timeout)
	r := req.Clone(x.once.trace(idle.ctx))
	x.secrets = call.redactor(r)
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return x.fail(&client.RequestError{Operation: op.ID, Reason: "the body cannot be read again", Err: err})
		}
		r.Body = body
	}
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = idle.sending(r.Body)
	}
	p.prepare(op, r)
	if err := p.config.Sign(r.Context(), r); err != nil {
		return x.fail(&client.RequestError{Operation: op.ID, Reason: "no credentials", Err: err})
	}
	// Not through an http.Client: that one follows redirects, and credentials would go along.
	res, err := p.config.Transport.RoundTrip(r)
	if err == nil && res == nil {
		err = errors.New("the transport returned neither a reply nor an error")
	}
	if err != nil {
		var ue *url.Error
		for errors.As(err, &ue) {
			err = ue.Err // url.Error prints the query; a transport of the caller may wrap another
		}
		return x.fail(x.wrap(idle.cause(err)))
	}
	x.told.Status, res.Request = res.StatusCode, r // a transport of the caller may not say
	if res.StatusCode/100 != 2 {
		res.Body = idle.receiving(res.Body)
		e := p.classify(op, res, n, x.secrets)
		x.told.Bytes = int64(len(e.Body))
		return x.fail(e)
	}
	x.body = limitedBody{ReadCloser: idle.receiving(res.Body), left: p.config.MaxBody, owner: x}
	res.Body = &x.body
	return res, nil
}

// exchange is one attempt, from the request to the end of the reply's body.
type exchange struct {
	idle    idleTimer
	once    once
	p       *Pipeline
	op      *Operation
	body    limitedBody
	secrets redactor
	told    client.Attempt // to OnAttempt
}

func (x *exchange) fail(err error) (*http.Response, error) {
	x.done(x.told.Bytes, err)
	return nil, err
}

func (x *exchange) wrap(err error) error {
	return lost(x.op, x.told.Attempt, x.told.Status, err, x.secrets)
}

func (x *exchange) done(read int64, err error) {
	x.idle.stop()
	x.told.Duration, x.told.Bytes, x.told.Err = time.Since(x.idle.start), read, err
	if x.p.config.OnAttempt != nil {
		x.p.config.OnAttempt(x.told)
	}
}

// trace keeps the transport from resending a request on another connection after it was
// written to a dead one: the copy would carry the same signature and not count as an attempt.
// The connection is closed, so that the attempt fails.
func (o *once) trace(ctx context.Context) context.Context {
	o.ClientTrace = httptrace.ClientTrace{WroteRequest: o.wrote, GotConn: o.connected}
	return httptrace.WithClientTrace(ctx, &o.ClientTrace)
}

type once struct {
	httptrace.ClientTrace
	written atomic.Bool
}

func (o *once) wrote(i httptrace.WroteRequestInfo) {
	if i.Err == nil {
		o.written.Store(true)
	}
}

func (o *once) connected(i httptrace.GotConnInfo) {
	if o.written.Load() {
		_ = i.Conn.Close()
	}
}

// prepare sets the headers that a request carries: those of the caller's
// editors win over the client's, and these over the operation's.
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
