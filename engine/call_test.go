package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// A 2xx decodes into the value or is an error: never success with nothing decoded.
func TestGet(t *testing.T) {
	type value struct {
		ID   int64  `json:"id"`
		Text string `json:"text"`
	}
	op := &Operation{ID: "getThing", Method: "GET", Path: "/thing", Empty: []int{204}}
	for _, c := range []struct {
		name, contentType string
		status            int
		body              string
		want              value
		err               string // "" for success
	}{
		{"JSON", "application/json", 200, `{"id":7,"text":"x"}`, value{7, "x"}, ""},
		{"JSON under another name", "text/plain", 200, `{"id":7}`, value{ID: 7}, ""},
		{"JSON under no name", "", 200, ` {"id":7} `, value{ID: 7}, ""},
		{"a number as text", "application/json", 200, `{"id":"7"}`, value{ID: 7}, ""},
		{"a 2xx that is not declared", "application/json", 206, `{"id":7}`, value{}, "status not in the contract"},
		{"no body where none belongs", "", 204, ``, value{}, ""},
		{"null where no body belongs", "application/json", 204, "null\n", value{}, ""},
		{"no body", "application/json", 200, ``, value{}, "empty body"},
		{"white space", "application/json", 200, " \r\n\t", value{}, "empty body"},
		{"null", "application/json", 200, `null`, value{}, "empty body"},
		{"no body in a 2xx that is not declared", "", 202, ``, value{}, "status not in the contract"},
		{"another kind", "application/json", 200, `[1]`, value{}, "does not fit"},
		{"text", "application/json", 200, `"x"`, value{}, "does not fit"},
		{"a web page", "text/html", 200, `<html>`, value{}, "a web page"},
		{"a web page as JSON", "application/json", 200, "\ufeff <!doctype html>", value{}, "a web page"},
		{"JSON as a web page", "text/html; charset=utf-8", 200, `{"id":7}`, value{}, "a web page"},
		{"plain text", "text/plain", 200, `OK`, value{}, "broken JSON"},
		{"cut", "application/json", 200, `{"id":7`, value{}, "broken JSON"},
		{"garbage after the end", "application/json", 200, `{"id":7} x`, value{}, "broken JSON"},
		{"two values", "application/json", 200, `{"id":7}{"id":8}`, value{}, "more than one JSON value"},
	} {
		f := newFake(t, []answer{says(c.status, c.body, "Content-Type", c.contentType)})
		got, err := Get[value](t.Context(), f.Pipeline, request(op, ""), nil)
		var de *client.DecodeError
		switch {
		case c.err == "" && (err != nil || got != c.want):
			t.Errorf("%s: %+v, %v", c.name, got, err)
		case c.err != "" && (!errors.As(err, &de) || !strings.Contains(err.Error(), c.err) || de.StatusCode != c.status || de.ContentType != c.contentType || de.Operation != "getThing"):
			t.Errorf("%s: %+v, %v; want %s", c.name, got, err, c.err)
		}
		if len(f.attempts) != 1 || len(f.sent) != 1 {
			t.Errorf("%s: sent %d, %d bodies closed: a reply is no reason to ask again", c.name, len(f.sent), len(f.attempts))
		}
	}
}

