package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

const sandboxed = `
openapi: 3.0.3
info: {title: Sandboxed, version: "1"}
servers:
  - url: https://sandboxed.example.com/api
paths:
  /notes:
    get:
      operationId: listNotes
      x-pagination: {style: offset, param: start, size: limit, default: 2, items: data.notes, more: next, total: count}
      parameters:
        - {name: start, in: query, schema: {type: integer, format: int64}}
        - {name: limit, in: query, schema: {type: integer, format: int64}}
        - {name: owner, in: query, schema: {type: string}}
      responses: {"200": {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Notes'}}}}, "429": {$ref: '#/components/responses/Busy'}}
    post:
      operationId: createNote
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NoteInput'}}}}
      responses: {"201": {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}}
  /notes/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getNote
      responses: {"200": {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}}
    patch:
      operationId: updateNote
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NoteInput'}}}}
      responses: {"204": {description: x}}
    delete:
      operationId: deleteNote
      responses: {"204": {description: x}}
components:
  responses: {Busy: {description: x, content: {text/plain: {schema: {type: string}}}}}
  schemas:
    Notes: {type: object, properties: {next: {type: string}, count: {type: integer}, data: {type: object, properties: {notes: {type: array, items: {$ref: '#/components/schemas/Note'}}}}}}
    Note: {type: object, properties: {id: {type: integer}, text: {type: string}, owner: {type: string}, madeAt: {type: string}}}
    NoteInput: {type: object, required: [text], properties: {text: {type: string}, owner: {type: string}}}
`

// notes serves the document above from a few exchanges; it has no account.
func notes(t *testing.T, o Options) *Instance {
	t.Helper()
	list := exchanges(t,
		`{"operationId": "listNotes", "method": "GET", "path": "/notes", "query": {"start": "0"}, "status": 200, "contentType": "application/json", "body": {"next": "https://sandboxed.example.com/x", "count": 9, "data": {"notes": [{"id": 1, "text": "a", "owner": "Org"}, {"id": 2, "text": "b", "owner": "Org"}, {"id": 3, "text": "c", "owner": "Other"}]}}}`,
		`{"operationId": "listNotes", "method": "GET", "path": "/notes", "query": {}, "status": 200, "contentType": "application/json", "body": {}}`,
		`{"operationId": "listNotes", "method": "GET", "path": "/notes", "query": {"limit": "1"}, "status": 429, "contentType": "text/plain", "body": "busy"}`,
		`{"operationId": "createNote", "method": "POST", "path": "/notes", "query": {}, "requestBody": {"text": "x", "owner": "Org"}, "status": 201, "contentType": "application/json", "body": {"id": 7, "text": "x", "owner": "Org", "madeAt": "2026-01-15T12:00:00Z"}}`,
		`{"operationId": "getNote", "method": "GET", "path": "/notes/1", "query": {}, "status": 200, "contentType": "application/json", "body": {"id": 1, "text": "a", "owner": "Org"}}`,
		`{"operationId": "getNote", "method": "GET", "path": "/notes/99", "query": {}, "status": 404, "contentType": "application/json", "body": {"status": "Failure", "message": "gone"}}`,
		`{"operationId": "updateNote", "method": "PATCH", "path": "/notes/1", "query": {}, "requestBody": {"text": "x"}, "status": 204, "contentType": "", "body": null}`,
		`{"operationId": "deleteNote", "method": "DELETE", "path": "/notes/1", "query": {}, "status": 204, "contentType": "", "body": null}`,
	)
	for i, name := range []string{"ok", "ok-empty", "429", "ok", "ok", "404", "ok", "ok"} {
		list[i].File = list[i].OperationID + "/" + name + ".json"
	}
	o.APIs, o.Documents = []string{"sandboxed"}, fstest.MapFS{"sandboxed.yaml": {Data: []byte(sandboxed)}}
	box, err := Handler(o)
	require.NoError(t, err)
	box.services[0].plain = list
	in, err := serveSandbox(box, o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, in.Close(), "closing the sandbox") })
	return in
}

