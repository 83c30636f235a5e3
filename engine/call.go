package engine

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Open sends r and returns the body unread. value is what the operation's media parameter
// must say, if it has one. A partial body, a content coding that was not requested, and a media
// type that the document does not declare are refused.
func Open(ctx context.Context, p *Pipeline, r *Request, value string, editors []auth.Editor) (io.ReadCloser, error) {
	op := r.op
	if m := op.Media; m != nil {
		r.set(m.Param, value)
		r.Header("Accept", strings.Join(op.Types, ", "))
	}
	res, err := p.Send(ctx, r, editors)
	if err != nil {
		return nil, err
	}
	head := bufio.NewReader(res.Body)
	start, err := head.Peek(1) // the first bytes tell a file from the error page of a proxy
	for err == nil && len(start) < 512 && (len(trimStart(start)) < 2 || bytes.HasPrefix([]byte("\ufeff"), bytes.TrimSpace(start))) {
		start, err = head.Peek(len(start) + 1)
	}
	if err != nil && err != io.EOF {
		_ = res.Body.Close()
		return nil, err
	}
	if reason := op.refusesDownload(res, bytes.TrimSpace(start)); reason != nil {
		_ = res.Body.Close()
		return nil, undecodable(r, res, reason)
	}
	return struct {
		io.Reader
		io.Closer
	}{head, res.Body}, nil
}

// refusesDownload reports why a reply is not the file of op; start is what it begins with.
func (op *Operation) refusesDownload(res *http.Response, start []byte) error {
	t, _, _ := strings.Cut(strings.ToLower(res.Header.Get("Content-Type")), ";")
	t = strings.TrimSpace(t)
	markup := slices.ContainsFunc(op.Types, func(s string) bool { return strings.Contains(s, "xml") || strings.Contains(s, "html") })
	switch {
	case !slices.Contains(op.Status, res.StatusCode):
		return client.ErrStatus
	case res.Header.Get("Content-Encoding") != "":
		return errors.New("a content coding that was not asked for")
	case len(start) == 0 || t == "" || t == "application/octet-stream":
	case !slices.Contains(op.Types, t):
		return errors.New("another media type than a declared one")
	}
	if isMarkup(start) && !markup {
		return errors.New("a web page or XML instead of the file")
	}
	return nil
}

// Get sends r and decodes the reply into what v points to. read, if it is given, does that
// with a generated function. It is not generic: one copy serves all types.
func Get(ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, v any, read ...func(*Decoder) bool) error {
	if len(read) > 0 {
		r.read = read[0]
	}
	return Call(ctx, p, r, editors, func(int) any { return v })
}

// Call sends r and decodes the reply into what into returns for its status, nil for a
// status that the document does not declare. A nil into expects no body.
func Call(ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, into func(status int) any) error {
	r.wantJSON()
	var body []byte
	res, err := p.send(ctx, r, editors, func(res *http.Response) (err error) {
		body, err = readBody(res)
		_ = res.Body.Close()
		return err
	})
	if err != nil {
		return err
	}
	return p.decode(r, res, body, into)
}

// readBody reads all of a body. Its buffer is made from Content-Length up to 4 MB only, since that may be wrong.
func readBody(res *http.Response) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(max(res.ContentLength, 0), 4<<20)) + bytes.MinRead)
	_, err := b.ReadFrom(res.Body)
	return b.Bytes(), err
}

// wantJSON sets the media parameter of an operation that has one.
func (r *Request) wantJSON() {
	if m := r.op.Media; m != nil {
		r.set(m.Param, m.JSON)
	}
}

