package sandbox

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

const recordedAt = `
openapi: 3.0.3
info: {title: Recorded, version: "1"}
paths:
  /people:
    get:
      operationId: listPeople
      x-pagination: {style: cursor, param: token, items: people, next: token}
      parameters:
        - {name: token, in: query, schema: {type: string}}
        - {name: say, in: query, schema: {type: string}}
        - {name: password, in: query, schema: {type: string}}
        - {name: X-Org, in: header, schema: {type: string}}
      responses:
        "200":
          description: x
          content:
            application/json: {schema: {$ref: "#/components/schemas/People"}}
            application/x-ndjson: {schema: {$ref: "#/components/schemas/Person"}}
            text/plain: {schema: {type: string}}
            application/xml: {schema: {type: string}}
            application/zip: {schema: {type: string, format: binary}}
        "418": {description: x, content: {text/plain: {schema: {type: string}}}}
    post:
      operationId: createPeople
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Person"}}
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Person"}}
          multipart/form-data: {schema: {$ref: "#/components/schemas/Person"}}
          text/plain: {schema: {type: string}}
      responses: {"204": {description: x}}
  /people/{name}:
    get:
      operationId: getPerson
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: x, content: {application/json: {schema: {$ref: "#/components/schemas/Person"}}}}}
components:
  securitySchemes:
    stamp: {type: apiKey, in: header, name: X-Stamp}
    seal: {type: apiKey, in: query, name: seal}
  schemas:
    People:
      type: object
      properties:
        people: {type: array, items: {$ref: "#/components/schemas/Person"}}
        token: {type: string}
        debug: {type: string}
    Person:
      type: object
      properties:
        name: {type: string}
        note: {type: string}
        phone: {type: string}
        id: {type: integer}
        value: {type: string}
        password: {type: string}
        newPassword: {type: string}
        has_password: {type: boolean}
        secret_expiry: {type: string}
        attributes: {type: array, items: {$ref: "#/components/schemas/Person"}}
        words: {type: array, items: {type: string}}
        labels: {type: object, additionalProperties: {type: string}}
`

func recordedSpec(t *testing.T) *check.Spec {
	t.Helper()
	spec, err := check.ParseSpec("recordedAt", []byte(recordedAt))
	require.NoError(t, err)
	return spec
}

// service is a server that counts, and a client that goes through a recorder.
func service(t *testing.T, rec *Recorder, answer http.HandlerFunc) (url string, c *http.Client, calls *int) {
	t.Helper()
	n := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		answer(w, r)
	}))
	t.Cleanup(srv.Close)
	rec.Spec, rec.Dir = recordedSpec(t), filepath.Join(t.TempDir(), "recordings")
	if rec.OnError == nil {
		rec.OnError = func(err error) { assert.NoError(t, err, "it is recorded") }
	}
	return srv.URL, &http.Client{Transport: rec}, &n
}

// files reads what was recordedAt; the salt is no recording.
func files(t *testing.T, rec *Recorder) (names []string, all string) {
	t.Helper()
	err := filepath.WalkDir(rec.Dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == saltFile {
			return err
		}
		text, err := os.ReadFile(name)
		names, all = append(names, name), all+string(text)
		return err
	})
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(t, err)
	}
	return names, all
}

func fetch(t *testing.T, c *http.Client, method, url, body string, headers ...string) (int, string, error) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

func TestRecorderModes(t *testing.T) {
	rec := &Recorder{Mode: Cache}
	url, c, calls := service(t, rec, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, "short and stout")
	})
	get := func() {
		t.Helper()
		status, text, err := fetch(t, c, "GET", url+"/people?token=a&token=b", "")
		assert.Equal(t, http.StatusTeapot, status)
		assert.Equal(t, "short and stout", text)
		assert.NoError(t, err)
	}
	get()
	get()
	assert.Equal(t, 1, *calls, "calls: Cache asks once")
	post := func(body, contentType, what string) {
		t.Helper()
		status, _, err := fetch(t, c, "POST", url+"/people", body, "Content-Type", contentType)
		assert.NoError(t, err, what)
		assert.Equal(t, 204, status, what)
	}
	post(`{}`, "application/json", "recorded")
	res, err := c.Post(url+"/people", "text/plain", nil)
	require.NoError(t, err)
	res.Body.Close() // there is nothing to read
	rec.Mode = Replay
	get()
	post("", "text/plain", "an answer without a body that nobody read")
	res, err = c.Get(url + "/people?token=a&token=b")
	require.NoError(t, err)
	assert.Equal(t, "7", res.Header.Get("Retry-After"))
	assert.Equal(t, "text/plain", res.Header.Get("Content-Type"))
	post(`{}`, "application/json", "an answer without a body")
	for _, body := range []string{`{"a": 1}`, ``} {
		_, _, err := fetch(t, c, "POST", url+"/people", body, "Content-Type", "application/json")
		assert.ErrorIs(t, err, ErrNotRecorded, "another body: %q", body)
	}
	_, _, err = fetch(t, c, "GET", url+"/people?token=b&token=a", "")
	assert.ErrorIs(t, err, ErrNotRecorded, "another query")
	assert.Equal(t, 3, *calls, "calls: Replay never asks")
	rec.Mode = Record
	get()
	get()
	assert.Equal(t, 5, *calls, "calls: Record always asks")
}

// What a recorder wrote, a server serves.
func TestRecordingsAreExchanges(t *testing.T) {
	rec := &Recorder{Scrub: func(e *exchange.Exchange) { e.Note = "scrubbed" }}
	url, c, _ := service(t, rec, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"people": [], "token": null}`)
	})
	_, _, err := fetch(t, c, "GET", url+"/people?token=a", "", "X-Org", "7")
	require.NoError(t, err)
	list, err := exchange.Load(os.DirFS(rec.Dir), ".")
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "scrubbed", list[0].Note)
	s := NewServer(t, list, "", nil)
	status, text, _ := ask(t, "GET", s.URL+"/people?token=a", "", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, `{"people":[],"token":null}`, strings.Join(strings.Fields(text), ""))
}

func TestRecorderLeavesOut(t *testing.T) {
	var told []string
	rec := &Recorder{Limit: 10, OnError: func(err error) { told = append(told, err.Error()) }}
	url, c, _ := service(t, rec, func(w http.ResponseWriter, r *http.Request) {
		got, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain")
		switch r.URL.Query().Get("say") {
		case "long":
			fmt.Fprint(w, "more than ten bytes")
		case "encoded":
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "zip")
		case "html":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<p>")
		case "broken":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"name":`)
		default:
			fmt.Fprint(w, len(got))
		}
	})
	for _, say := range []string{"long", "encoded", "html", "broken"} {
		_, text, err := fetch(t, c, "GET", url+"/people?say="+say, "", "Accept-Encoding", "br")
		require.NoError(t, err, say)
		assert.NotEmpty(t, text, say)
	}
	_, text, err := fetch(t, c, "POST", url+"/people", strings.Repeat("x", 1000))
	require.NoError(t, err)
	assert.Equal(t, "1000", text, "a long request arrives whole")
	res, err := c.Get(url + "/people?say=half")
	require.NoError(t, err)
	res.Body.Close() // not read
	_, all := files(t, rec)
	assert.Empty(t, all, "nothing is written")
	assert.Equal(t, []string{
		"listPeople: not recorded: the answer is compressed in a way that is not known here",
		"listPeople: not recorded: a text that the document does not declare",
		"listPeople: not recorded: the JSON is broken",
		"createPeople: not recorded: the request body is too long to record",
	}, told)
}