// One sequence of calls: each depends on what those before have done.
func TestStateAndRefusals(t *testing.T) {
	in := notes(t, Options{Now: func() time.Time { return present.Add(30 * time.Minute) }})
	for _, c := range []struct{ request, body, prefer, want string }{
		{"GET /api/notes", "", "", `200 {"count":3,"data":{"notes":[{"id":1,"owner":"Org","text":"a"},{"id":2,"owner":"Org","text":"b"}]},"next":"` + in.URL + `/api/notes?limit=2&start=2"}`},
		{"GET /api/notes?limit=2&start=2", "", "", `200 {"count":3,"data":{"notes":[{"id":3,"owner":"Other","text":"c"}]}}`},
		{"GET /api/notes?start=3", "", "", `200 {"count":3,"data":{"notes":[]}}`},
		{"GET /api/notes?start=many", "", "", `400 {"message":"query start: an invalid integer","status":"Failure"}`},
		{"GET /api/notes?unknown=1&limit=1", "", "", `200 {"count":3,"data":{"notes":[{"id":1,"owner":"Org","text":"a"}]},"next":"` + in.URL + `/api/notes?limit=1&start=1&unknown=1"}`},
		{"GET /notes", "", "", `404 {"message":"the paths of this service begin with /api","status":"Failure"}`},
		{"GET /api/note", "", "", `404 {"message":"no operation GET /note","status":"Failure"}`},
		{"GET /api/notes", "", "example=ok-empty", "200 {}"},
		{"GET /api/notes", "", "code=429", "429 busy"},
		{"GET /api/notes/4", "", "", `404 {"message":"there is no /notes/4","status":"Failure"}`},
		{"POST /api/notes", `{"text": "y"}`, "", `201 {"id":1000008,"madeAt":"2026-01-15T12:30:00Z","text":"y"}`},
		{"GET /api/notes/1000008", "", "", `200 {"id":1000008,"madeAt":"2026-01-15T12:30:00Z","text":"y"}`},
		{"GET /api/notes?start=3", "", "", `200 {"count":4,"data":{"notes":[{"id":1000008,"madeAt":"2026-01-15T12:30:00Z","text":"y"}]}}`},
		{"PATCH /api/notes/1000008", `{"text": "z", "id": 5, "owner": "Org"}`, "", "204 "}, // the id cannot change, and is ignored
		{"DELETE /api/notes/1", `{}`, "", "204 "},
		{"GET /api/notes/1", "", "", `404 {"message":"there is no /notes/1","status":"Failure"}`},
		{"POST /api/notes", `{"txt": "y"}`, "", `400 {"message":"request body /txt: unknown member (a string); request body /text: property \"text\" is missing","status":"Failure"}`},
		{"POST /api/notes", `{"text"`, "", `400 {"message":"request body: it is no JSON: unexpected EOF","status":"Failure"}`},
		{"POST /api/notes", ``, "", `400 {"message":"request body: the operation wants one","status":"Failure"}`},
	} {
		method, target, _ := strings.Cut(c.request, " ")
		status, text, err := fetch(t, http.DefaultClient, method, in.URL+target, c.body, "Content-Type", "application/json", "Prefer", c.prefer)
		require.NoError(t, err)
		assert.Equal(t, c.want, strings.TrimRight(fmt.Sprintf("%d %s", status, text), "\n"), "%s %s", c.request, c.body)
	}
}

// With Strict nothing is ignored.
func TestStrict(t *testing.T) {
	in := notes(t, Options{Strict: true})
	for _, c := range []struct{ request, body, want string }{
		{"GET /api/notes?unknown=1", "", "query unknown: unknown parameter"},
		{"DELETE /api/notes/1", `{}`, "request body: the operation takes none"},
		{"PATCH /api/notes/1", `{"text": "z", "id": 5}`, "request body /id: unknown member (a number)"},
	} {
		method, target, _ := strings.Cut(c.request, " ")
		status, text, err := fetch(t, http.DefaultClient, method, in.URL+target, c.body, "Content-Type", "application/json")
		require.NoError(t, err)
		assert.Equal(t, 400, status, c.request)
		assert.Contains(t, text, c.want, c.request)
	}
}

// Somebody's own exchange is the answer to the request that it holds, and to no other.
func TestRecordedAnswer(t *testing.T) {
	own := exchanges(t, `{"operationId": "getNote", "method": "GET", "path": "/notes/1", "query": {"lang": "en"}, "status": 200, "contentType": "application/json", "body": {"id": 1, "text": "mine"}}`)
	in := notes(t, Options{Exchanges: map[string][]*exchange.Exchange{"sandboxed": own}})
	_, text, err := fetch(t, http.DefaultClient, "GET", in.URL+"/api/notes/1?lang=en", "")
	require.NoError(t, err)
	assert.Equal(t, `{"id": 1, "text": "mine"}`, text)
}