// Several 2xx types: the status chooses. One that the document does not declare is an error of
// a read; a write answers under it as it does under its own, which is reported.
func TestCallChoosesByStatus(t *testing.T) {
	for _, c := range []struct {
		method string
		status int
		body   string
		want   string // the value that was decoded
		err    string
		told   []string
	}{
		{"POST", 200, `{"id":7}`, "200", "", nil},
		{"POST", 201, `{"id":7}`, "201", "", nil},
		{"POST", 204, ``, "", "", nil},
		{"POST", 202, `{"id":7}`, "200", "", []string{" a declared status<Accepted"}},
		{"POST", 202, ``, "", "", []string{" a declared status<Accepted"}}, // 204 may be empty, too
		{"POST", 202, `[1]`, "200", "does not fit", nil},
		{"POST", 202, `{"message":"Endpoint request timed out"}`, "200", "none of the expected members id, found message", nil},
		{"POST", 200, ``, "", "empty body", nil},
		{"GET", 202, `{"id":7}`, "", "status not in the contract", nil},
		{"GET", 202, ``, "", "status not in the contract", nil},
	} {
		op := &Operation{ID: "createThing", Method: c.method, Path: "/things", Status: []int{200, 201, 204}, Empty: []int{204}, Answer: []string{"id"}}
		var decoded string
		f := newFake(t, []answer{says(c.status, c.body)})
		err := Call(t.Context(), f.Pipeline, request(op, ""), nil, func(status int) any {
			switch status {
			case 200, 201:
				if decoded = fmt.Sprint(status); c.body == "" {
					decoded = ""
				}
				return &struct {
					ID int `json:"id"`
				}{}
			}
			return nil
		})
		name := fmt.Sprint(c.method, c.status, c.body)
		assert.Equal(t, c.want, decoded, name)
		assert.Equal(t, c.told, f.told(), name)
		if c.err == "" {
			assert.NoError(t, err, name)
			continue
		}
		var de *client.DecodeError
		require.ErrorAs(t, err, &de, name)
		assert.ErrorContains(t, err, c.err, name)
		assert.Equal(t, c.method == "POST", de.Sent, "%s: a write may have happened", name)
	}
}

// Where no body is expected nothing and {} are success. Another body is one only where nobody
// has published what it looks like, and never if a gateway speaks.
func TestCallWithoutValue(t *testing.T) {
	for _, c := range []struct {
		body           string
		passes, unread bool // by an operation whose reply is empty, by one whose reply is unknown
	}{
		{``, true, true},
		{" \n", true, true},
		{`null`, true, true},
		{`{}`, true, true},
		{`OK`, false, true},
		{`"done"`, false, true},
		{`{"id":7}`, false, true},
		{`{"id":7,"message":"made"}`, false, true},
		{`{"message":"Endpoint request timed out"}`, false, false},
		{`{"fault":{"faultstring":"down"}}`, false, false},
		{`{"error":"x","request_id":"7"}`, false, false},
		{`<html>`, false, false},
		{"\r\n<?xml version=\"1.0\"?>", false, false},
	} {
		for unread, passes := range map[bool]bool{false: c.passes, true: c.unread} {
			f := newFake(t, []answer{says(200, c.body)})
			err := Call(t.Context(), f.Pipeline, request(&Operation{ID: "delete", Method: "DELETE", Path: "/x", Unread: unread}, ""), nil, nil)
			assert.Equal(t, passes, err == nil, "%s, unread %v: %v", c.body, unread, err)
			assert.Len(t, f.attempts, 1, "%s: the reply is closed, and no reason to ask again", c.body)
		}
	}
	// No status but a declared one is silent.
	f := newFake(t, []answer{says(202, ``)})
	require.NoError(t, Call(t.Context(), f.Pipeline, request(&Operation{Method: "DELETE", Path: "/x", Status: []int{204}, Empty: []int{204}}, ""), nil, nil))
	assert.Equal(t, []string{" a declared status<Accepted"}, f.told())
}

