package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
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
		{"an undeclared 2xx with a body", "application/json", 206, `{"id":7}`, value{}, "status not in the contract"},
		{"no body where none belongs", "", 204, ``, value{}, ""},
		{"null where no body belongs", "application/json", 204, "null\n", value{}, ""},
		{"no body", "application/json", 200, ``, value{}, "empty body"},
		{"white space", "application/json", 200, " \r\n\t", value{}, "empty body"},
		{"null", "application/json", 200, `null`, value{}, "empty body"},
		{"no body in an undeclared 2xx", "", 202, ``, value{}, "status not in the contract"},
		{"another kind", "application/json", 200, `[1]`, value{}, "does not fit"},
		{"text", "application/json", 200, `"x"`, value{}, "does not fit"},
		{"a web page", "text/html", 200, `<html>`, value{}, "a web page"},
		{"a web page as JSON", "application/json", 200, " \n<!doctype html>", value{}, "a web page"},
		{"JSON as a web page", "text/html; charset=utf-8", 200, `{"id":7}`, value{}, "a web page"},
		{"what gateways say", "application/json", 200, `{"message":"Endpoint request timed out"}`, value{}, "found message"},
		{"plain text", "text/plain", 200, `OK`, value{}, "broken JSON"},
		{"cut", "application/json", 200, `{"id":7`, value{}, "broken JSON"},
		{"garbage after the end", "application/json", 200, `{"id":7} x`, value{}, "broken JSON"},
		{"two values", "application/json", 200, `{"id":7}{"id":8}`, value{}, "more than one JSON value"},
	} {
		f := newFake(t, []answer{says(c.status, c.body, "Content-Type", c.contentType)})
		got, err := get[value](t.Context(), f.Pipeline, request(op, ""), nil)
		var de *client.DecodeError
		if c.err == "" {
			assert.NoError(t, err, c.name)
			assert.Equal(t, c.want, got, c.name)
		} else if assert.ErrorAs(t, err, &de, c.name) {
			assert.ErrorContains(t, err, c.err, c.name)
			assert.Equal(t, c.status, de.StatusCode, "%s: the status that the error has", c.name)
			assert.Equal(t, c.contentType, de.ContentType, "%s: the type that the error has", c.name)
			assert.Equal(t, "getThing", de.Operation, "%s: the operation that the error names", c.name)
		}
		require.Len(t, f.attempts, 1, "%s: bodies closed", c.name)
		assert.Len(t, f.sent, 1, "%s: a reply is no reason to ask again", c.name)
	}
}

// Several 2xx types: the status chooses. A write that succeeds under a status which the document
// does not declare has been done, and answers as it does under its own.
func TestCallChoosesByStatus(t *testing.T) {
	op := &Operation{ID: "createThing", Method: "POST", Path: "/things", Status: []int{200, 201, 204}, Empty: []int{204}}
	for status, want := range map[int]string{200: "200", 201: "201", 202: "200", 204: "200"} {
		var v200, v201 map[string]int
		f := newFake(t, []answer{says(status, `{"id":7}`)})
		err := Call(t.Context(), f.Pipeline, request(op, ""), nil, func(status int) any {
			switch status {
			case 200:
				return &v200
			case 201:
				return &v201
			}
			return nil
		})
		got := map[bool]string{true: "200"}[v200 != nil] + map[bool]string{true: "201"}[v201 != nil]
		if got == "" {
			got = "none"
		}
		assert.NoError(t, err, "%d", status)
		assert.Equal(t, want, got, "%d: the type that is chosen", status)
		assert.Equal(t, status == 202, len(f.mismatches) > 0, "%d: a status that is not declared is told", status)
	}
	// No body is expected: only nothing is success.
	for body, want := range map[string]bool{``: true, ` `: true, `null`: true, `{}`: true, `OK`: false, `{"id":7}`: false, `<html>`: false, `[]`: false} {
		f := newFake(t, []answer{says(200, body)})
		err := Call(t.Context(), f.Pipeline, request(op, ""), nil, nil)
		var de *client.DecodeError
		if want {
			assert.NoError(t, err, "%q is nothing", body)
		} else if assert.ErrorAs(t, err, &de, "%q is more than nothing", body) {
			assert.True(t, de.Sent, "%q: the write may have been done", body)
		}
		assert.Len(t, f.attempts, 1, "%q: bodies closed", body)
	}
}

