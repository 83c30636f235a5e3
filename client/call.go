package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"
)

// Send makes one request.
type Send = func(context.Context) (*http.Response, error)

// Copy is a fresh copy of p, also of nil: a list may be ranged over later, when the
// caller has changed his own.
func Copy[T any](p *T) *T {
	var v T
	if p != nil {
		v = *p
	}
	return &v
}

// Open sends and returns the body unread. media is the media type to ask for, and value
// what the operation's media parameter must be for it, if it has one.
func Open(ctx context.Context, op *Op, value string, send Send) (io.ReadCloser, error) {
	if op.Media != nil {
		ctx = with(ctx, pair{op.Media.Param, value})
	}
	res, err := send(ctx)
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

// Get sends and decodes the reply into a T.
func Get[T any](ctx context.Context, d *Doer, op *Op, send Send) (T, error) {
	var v T
	err := Call(ctx, d, op, send, func(int) any { return &v })
	return v, err
}

// Call sends and decodes the reply into what into returns for its status, nil for a
// status that the specification does not know. A nil into expects no body.
func Call(ctx context.Context, d *Doer, op *Op, send Send, into func(status int) any) error {
	if op.Media != nil {
		ctx = with(ctx, pair{op.Media.Param, op.Media.JSON})
	}
	for n := 1; ; n++ {
		res, err := send(ctx)
		if err != nil {
			return err
		}
		b, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err == nil {
			return d.decode(op, res, b, into)
		}
		// Asking again for a value that was cut is harmless; a write may have been done.
		if op.Method != http.MethodGet || n >= d.attempts || ctx.Err() != nil || errors.Is(err, ErrTooLarge) {
			return err
		}
		if serr := d.sleep(ctx, d.pause(n)); serr != nil {
			return errors.Join(serr, err)
		}
	}
}

func (d *Doer) decode(op *Op, res *http.Response, body []byte, into func(int) any) error {
	bad := func(err error) error { return undecodable(op, res, err) }
	empty := isEmpty(body)
	var tree any
	if !empty && (op.Envelope != nil || op.Partial != nil && res.StatusCode == http.StatusMultiStatus) {
		if err := json.Unmarshal(body, &tree, lenient()); err != nil && into != nil {
			return bad(err)
		}
	}
	if op.Envelope != nil {
		if err := op.Envelope.refusal(op, res, func(name string) string { return textOf(at(tree, name)) }, body); err != nil {
			return err
		}
	}
	if into == nil {
		return nil
	}
	v := into(res.StatusCode)
	switch {
	case empty && slices.Contains(op.Empty, res.StatusCode):
		return nil
	case v == nil:
		return bad(ErrStatus)
	case empty:
		return bad(errors.New("empty body"))
	}
	if err := d.unmarshal(op, "", body, v); err != nil {
		return bad(err)
	}
	if op.Partial != nil && res.StatusCode == http.StatusMultiStatus {
		return op.Partial.failures(op, tree)
	}
	return nil
}

func undecodable(op *Op, res *http.Response, err error) error {
	return &DecodeError{Operation: op.ID, Method: op.Method, Path: op.Path, ContentType: res.Header.Get("Content-Type"), StatusCode: res.StatusCode, Err: err}
}

// isEmpty reports whether a body says nothing: white space or null.
func isEmpty(body []byte) bool {
	switch s := trim(body); len(s) {
	case 0:
		return true
	case 4:
		return string(s) == "null"
	}
	return false
}

// refusal is the error that an envelope states, if it does. member reads a dotted name.
func (e *Envelope) refusal(op *Op, res *http.Response, member func(string) string, body []byte) error {
	status := member(e.Status)
	if status == "" || status == e.Success {
		return nil
	}
	err := &Error{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: res.StatusCode, Attempts: 1,
		Message: clean(status), Header: res.Header, Body: body[:min(len(body), errorBodyLimit)]}
	if m := member(e.Message); m != "" {
		err.Message = clean(status + ": " + m)
	}
	if e.Code != "" {
		err.Code = clean(member(e.Code))
	}
	return err
}

// failures lists the refused items of a 207 body.
func (p *Partial) failures(op *Op, body any) error {
	list, _ := at(body, p.Errors).([]any)
	var out []Failure
	for _, f := range list {
		out = append(out, Failure{Identifier: textOf(at(f, p.Identifier)), Status: textOf(at(f, p.Status)), Message: clean(reason(at(f, p.Message), 3))})
	}
	if len(out) == 0 {
		return nil
	}
	return &PartialError{Operation: op.ID, Failures: out}
}