// A value that was cut is fetched again; a write is not, it may have been done.
func TestCutReplies(t *testing.T) {
	whole, cut := says(200, `{"id":7}`), breaksOff(`{"id":`)
	for _, c := range []struct {
		name, method string
		answers      []answer
		opts         []client.Option
		sent         int
		want         error
	}{
		{"cut once", "GET", []answer{cut, whole}, nil, 2, nil},
		{"cut twice", "GET", []answer{cut, cut, whole}, nil, 3, nil},
		{"cut for good", "GET", []answer{cut}, nil, 3, io.ErrUnexpectedEOF},
		{"cut after all of it", "GET", []answer{breaksOff(`{"id":7}`), whole}, nil, 2, nil},
		{"cut, then refused", "GET", []answer{cut, says(404, "")}, nil, 2, client.ErrNotFound},
		{"no retries wanted", "GET", []answer{cut, whole}, []client.Option{client.Attempts(1)}, 1, io.ErrUnexpectedEOF},
		{"too large", "GET", []answer{says(200, strings.Repeat(" ", 99)), whole}, []client.Option{client.MaxBody(9)}, 1, client.ErrTooLarge},
		{"POST", "POST", []answer{cut, whole}, nil, 1, io.ErrUnexpectedEOF},
		{"PUT", "PUT", []answer{cut, whole}, nil, 1, io.ErrUnexpectedEOF},
		{"DELETE", "DELETE", []answer{cut, whole}, nil, 1, io.ErrUnexpectedEOF},
	} {
		op := &Operation{ID: "thing", Method: c.method, Path: "/thing"}
		f := newFake(t, c.answers, c.opts...)
		v, err := Get[map[string]int](t.Context(), f.Pipeline, request(op, ""), nil)
		if !errors.Is(err, c.want) || c.want == nil && v["id"] != 7 || len(f.sent) != c.sent || len(f.pauses) != c.sent-1 || len(f.attempts) != c.sent {
			t.Errorf("%s: sent %d, paused %d, closed %d: %v, %v", c.name, len(f.sent), len(f.pauses), len(f.attempts), v, err)
		}
	}
	// The context wins, and what failed before is told too.
	op := &Operation{ID: "thing", Method: "GET", Path: "/thing"}
	ctx, cancel := context.WithCancel(t.Context())
	f := newFake(t, []answer{cut, whole}, client.Sleep(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }))
	if _, err := Get[any](ctx, f.Pipeline, request(op, ""), nil); !errors.Is(err, context.Canceled) || !errors.Is(err, io.ErrUnexpectedEOF) || len(f.sent) != 1 {
		t.Errorf("sent %d: %v", len(f.sent), err)
	}
	f = newFake(t, []answer{cut, whole})
	if _, err := Get[any](ctx, f.Pipeline, request(op, ""), nil); err == nil || len(f.pauses) != 0 {
		t.Errorf("paused %d for a cancelled context: %v", len(f.pauses), err)
	}
}

func TestOpen(t *testing.T) {
	op := &Operation{ID: "download", Method: "GET", Path: "/file", Types: []string{"text/csv"}, Media: &Media{Param: "format", JSON: "json"}}
	f := newFake(t, []answer{says(200, "a,b\n", "Content-Type", "text/csv")})
	body, err := Open(t.Context(), f.Pipeline, request(op, "format=x&q=1"), "csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.attempts) != 0 {
		t.Error("the body was read")
	}
	if b, err := io.ReadAll(body); string(b) != "a,b\n" || err != nil || f.queries()[0] != "q=1&format=csv" {
		t.Errorf("%q, %v, %q", b, err, f.queries())
	}
	if err := body.Close(); err != nil || len(f.attempts) != 1 {
		t.Error(err, f.attempts)
	}
	f = newFake(t, []answer{says(404, "")})
	if body, err := Open(t.Context(), f.Pipeline, request(op, ""), "csv", nil); !errors.Is(err, client.ErrNotFound) || body != nil {
		t.Error(body, err)
	}
	// A decoding method always asks for JSON.
	f = newFake(t, []answer{says(200, "{}")})
	if _, err := Get[any](t.Context(), f.Pipeline, request(op, ""), nil); err != nil || f.queries()[0] != "format=json" {
		t.Error(f.queries(), err)
	}
}