// What is idempotent is sent again when the reply was cut; a POST is not, it may have been done.
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
		{"PUT", "PUT", []answer{cut, whole}, nil, 2, nil},
		{"DELETE", "DELETE", []answer{cut, whole}, nil, 2, nil},
	} {
		op := &Operation{ID: "thing", Method: c.method, Path: "/thing"}
		f := newFake(t, c.answers, c.opts...)
		v, err := get[map[string]int](t.Context(), f.Pipeline, request(op, ""), nil)
		assert.ErrorIs(t, err, c.want, c.name)
		if c.want == nil {
			assert.Equal(t, 7, v["id"], c.name)
		}
		assert.Len(t, f.sent, c.sent, "%s: requests", c.name)
		assert.Len(t, f.pauses, c.sent-1, "%s: pauses", c.name)
		assert.Len(t, f.attempts, c.sent, "%s: bodies closed", c.name)
	}
	// The context wins, and what failed before is told too.
	op := &Operation{ID: "thing", Method: "GET", Path: "/thing"}
	ctx, cancel := context.WithCancel(t.Context())
	f := newFake(t, []answer{cut, whole}, client.Sleep(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }))
	_, err := get[any](ctx, f.Pipeline, request(op, ""), nil)
	assert.ErrorIs(t, err, context.Canceled, "the caller gave up")
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "what failed before")
	assert.Len(t, f.sent, 1, "requests")
	f = newFake(t, []answer{cut, whole})
	_, err = get[any](ctx, f.Pipeline, request(op, ""), nil)
	assert.Error(t, err, "the context is cancelled before the call")
	assert.Empty(t, f.pauses, "nothing is waited for")
}

func TestOpen(t *testing.T) {
	op := &Operation{ID: "download", Method: "GET", Path: "/file", Accept: "application/json", Types: []string{"text/csv", "application/json"}, Media: &Media{Param: "format", JSON: "json"}}
	f := newFake(t, []answer{says(200, "a,b\n")})
	body, err := Open(t.Context(), f.Pipeline, request(op, "format=x&q=1"), "csv", nil)
	require.NoError(t, err)
	assert.Empty(t, f.attempts, "the body was read")
	b, err := io.ReadAll(body)
	assert.NoError(t, err)
	assert.Equal(t, "a,b\n", string(b))
	assert.Equal(t, []string{"q=1&format=csv"}, f.queries(), "the form is asked for, in place of the caller's")
	assert.Equal(t, "text/csv, application/json", f.sent[0].Header.Get("Accept"), "the types of that form")
	assert.NoError(t, body.Close())
	assert.Len(t, f.attempts, 1, "the attempt ends with the body")
	f = newFake(t, []answer{says(404, "")})
	body, err = Open(t.Context(), f.Pipeline, request(op, ""), "csv", nil)
	assert.ErrorIs(t, err, client.ErrNotFound)
	assert.Nil(t, body, "a refusal is no file")
	// A decoding method always asks for JSON.
	f = newFake(t, []answer{says(200, "{}")})
	_, err = get[any](t.Context(), f.Pipeline, request(op, ""), nil)
	assert.NoError(t, err)
	assert.Equal(t, []string{"format=json"}, f.queries())
}

// A web page is no file, whatever stands before it.
func TestOpenLooksBehindBlanks(t *testing.T) {
	op := &Operation{ID: "download", Method: "GET", Path: "/file", Types: []string{"application/octet-stream"}}
	for body, page := range map[string]bool{
		"\ufeff<!DOCTYPE html>": true, "\r\n \ufeff<html>": true, strings.Repeat(" \n", 100) + "<html>": true,
		"\ufeffa,b": false, "\ufeff": false, "\xef\xbb": false, "a": false, "": false, strings.Repeat(" ", 2000) + "<html>": false,
	} {
		f := newFake(t, []answer{says(200, body, "Content-Type", "application/octet-stream")})
		file, err := Open(t.Context(), f.Pipeline, request(op, ""), "", nil)
		if page {
			assert.ErrorContains(t, err, "a web page", "%.20q", body)
			continue
		}
		require.NoError(t, err, "%.20q", body)
		b, err := io.ReadAll(file)
		assert.NoError(t, err, "%.20q", body)
		assert.Equal(t, body, string(b), "what was looked at is still there")
	}
}

// A 207 that no document knows is no success where it names a failure.
func TestUndeclaredPartialFailure(t *testing.T) {
	op := &Operation{ID: "deleteThings", Method: "DELETE", Path: "/things", Status: []int{200}, Answer: []string{"count"}}
	for body, failed := range map[string]bool{`{"count":1,"errors":["busy"]}`: true, `{"count":1,"Error":"busy"}`: true, `{"count":1,"errors":[ ]}`: false} {
		f := newFake(t, []answer{says(207, body)})
		_, err := get[map[string]any](t.Context(), f.Pipeline, request(op, ""), nil)
		if !failed {
			assert.NoError(t, err, body)
			continue
		}
		var e *client.Error
		require.ErrorAs(t, err, &e, body)
		assert.ErrorContains(t, err, "busy", body)
		assert.True(t, e.Sent, "%s: the other part was carried out", body)
	}
}