// decode decodes the body into what into returns, if it is an answer.
func (p *Pipeline) decode(r *Request, res *http.Response, body []byte, into func(int) any) error {
	op, secrets := r.op, r.redactor(res.Request)
	bad := func(err error) error {
		err = undecodable(r, res, err)
		var refusal *client.Error
		if errors.As(err, &refusal) {
			refusal.Body = body[:min(len(body), errorBodyLimit)]
		}
		return err
	}
	if err := foreign(res, body); err != nil {
		return bad(err)
	}
	declared := slices.Contains(op.Status, res.StatusCode)
	if !declared && op.reads() {
		return bad(client.ErrStatus)
	}
	if into == nil || isEmpty(body) {
		return p.decodeNothing(op, res, body, into, declared, secrets, bad)
	}
	v := into(res.StatusCode)
	if v == nil { // a write that succeeds under another status answers as it does under its own
		v = into(op.Status[0])
	}
	if op.Partial != nil && v != nil && isHollow(body, reflect.TypeOf(v)) { // a list of one may be answered as a single item, and vice versa
		for _, status := range slices.Concat(op.Status, []int{res.StatusCode}) {
			if v = into(status); v != nil && !isHollow(body, reflect.TypeOf(v)) {
				break
			}
		}
	}
	if v == nil {
		return bad(client.ErrStatus)
	}
	t := reflect.TypeOf(v).Elem()
	subject, array := body, jsonKind(jsontext.Value(bytes.TrimSpace(body))) == '['
	if array && op.Paging == nil && t.Kind() == reflect.Struct && !hasList(t) { // one value wrapped in an array, or a reply of another service
		one, err := alone(body)
		if err != nil {
			return bad(err)
		}
		subject, array = one, false
	}
	s, err := readMembers(subject, op.asked())
	if err != nil {
		return bad(err)
	}
	s.secrets = secrets
	if op.Paging != nil {
		s.items = op.Paging.Items
	}
	if err := op.succeeded(res, s); err != nil {
		return bad(err)
	}
	if array && op.Paging != nil && len(op.Paging.Items) == 1 && isEmptyArray(bytes.TrimSpace(body)) && t.Kind() == reflect.Struct {
		p.mismatch(client.Mismatch{Operation: op.ID, Want: "object", Got: "array", Kept: true})
		return nil // the list without its object
	}
	if r.read == nil || isUnion(t) || !Decode(body, v, r.read) {
		if s.lost, err = p.unmarshal(op, "", body, v); err != nil {
			return bad(err)
		}
	}
	switch {
	case t.Kind() == reflect.Slice && !array && len(s.found()) == 0:
		return bad(s.missing(nil))
	case !array: // a list is an answer if its elements could be decoded
		if err := p.accept(op, res, s, false); err != nil {
			return bad(err)
		}
	}
	if err := s.hollow(op, bytes.TrimSpace(body), v); err != nil {
		return bad(err)
	}
	if !declared {
		p.mismatch(client.Mismatch{Operation: op.ID, Want: "a declared status", Got: http.StatusText(res.StatusCode), Kept: true})
	}
	if op.Partial != nil {
		if err := op.Partial.failures(op, s.members.get(op.Partial.Errors), secrets); err != nil {
			return err
		}
		s.members.set(op.Partial.Errors, nil)
	}
	if res.StatusCode == http.StatusMultiStatus || op.Partial != nil {
		if err := s.whole(op, res); err != nil {
			r.sent = !op.reads()
			return bad(err)
		}
	}
	return nil
}

// hasList reports whether a struct may hold the elements of an array that comes without it.
func hasList(t reflect.Type) bool {
	return slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return f.Type.Kind() == reflect.Slice })
}

// decodeNothing is decode for a reply without a value.
func (p *Pipeline) decodeNothing(op *Operation, res *http.Response, body []byte, into func(int) any, declared bool, secrets redactor, bad func(error) error) error {
	if into != nil {
		into(res.StatusCode)
	}
	nothing := len(op.Empty) > 0 || into == nil && op.Envelope == nil
	switch {
	case !isEmpty(body) && op.Envelope != nil:
		s, err := readMembers(body, op.asked())
		if err == nil {
			s.secrets = secrets
			err = p.accept(op, res, s, false)
		}
		if err != nil {
			return bad(err)
		}
	case !isEmpty(body) && dense(body) != "{}":
		if s, _ := readMembers(body, nil); !op.Unread || s.gateway() {
			return bad(s.missing(nil))
		}
	case !nothing || declared && into != nil && !slices.Contains(op.Empty, res.StatusCode):
		return bad(errors.New("empty body"))
	}
	if !declared {
		p.mismatch(client.Mismatch{Operation: op.ID, Want: "a declared status", Got: http.StatusText(res.StatusCode), Kept: true})
	}
	return nil
}

// undecodable is the error of a 2xx that is no answer, or the refusal that it states.
func undecodable(r *Request, res *http.Response, err error) error {
	var refusal *client.Error
	if errors.As(err, &refusal) {
		refusal.Attempts, refusal.Sent = r.attempts, r.sent
		return refusal
	}
	op, secrets := r.op, r.redactor(res.Request)
	return &client.DecodeError{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: res.StatusCode, Sent: !op.reads(),
		ContentType: secrets.clean(res.Header.Get("Content-Type")), Reason: secrets.clean(decodeReason(err)), Err: err}
}

// isEmpty reports whether a body is only white space or null.
func isEmpty(body []byte) bool {
	s := bytes.TrimSpace(body)
	return len(s) == 0 || string(s) == "null"
}

// failures lists the refused items of a 207 body: each element of an array, one object, or
// one for each member of a map. Anything else under that name is a failure too.
func (f *Partial) failures(op *Operation, errs jsontext.Value, secrets redactor) error {
	v, err := tree(errs)
	if err != nil || v == nil || v == "" {
		return nil
	}
	var out []client.Failure
	add := func(identifier string, item any) {
		m, ok := item.(map[string]any)
		if !ok {
			m = map[string]any{f.Message: item}
		}
		out = append(out, client.Failure{
			Identifier: cmp.Or(textOf(lookup(m, f.Identifier)), identifier),
			Status:     textOf(lookup(m, f.Status)),
			Message:    secrets.clean(reason(lookup(m, f.Message), 3)),
		})
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			add("", item)
		}
	case map[string]any:
		if lookup(v, f.Identifier) != nil || lookup(v, f.Message) != nil {
			add("", v)
			break
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			add(name, v[name])
		}
	default:
		add("", v)
	}
	if len(out) == 0 {
		return nil
	}
	return &client.PartialError{Operation: op.ID, Failures: out}
}
