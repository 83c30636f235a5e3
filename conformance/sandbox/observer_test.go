package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
)

const observed = `
openapi: 3.0.3
info: {title: Observed, version: "1"}
servers: [{url: https://observed.example.com/api}]
paths:
  /people/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: listPeople
      responses: {"200": {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/People'}}}}}
components:
  schemas:
    People: {type: object, properties: {people: {type: array, items: {$ref: '#/components/schemas/Person'}}}}
    Person: {type: object, properties: {name: {type: string}}}
`

func observe(t *testing.T, o *Observer, answer http.HandlerFunc) (url string, c *http.Client) {
	t.Helper()
	srv := httptest.NewServer(answer)
	t.Cleanup(srv.Close)
	var err error
	o.Spec, err = check.ParseSpec("observed", []byte(observed))
	require.NoError(t, err)
	return srv.URL, &http.Client{Transport: o}
}

func TestObserver(t *testing.T) {
	var told []string
	o := &Observer{Limit: 1000, Warn: func(op string, p check.Problem) { told = append(told, op+" "+p.String()) }}
	url, c := observe(t, o, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Query().Get("say") {
		case "status":
			w.WriteHeader(http.StatusTeapot)
		case "unknown":
			fmt.Fprint(w, `{"people": [{"name": "x"}, {"nick": "s3cret"}, {"nick": "s3cret", "name": 1}]}`)
		case "long":
			fmt.Fprintf(w, `{"nick": "%s"}`, strings.Repeat("x", 1000))
		case "compressed":
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, `{"nick": 1}`)
		default:
			fmt.Fprint(w, `{"people": []}`)
		}
	})
	for _, path := range []string{"/api/people/1", "/people/1?say=unknown", "/people/2?say=unknown", "/people/1?say=status", "/people/1?say=long", "/people/1?say=compressed", "/s3cret", "/s3cret2"} {
		_, _, err := fetch(t, c, "GET", url+path, "", "Accept-Encoding", "gzip")
		require.NoError(t, err)
	}
	want := []string{
		"GET path: no operation has this path",
		"listPeople body /people/*/name: value must be a string, not a number",
		"listPeople body /people/*/nick: unknown member (a string)",
		"listPeople status: 418 is not declared for listPeople",
	}
	slices.Sort(told)
	assert.Equal(t, want, told)
}

// The first bytes of an answer are there before its last ones are sent.
func TestObserverDoesNotWait(t *testing.T) {
	o := &Observer{Warn: func(op string, p check.Problem) { assert.Fail(t, "nothing is to be told", "%s %v", op, p) }}
	goOn := make(chan struct{})
	url, c := observe(t, o, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"people": [`)
		w.(http.Flusher).Flush()
		select {
		case <-goOn:
		case <-time.After(5 * time.Second):
		}
		fmt.Fprint(w, `]}`)
	})
	res, err := c.Get(url + "/people/1")
	require.NoError(t, err)
	defer res.Body.Close()
	began := time.Now()
	first := make([]byte, 5)
	_, err = io.ReadFull(res.Body, first)
	assert.NoError(t, err)
	assert.LessOrEqual(t, time.Since(began), 4*time.Second, "the time until the first bytes")
	close(goOn)
	rest, err := io.ReadAll(res.Body)
	assert.NoError(t, err)
	assert.Equal(t, `{"people": []}`, string(first)+string(rest))
}

// What goes wrong in an observer is not the program's problem.
func TestObserverSurvives(t *testing.T) {
	var told []string
	o := &Observer{Warn: func(_ string, p check.Problem) { told = append(told, p.Where) }}
	url, c := observe(t, o, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{}`)
	})
	op := o.Spec.Operation("listPeople")
	op.Route.Operation.Responses.Value("200").Value = nil
	_, text, err := fetch(t, c, "GET", url+"/people/1", "")
	assert.NoError(t, err)
	assert.Equal(t, "{}", text)
	assert.Equal(t, []string{"observer"}, told)
}
