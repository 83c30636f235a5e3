package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Open sends r and returns the body unread. value is what the operation's media parameter
// must say, if it has one.
func Open(ctx context.Context, p *Pipeline, r *Request, value string, editors []auth.Editor) (io.ReadCloser, error) {
	if m := r.op.Media; m != nil {
		r.set(m.Param, value)
	}
	res, err := p.Send(ctx, r, editors)
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

// Get sends r and decodes the reply into a T.
func Get[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor) (T, error) {
	var v T
	err := Call(ctx, p, r, editors, func(int) any { return &v })
	return v, err
}

// Call sends r and decodes the reply into what into returns for its status, nil for a
// status that the document does not declare. A nil into expects no body.
func Call(ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, into func(status int) any) error {
	r.wantJSON()
	var body []byte
	res, err := p.send(ctx, r, editors, func(res *http.Response) (err error) {
		body, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
		return err
	})
	if err != nil {
		return err
	}
	return p.decode(r.op, res, body, into)
}

// wantJSON sets the media parameter of an operation that has one.
func (r *Request) wantJSON() {
	if m := r.op.Media; m != nil {
		r.set(m.Param, m.JSON)
	}
}

func (p *Pipeline) decode(op *Operation, res *http.Response, body []byte, into func(int) any) error {
	bad := func(err error) error { return undecodable(op, res, err) }
	empty := isEmpty(body)
	if e := op.Envelope; e != nil && !empty {
		said, err := members(body, e.Status, e.Message, e.Code)
		if err != nil && into != nil {
			return bad(err)
		}
		if err := e.refusal(op, res, said, body); err != nil {
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
		return bad(client.ErrStatus)
	case empty:
		return bad(errors.New("empty body"))
	}
	if err := p.unmarshal(op, "", body, v); err != nil {
		return bad(err)
	}
	if op.Partial != nil && res.StatusCode == http.StatusMultiStatus {
		return op.Partial.failures(op, body)
	}
	return nil
}

func undecodable(op *Operation, res *http.Response, err error) error {
	return &client.DecodeError{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: res.StatusCode,
		ContentType: clean(res.Header.Get("Content-Type")), Reason: decodeReason(err), Err: err}
}

// isEmpty reports whether a body says nothing: white space or null.
func isEmpty(body []byte) bool {
	s := bytes.TrimSpace(body)
	return len(s) == 0 || string(s) == "null"
}

// refusal is the error that an envelope states, if it does.
func (e *Envelope) refusal(op *Operation, res *http.Response, said map[string]jsontext.Value, body []byte) error {
	status := scalar(said[e.Status])
	if status == "" || status == e.Success {
		return nil
	}
	err := &client.Error{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: res.StatusCode, Attempts: 1,
		Message: clean(status), Code: clean(scalar(said[e.Code])), Header: res.Header, Body: body[:min(len(body), errorBodyLimit)]}
	if m := scalar(said[e.Message]); m != "" {
		err.Message = clean(status + ": " + m)
	}
	return err
}

// failures lists the refused items of a 207 body.
func (f *Partial) failures(op *Operation, body []byte) error {
	said, err := members(body, f.Errors)
	if err != nil {
		return nil
	}
	list, _ := tree(said[f.Errors])
	items, _ := list.([]any)
	var out []client.Failure
	for _, item := range items {
		out = append(out, client.Failure{
			Identifier: textOf(lookup(item, f.Identifier)),
			Status:     textOf(lookup(item, f.Status)),
			Message:    clean(reason(lookup(item, f.Message), 3)),
		})
	}
	if len(out) == 0 {
		return nil
	}
	return &client.PartialError{Operation: op.ID, Failures: out}
}
