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
func (p *Pipeline) attempt(op *Operation, req *http.Request, declared []parameter, n int, waited time.Duration) (*http.Response, error) {
	idle := newIdleTimer(req.Context(), p.config.Timeout)
	r := req.Clone(onceWritten(idle.ctx))
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
	secrets := redactor{sent: r, declared: declared}
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
		return fail(lost(op, n, 0, idle.cause(err), secrets))
	}
	a.Status, res.Request = res.StatusCode, r // a transport of the caller may not say
	if res.StatusCode/100 != 2 {
		res.Body = idle.receiving(res.Body)
		e := p.classify(op, res, n, secrets)
		a.Bytes = int64(len(e.Body))
		return fail(e)
	}
	res.Body = &limitedBody{ReadCloser: idle.receiving(res.Body), left: p.config.MaxBody, wrap: func(err error) error {
		return lost(op, n, res.StatusCode, err, secrets)
	}, done: func(read int64, err error) {
		idle.stop()
		a.Duration, a.Bytes, a.Err = time.Since(start), read, err
		p.report(a)
	}}
	return res, nil
}

// onceWritten keeps the transport from sending a request by itself a second time, on another
// connection, after it was written to one that turned out to be dead: it would carry the same
// signature, and count as no attempt. The connection is closed, so that the attempt fails.
func onceWritten(ctx context.Context) context.Context {
	var written atomic.Bool
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			if i.Err == nil {
				written.Store(true)
			}
		},
		GotConn: func(i httptrace.GotConnInfo) {
			if written.Load() {
				_ = i.Conn.Close()
			}
		},
	})
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
