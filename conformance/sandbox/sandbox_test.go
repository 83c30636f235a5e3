package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/threatclients/threatclients-go/conformance/check"
)

const sandboxed = `
openapi: 3.0.3
info: {title: Sandboxed, version: "1"}
servers: [{url: https://sandboxed.example.com/api}]
paths:
  /notes:
    get:
      operationId: listNotes
      x-pagination: {style: offset, param: start, items: data.notes, more: next}
      parameters:
        - {name: start, in: query, schema: {type: integer, format: int64}}
        - {name: owner, in: query, schema: {type: string}}
      responses: {"200": {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Notes'}}}}, "429": {$ref: '#/components/responses/Busy'}}
    post:
      operationId: createNote
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NoteInput'}}}}
      responses: {"201": {description: x}, "429": {$ref: '#/components/responses/Busy'}}
components:
  responses: {Busy: {description: x, content: {text/plain: {schema: {type: string}}}}}
  schemas:
    Notes: {type: object, properties: {next: {type: string}, data: {type: object, properties: {notes: {type: array, items: {type: string}}}}}}
    NoteInput: {type: object, required: [text], properties: {text: {type: string}}}
`

func TestSandbox(t *testing.T) {
	spec, err := check.ParseSpec("sandboxed", []byte(sandboxed))
	if err != nil {
		t.Fatal(err)
	}
	var refusal error
	var log []string
	list := exchanges(t,
		`{"operationId": "listNotes", "method": "GET", "path": "/notes", "query": {"start": "0"}, "status": 200, "contentType": "application/json", "body": {"next": "/x", "data": {"notes": ["a", "b"]}}}`,
		`{"operationId": "listNotes", "method": "GET", "path": "/notes", "query": {"owner": "Org", "start": "0"}, "status": 200, "contentType": "application/json", "body": {"data": {"notes": ["c"]}}}`,
		`{"operationId": "listNotes", "method": "GET", "path": "/notes", "query": {"start": "2"}, "status": 200, "contentType": "application/json", "body": {"next": "/y", "data": {"notes": ["d"]}}}`,
		`{"operationId": "listNotes", "method": "GET", "path": "/notes", "query": {}, "status": 429, "contentType": "text/plain", "body": "busy"}`,
		`{"operationId": "createNote", "method": "POST", "path": "/notes", "query": {}, "requestBody": {"text": "x"}, "status": 201, "contentType": "", "body": null}`,
	)
	for i, name := range []string{"ok", "ok-owner", "ok-second", "429", "ok"} {
		list[i].File = list[i].OperationID + "/" + name + ".json"
	}
	srv := httptest.NewServer(&Sandbox{
		Spec: spec, Exchanges: list,
		Verify: func(*http.Request) error { return refusal },
		Log:    func(_ *http.Request, text string) { log = append(log, text) },
	})
	defer srv.Close()

	for _, c := range []struct{ request, body, prefer, want string }{
		{"GET /api/notes", "", "", `200 {"next": "/x", "data": {"notes": ["a", "b"]}}`},
		{"GET /api/notes?start=0&owner=Org", "", "", `200 {"data": {"notes": ["c"]}}`},
		{"GET /api/notes?start=2", "", "", `200 {"next": "/y", "data": {"notes": ["d"]}}`},
		{"GET /api/notes?start=3", "", "", `200 {"data":{"notes":[]}}`}, // no such page: the list ends
		{"GET /api/notes?start=many", "", "", "400 query start: an invalid integer"},
		{"GET /api/notes?limit=1", "", "", "400 query limit: unknown parameter"},
		{"GET /notes", "", "", "404 the paths of this service begin with /api"},
		{"GET /api/note", "", "", "404 no operation GET /note"},
		{"DELETE /api/notes", "", "", "404 no operation DELETE /notes, but "},
		{"GET /api/notes", "", "code=429", "429 busy"},
		{"POST /api/notes", `{"text": "y"}`, "wait=1, code=429", "429 busy"}, // shared with the other operation
		{"GET /api/notes", "", "code=500", "501 no exchange shows listNotes with that status"},
		{"POST /api/notes", `{"text": "y"}`, "", "201 "},
		{"POST /api/notes", `{"txt": "y"}`, "", `400 request body /txt: unknown member (a string); request body /text: property "text" is missing`},
		{"POST /api/notes", ``, "", "400 request body: the operation wants one"},
	} {
		method, target, _ := strings.Cut(c.request, " ")
		req, err := http.NewRequest(method, srv.URL+target, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		req.Header.Set("Prefer", c.prefer)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := strings.TrimSpace(fmt.Sprintf("%d %s", res.StatusCode, body)); got != strings.TrimSpace(c.want) && !(strings.HasSuffix(c.want, "but ") && strings.HasPrefix(got, c.want)) {
			t.Errorf("%s %s:\n got %s\nwant %s", c.request, c.body, got, c.want)
		}
	}
	refusal = errors.New("no such key")
	log = nil
	if res, err := http.Get(srv.URL + "/api/notes"); err != nil || res.StatusCode != 401 {
		t.Errorf("%v %v, want 401", res, err)
	}
	if len(log) != 1 || log[0] != "401: no such key" {
		t.Errorf("logged %q", log)
	}
}
