package engine

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Pipeline sends requests under the options of a client. It is safe for concurrent use.
type Pipeline struct {
	config   *client.Config
	server   string
	watchdog *watchdog
}

// New returns a Pipeline to server whose requests are signed by sign.
func New(server string, sign auth.Editor, opts ...client.Option) (*Pipeline, error) {
	c, err := client.Configure(server, sign, opts...)
	if err != nil {
		return nil, err
	}
	return &Pipeline{c, c.Server.String(), &watchdog{attempts: map[*idleTimer]bool{}}}, nil
}

// String names the server and keeps headers of the client from being printed.
func (p *Pipeline) String() string { return p.server }

// GoString is String.
func (p *Pipeline) GoString() string { return p.String() }

// Send sends r under the policy and returns the reply unread. An answer outside 2xx is a
// *client.Error. The caller closes the body.
func (p *Pipeline) Send(ctx context.Context, r *Request, editors []auth.Editor) (*http.Response, error) {
	return p.send(ctx, r, editors, nil)
}

// send is the policy: guard, throttle, sign, send, bound, classify, and again if that is
// safe. read, if it is not nil, reads the reply as a part of the attempt, so that attempts
// are counted once, wherever they fail.
func (p *Pipeline) send(ctx context.Context, r *Request, editors []auth.Editor, read func(*http.Response) error) (*http.Response, error) {
	op := r.op
	config, err := p.config.ForCall(ctx)
	if err != nil {
		return nil, &client.RequestError{Operation: op.ID, Reason: err.Error()}
	}
	if config != p.config {
		p = &Pipeline{config, p.server, p.watchdog}
	}
	req, err := r.build(ctx, p.server)
	if err != nil {
		return nil, err
	}
	for _, edit := range editors {
		if edit == nil {
			return nil, &client.RequestError{Operation: op.ID, Reason: "an editor is nil"}
		}
		if err := edit(ctx, req); err != nil {
			return nil, &client.RequestError{Operation: op.ID, Reason: "refused by an editor", Err: err}
		}
	}
	if err := p.guard(op, req); err != nil {
		return nil, err
	}
	var wait time.Duration
	r.sent = false
	for n := 1; ; n++ {
		r.attempts = n
		err := p.check(op, req) // each time: an interval ages during the wait
		if err == nil && p.config.Limiter != nil {
			if err := p.throttle(ctx, r, n); err != nil {
				return nil, lost(op, n-1, 0, err, redactor{})
			}
			err = p.check(op, req)
		}
		if err != nil {
			return nil, err
		}
		res, err := p.attempt(r, req, n, wait)
		if err == nil && read != nil {
			err = read(res)
		}
		if err == nil {
			return res, nil
		}
		r.remember(err)
		var again bool
		if wait, again = p.shouldRetry(r, req, err, n); !again {
			return nil, err
		}
		if serr := p.config.Sleep(ctx, wait); serr != nil {
			return nil, stopped(op, n, serr, err)
		}
	}
}

// remember makes each failure of a write say that an attempt before it may have been carried out.
func (r *Request) remember(err error) {
	sent := new(bool)
	if e, ok := errors.AsType[*client.Error](err); ok {
		sent = &e.Sent
	} else if e, ok := errors.AsType[*client.TransportError](err); ok {
		sent = &e.Sent
	}
	r.sent = r.sent || *sent
	*sent = r.sent
}

// throttle waits until the call may be made.
func (p *Pipeline) throttle(ctx context.Context, r *Request, attempt int) error {
	switch l := p.config.Limiter.(type) {
	case client.CallLimiter:
		c := client.Call{Operation: r.op.ID, Attempt: attempt + r.repeats}
		if q := r.quota(); q != nil {
			c.Pool, c.Calls, c.Per = q.Pool, q.Calls, mustDuration(q.Per)
		}
		return l.WaitCall(ctx, c)
	default:
		return l.Wait(ctx)
	}
}

// quota is the budget that counts r, nil if the document knows none.
func (r *Request) quota() *Quota {
	for i, q := range r.op.Quotas {
		if _, sent := r.value(q.Given); q.Given == "" || sent {
			return &r.op.Quotas[i]
		}
	}
	return nil
}

func (p *Pipeline) mismatch(m client.Mismatch) {
	if p.config.OnMismatch != nil {
		p.config.OnMismatch(m)
	}
}

// stopped is the error of a call whose context ended while it waited for a retry: it names both
// that and the earlier failure.
func stopped(op *Operation, n int, err, before error) error {
	said := before.Error()
	var te *client.TransportError
	var e *client.Error
	switch {
	case errors.As(before, &te):
		said = te.Reason
	case errors.As(before, &e):
		said = http.StatusText(e.StatusCode)
	}
	return &client.TransportError{Operation: op.ID, Method: op.Method, Path: op.Path, Attempts: n, Sent: !op.reads(),
		Reason: err.Error() + " after " + said, Err: errors.Join(err, before)}
}

// lost is the error of a request without a complete answer.
func lost(op *Operation, n, status int, err error, secrets redactor) error {
	var re *client.RequestError
	var te *client.TransportError
	var qe *client.QuotaError
	if errors.As(err, &re) || errors.As(err, &te) || errors.As(err, &qe) {
		return err
	}
	return &client.TransportError{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: status, Attempts: n,
		Sent: n > 0 && !op.reads(), Reason: secrets.clean(unquoted(err.Error())), Err: err}
}

// Close lets idle connections go. A client can be used afterwards.
func (p *Pipeline) Close() {
	if t, ok := p.config.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
