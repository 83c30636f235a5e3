package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// Do sends a request of a generated client under the policy: guard, throttle, retry,
// sign, send, bound, classify. An answer outside 2xx is an *Error.
func (d *Doer) Do(req *http.Request) (*http.Response, error) {
	op, err := d.guard(req)
	if err != nil {
		return nil, err
	}
	ctx := req.Context()
	var wait time.Duration
	for n := 1; ; n++ {
		if d.limiter != nil {
			if err := d.limiter.Wait(ctx); err != nil {
				return nil, d.lost(op, n-1, 0, err)
			}
		}
		res, err := d.attempt(op, req, n, wait)
		if err == nil {
			return res, nil
		}
		var again bool
		if wait, again = d.again(op, req, err, n); !again {
			return nil, err
		}
		if serr := d.sleep(ctx, wait); serr != nil {
			return nil, d.lost(op, n, 0, errors.Join(serr, err))
		}
	}
}

// attempt signs and sends a clone of req once.
func (d *Doer) attempt(op *Op, req *http.Request, n int, waited time.Duration) (*http.Response, error) {
	watch := newWatch(req.Context(), d.timeout)
	r := req.Clone(watch.ctx)
	a := Attempt{Operation: op.ID, Method: op.Method, Path: op.Path, Attempt: n, Wait: waited}
	start := time.Now()
	fail := func(err error) (*http.Response, error) {
		watch.stop()
		a.Duration, a.Err = time.Since(start), err
		d.report(a)
		return nil, err
	}
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return fail(&RequestError{Operation: op.ID, Reason: "the body cannot be read again", Err: err})
		}
		r.Body = body
	}
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = watch.sending(r.Body)
	}
	d.prepare(op, r)
	if err := d.sign(r.Context(), r); err != nil {
		return fail(&RequestError{Operation: op.ID, Reason: "no credentials", Err: err})
	}
	res, err := d.http.Do(r)
	if err != nil {
		var ue *url.Error
		for errors.As(err, &ue) {
			err = ue.Err // url.Error prints the query; a transport of the caller may wrap another
		}
		return fail(d.lost(op, n, 0, watch.cause(err)))
	}
	a.Status, res.Request = res.StatusCode, r // a transport of the caller may not say
	if res.StatusCode/100 != 2 {
		res.Body = watch.receiving(res.Body)
		e := d.classify(op, res, n)
		a.Bytes = int64(len(e.Body))
		return fail(e)
	}
	res.Body = &body{ReadCloser: watch.receiving(res.Body), left: d.maxBody, wrap: func(err error) error {
		return d.lost(op, n, res.StatusCode, err)
	}, done: func(read int64, err error) {
		watch.stop()
		a.Duration, a.Bytes, a.Err = time.Since(start), read, err
		d.report(a)
	}}
	return res, nil
}

// prepare sets the headers that a request carries: what the caller's editors set stays,
// then come the client's own, then the operation's.
func (d *Doer) prepare(op *Op, r *http.Request) {
	for name, values := range d.header {
		if _, ok := r.Header[name]; !ok {
			r.Header[name] = values[:1:1]
		}
	}
	for name, value := range op.Headers {
		if _, ok := r.Header[name]; !ok {
			r.Header.Set(name, value)
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

func (d *Doer) lost(op *Op, n, status int, err error) error {
	var re *RequestError
	var te *TransportError
	if errors.As(err, &re) || errors.As(err, &te) {
		return err
	}
	return &TransportError{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: status, Attempts: n, Err: err}
}

func sleep(ctx context.Context, t time.Duration) error {
	timer := time.NewTimer(t)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