// A 207 gives what was done, and names what was not.
func TestPartial(t *testing.T) {
	op := &Operation{ID: "createUsers", Method: "POST", Path: "/users", Partial: &Partial{Errors: "result.errors", Identifier: "user.email", Status: "status", Message: "error"}}
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
		{207, `{"done":["a"],"result":{"errors":{"user":{"email":"b@example.com"},"status":409,"error":"exists"}}}`, []client.Failure{{Identifier: "b@example.com", Status: "409", Message: "exists"}}},
		{207, `{"done":["a"],"result":{"errors":{"c@example.com":"exists","b@example.com":{"status":400,"error":"odd"}}}}`,
			[]client.Failure{{Identifier: "b@example.com", Status: "400", Message: "odd"}, {Identifier: "c@example.com", Message: "exists"}}},
		{207, `{"done":["a"],"result":{"errors":"b@example.com exists"}}`, []client.Failure{{Message: "b@example.com exists"}}},
		{207, `{"done":["a"],"result":{"errors":""}}`, nil},
		{207, `{"done":["a"],"result":{"errors":{}}}`, nil},
		{207, `{"done":["a"],"result":{"errors":[]}}`, nil},
		{207, `{"done":["a"],"result":{"errors":null}}`, nil},
		{207, `{"done":["a"]}`, nil},
		{200, `{"done":["a"],"result":{"errors":[{"status":409}]}}`, []client.Failure{{Status: "409"}}}, // whatever the status says
	} {
		f := newFake(t, []answer{says(c.status, c.body)})
		v, err := get[result](t.Context(), f.Pipeline, request(op, ""), nil)
		var pe *client.PartialError
		if c.want == nil {
			assert.NoError(t, err, "%s: all was done", short(c.body))
		} else if assert.ErrorAs(t, err, &pe, "%s: a part failed", short(c.body)) {
			assert.Equal(t, c.want, pe.Failures, "%s: what failed", short(c.body))
			assert.Equal(t, "createUsers", pe.Operation, "%s: the operation that the error names", short(c.body))
		}
		require.Len(t, v.Done, 1, "%s: what was done", short(c.body))
		assert.Len(t, f.sent, 1, "%s: requests", short(c.body))
	}
	f := newFake(t, []answer{says(207, `{"done":`)})
	var de *client.DecodeError
	_, err := get[result](t.Context(), f.Pipeline, request(op, ""), nil)
	assert.ErrorAs(t, err, &de, "half of a reply")
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
				assert.Equal(t, body, string(e.Body))
				assert.Equal(t, 200, e.StatusCode)
				assert.NotEmpty(t, e.Header.Get("Content-Type"))
				assert.Equal(t, "getThing", e.Operation)
			}
			assert.Equal(t, want, got, body)
			assert.Equal(t, (want != ""), (err != nil), body)
		}
	}
	// Neither success nor a refusal: the status is the answer, and where the document names a
	// value, that is.
	valued := *op
	valued.Envelope = &Envelope{Status: "status", Success: "Success", Message: "data.message", Value: []string{"data.owner", "owner"}}
	for _, x := range []struct {
		op   *Operation
		body string
		want bool
	}{
		{op, `OK`, false}, {op, `{}`, false}, {op, `{"id":7}`, false}, {op, `{"status":null}`, false}, {op, `{"status":false}`, false},
		{op, `{"status":{}}`, false}, {op, `{"status":""}`, false}, {op, `{"status":"Success"}`, true},
		{&valued, `{"status":"Success"}`, false}, {&valued, `{"status":"Success","data":{}}`, false}, {&valued, `{"status":"Success","data":{"owner":null}}`, false},
		{&valued, `{"status":"Success","data":{"owner":{}}}`, false}, {&valued, `{"status":"Success","data":{"owner":{"id":1}}}`, true},
		{&valued, `{"owner":{"id":1}}`, true}, {&valued, `{"data":{"owner":{"id":1}}}`, true}, {&valued, `{"status":"Failure","data":{"owner":{"id":1}}}`, false},
		{&valued, `{"message":"Endpoint request timed out"}`, false},
	} {
		f := newFake(t, []answer{says(200, x.body)})
		_, err := get[map[string]any](t.Context(), f.Pipeline, request(x.op, ""), nil)
		assert.Equal(t, x.want, err == nil, "%s: %v", x.body, err)
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
		`["` + secret + `"]`:           "a JSON array does not fit engine.value",
		`{"` + secret + `":1,"n":}`:    "broken JSON after byte",
		`{"n":{"m":` + secret + `}}`:   "broken JSON after byte",
		`{"n":{"m":1}} ` + secret:      "broken JSON after byte",
		`{"` + secret + `":{"m":1}}{}`: "more than one JSON value",
	} {
		f := newFake(t, []answer{says(200, reply, "Content-Type", "text/a\r\nb")})
		_, err := get[value](t.Context(), f.Pipeline, request(getUser, "q="+secret, secret), nil)
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
		{csv, 200, "text/csv", "", "<0>1 x", ""},
		{csv, 200, "text/csv", "", "<9", ""},
		{csv, 200, "text/csv", "", "<", ""},
		{csv, 200, "text/csv", "", "</", "a web page"},
		{csv, 200, "text/csv", "", "<:", "a web page"},
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

// A write of several may be answered as one of a single one is, and the other way round: the
// reply decides which of the declared types it is, not its status.
func TestCallChoosesByTheReply(t *testing.T) {
	type one struct {
		ID int64 `json:"id"`
	}
	type many struct {
		Done []string `json:"done"`
	}
	op := &Operation{ID: "createUsers", Method: "POST", Path: "/users", Status: []int{200, 207}, Partial: &Partial{Errors: "errors"}}
	for _, status := range op.Status {
		var single one
		var several many
		into := func(status int) any {
			if status == 207 {
				return &several
			}
			return &single
		}
		f := newFake(t, []answer{says(status, `{"id":7}`), says(status, `{"done":["a"]}`)})
		require.NoError(t, Call(t.Context(), f.Pipeline, request(op, ""), nil, into), "one, under %d", status)
		assert.Equal(t, one{7}, single, "one, under %d", status)
		require.NoError(t, Call(t.Context(), f.Pipeline, request(op, ""), nil, into), "several, under %d", status)
		assert.Equal(t, many{[]string{"a"}}, several, "several, under %d", status)
	}
}

// One value in an array is that value; two are not.
func TestGetFromAnArray(t *testing.T) {
	type value struct {
		ID int64 `json:"id"`
	}
	op := &Operation{ID: "getThing", Method: "GET", Path: "/thing", Answer: []string{"id"}}
	f := newFake(t, []answer{says(200, `[{"id":7}]`), says(200, `[{"id":7},{"id":8}]`)})
	got, err := get[value](t.Context(), f.Pipeline, request(op, ""), nil)
	require.NoError(t, err)
	assert.Equal(t, value{7}, got)
	_, err = get[value](t.Context(), f.Pipeline, request(op, ""), nil)
	assert.ErrorContains(t, err, "a JSON array where an object belongs")
}

// An empty list without its object is an empty page, and is reported; where the page is a list
// there is nothing to report.
func TestGetOfAnEmptyPage(t *testing.T) {
	type page struct {
		Data []known `json:"data"`
	}
	op := listOp(&Paging{Style: "single", Items: []string{"data"}})
	f := newFake(t, []answer{says(200, ` []`)})
	got, err := get[page](t.Context(), f.Pipeline, request(op, ""), nil)
	require.NoError(t, err)
	assert.Empty(t, got.Data)
	assert.Equal(t, []string{" object<array"}, f.told())

	f = newFake(t, []answer{says(200, `[]`)})
	_, err = get[[]known](t.Context(), f.Pipeline, request(op, ""), nil)
	require.NoError(t, err)
	assert.Empty(t, f.told(), "a list is what was expected")
}

// An object where a list belongs holds its elements, or is no answer.
func TestGetAListFromAnObject(t *testing.T) {
	op := &Operation{ID: "getThings", Method: "GET", Path: "/things"}
	f := newFake(t, []answer{says(200, `{"0":{"id":1}}`), says(200, `{}`)})
	got, err := get[[]known](t.Context(), f.Pipeline, request(op, ""), nil)
	require.NoError(t, err, "the elements by their index")
	assert.Equal(t, []known{{ID: 1}}, got)
	_, err = get[[]known](t.Context(), f.Pipeline, request(op, ""), nil)
	assert.ErrorContains(t, err, "none of the expected members", "an empty object")
}

// Nothing is no answer of an operation whose replies state their success.
func TestEnvelopeIsNotEmpty(t *testing.T) {
	op := &Operation{ID: "deleteThing", Method: "DELETE", Path: "/thing", Status: []int{200}, Envelope: &Envelope{Status: "status", Success: "Success"}}
	f := newFake(t, []answer{says(200, "")})
	assert.ErrorContains(t, Call(t.Context(), f.Pipeline, request(op, ""), nil, nil), "empty body")
}