// A 207 gives what was done, and names what was not.
func TestPartial(t *testing.T) {
	op := &Operation{ID: "createUsers", Method: "POST", Path: "/users", Partial: &Partial{Errors: "result.errors", Identifier: "user.email", Status: "status", Message: "error"}, Status: []int{201, 207}}
	type result struct {
		Done []string `json:"done"`
	}
	long := strings.Repeat("x", 400)
	for _, c := range []struct {
		status int
		body   string
		want   []client.Failure // nil for none
	}{
		{207, `{"done":["a"],"result":{"errors":[{"user":{"email":"b@example.com"},"status":409,"error":"exists"},{"user":{"email":"c@example.com"},"status":"422","error":["too\nshort","odd"]}]}}`,
			[]client.Failure{{Identifier: "b@example.com", Status: "409", Message: "exists"}, {Identifier: "c@example.com", Status: "422", Message: "too short; odd"}}},
		{207, `{"done":["a"],"result":{"errors":[{"error":{"message":"` + long + `"}}]}}`, []client.Failure{{Message: long[:300] + "…"}}},
		{207, `{"done":["a"],"result":{"errors":["odd"]}}`, []client.Failure{{Message: "odd"}}},
		{207, `{"done":["a"],"result":{"errors":[]}}`, nil},
		{207, `{"done":["a"],"result":{"errors":null}}`, nil},
		{207, `{"done":["a"]}`, nil},
		{201, `{"done":["a"],"result":{"errors":[{"status":409}]}}`, nil}, // only a 207 is partial
	} {
		f := newFake(t, []answer{says(c.status, c.body)})
		v, err := Get[result](t.Context(), f.Pipeline, request(op, ""), nil)
		var pe *client.PartialError
		if errors.As(err, &pe) != (c.want != nil) || (err != nil) != (c.want != nil) || pe != nil && (!reflect.DeepEqual(pe.Failures, c.want) || pe.Operation != "createUsers") {
			t.Errorf("%s: %v %+v; want %+v", short(c.body), err, pe, c.want)
		}
		if len(v.Done) != 1 || len(f.sent) != 1 {
			t.Errorf("%s: done %v, sent %d", short(c.body), v.Done, len(f.sent))
		}
	}
	f := newFake(t, []answer{says(207, `{"done":`)})
	var de *client.DecodeError
	if _, err := Get[result](t.Context(), f.Pipeline, request(op, ""), nil); !errors.As(err, &de) {
		t.Error(err)
	}
}

// A status inside a 200 is a refusal like any other.
func TestEnvelope(t *testing.T) {
	op := &Operation{ID: "getThing", Method: "GET", Path: "/thing", Envelope: &Envelope{Status: "status", Success: "Success", Message: "data.message", Code: "code"}}
	for body, want := range map[string]string{
		`{"status":"Success","id":7}`:                                     "",
		`{"status":"Failure","id":7}`:                                     "Failure, code ",
		`{"status":"Failure","data":{"message":"no\nsuch"},"code":"E7"}`:  "Failure: no such, code E7",
		`{"status":"Error","code":12345678901}`:                           "Error, code 12345678901",
		`{"status":"Failure","data":{"message":{"x":1}},"code":{"y":[]}}`: "Failure, code ",
	} {
		for _, into := range []func(int) any{func(int) any { return new(map[string]any) }, nil} {
			f := newFake(t, []answer{says(200, body)})
			err := Call(t.Context(), f.Pipeline, request(op, ""), nil, into)
			got := ""
			var e *client.Error
			if errors.As(err, &e) {
				got = e.Message + ", code " + e.Code
				assert.Equal(t, client.Error{Operation: "getThing", Method: "GET", Path: "/thing", StatusCode: 200, Attempts: 1, Message: e.Message, Code: e.Code, Header: e.Header, Body: []byte(body)}, *e, body)
				var de *client.DecodeError
				assert.NotErrorAs(t, err, &de, "%s: a refusal is an answer", body)
				assert.NotEmpty(t, e.Header.Get("Content-Type"), body)
			}
			if got != want || (err != nil) != (want != "") {
				t.Errorf("%s: %q, %v; want %q", body, got, err, want)
			}
		}
	}
	// The status alone is the answer: without one, or with one that says neither, nothing is.
	for _, body := range []string{"OK", `{"id":7}`, `{"status":null,"id":7}`, `{"status":false}`, `{"status":""}`, `{"status":{}}`, `{"status":["Success"]}`, `{}`, ``} {
		for _, into := range []func(int) any{func(int) any { return new(map[string]any) }, nil} {
			f := newFake(t, []answer{says(200, body)})
			err := Call(t.Context(), f.Pipeline, request(op, ""), nil, into)
			var de *client.DecodeError
			assert.ErrorAs(t, err, &de, "%s, a value is expected: %v", body, into != nil)
		}
	}
}

// A reply that cannot be decoded is an error that quotes nothing of it, on one line.
func TestDecodeErrorsQuoteNothing(t *testing.T) {
	const secret = "s3cr3t"
	type value struct {
		N struct {
			M int64 `json:"m"`
		} `json:"n"`
	}
	for reply, want := range map[string]string{
		`"` + secret + `"`:             "a JSON string does not fit engine.value",
		`["` + secret + `"]`:           "a JSON [ does not fit engine.value",
		`{"` + secret + `":1,"n":}`:    "broken JSON after byte",
		`{"n":{"m":` + secret + `}}`:   "broken JSON after byte",
		`{"n":{"m":1}} ` + secret:      "broken JSON after byte",
		`{"` + secret + `":{"m":1}}{}`: "more than one JSON value",
	} {
		f := newFake(t, []answer{says(200, reply, "Content-Type", "text/a\r\nb")})
		_, err := Get[value](t.Context(), f.Pipeline, request(getUser, "q="+secret, secret), nil)
		var de *client.DecodeError
		require.ErrorAs(t, err, &de, reply)
		assert.Contains(t, err.Error(), `getUser: GET /users/{id}: undecodable 200 reply of type "text/a b": `+want, reply)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			assert.NotContains(t, fmt.Sprintf(verb, err), secret, reply)
			assert.NotContains(t, fmt.Sprintf(verb, []error{err}), secret, reply)
		}
		text, marshalErr := de.MarshalText()
		require.NoError(t, marshalErr)
		assert.NotContains(t, string(text), secret, reply)
	}
}

// A download is the whole of what was asked for: of a declared status and type, in no coding
// that nobody asked for, and no page of somebody else.
func TestRefusesDownload(t *testing.T) {
	csv := &Operation{Status: []int{200}, Types: []string{"text/csv"}}
	xml := &Operation{Status: []int{200}, Types: []string{"application/xml"}}
	for _, c := range []struct {
		op                            *Operation
		status                        int
		contentType, encoding, starts string
		want                          string
	}{
		{csv, 200, "text/csv; charset=utf-8", "", "a,b", ""},
		{csv, 200, "TEXT/CSV", "", "a,b", ""},
		{csv, 200, "", "", "a,b", ""},
		{csv, 200, "application/octet-stream", "", "a,b", ""},
		{csv, 200, "application/json", "", "", ""}, // an empty file has no type
		{csv, 200, "application/json", "", "[]", "another media type"},
		{csv, 206, "text/csv", "", "a,b", "status not in the contract"},
		{csv, 200, "text/csv", "br", "a,b", "a content coding"},
		{csv, 200, "text/csv", "", "<html>", "a web page"},
		{csv, 200, "text/csv", "", "<38>1 x", ""},
		{csv, 200, "application/octet-stream", "", "<?xml", "a web page"},
		{xml, 200, "application/xml", "", "<?xml", ""},
		{xml, 200, "application/octet-stream", "", "<?xml", ""},
	} {
		res := &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {c.contentType}}}
		if c.encoding != "" {
			res.Header.Set("Content-Encoding", c.encoding)
		}
		err := c.op.refusesDownload(res, []byte(c.starts))
		if c.want == "" {
			assert.NoError(t, err, "%+v", c)
			continue
		}
		assert.ErrorContains(t, err, c.want, "%+v", c)
	}
}
