package sandbox

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// earlierRecordings are files as the first form of the recorder wrote and named them.
var earlierRecordings = map[string]string{
	"createPeople/a125a22b2e47613e2551.json": `{"source": "recorded", "operationId": "createPeople", "method": "POST", "path": "/people", "query": {},
		"requestContentType": "application/json", "requestBody": {"name": "Alex Example", "note": "it is [redacted]", "password": "[redacted]"},
		"status": 204, "contentType": "", "body": null}`,
	"createPeople/f95b9f705988157fa2ac.json": `{"source": "recorded", "operationId": "createPeople", "method": "POST", "path": "/people", "query": {},
		"requestContentType": "application/x-www-form-urlencoded", "requestBody": "a=b\u0026password=%5Bredacted%5D", "status": 204, "contentType": "", "body": null}`,
	"createPeople/fb8634443dfc7b9fb757.json": `{"source": "recorded", "operationId": "createPeople", "method": "POST", "path": "/people", "query": {},
		"requestContentType": "text/plain", "requestBody": "login password=[redacted]", "status": 204, "contentType": "", "body": null}`,
	"get/a6e2f0c0923597da30b9.json": `{"source": "recorded", "method": "GET", "path": "/people", "query": {"token": "[redacted]"}, "status": 200,
		"responseHeaders": {"Retry-After": "7"}, "contentType": "application/json",
		"body": {"people": [{"id": 9007199254740993, "name": "Alex Example"}], "token": "[redacted]"}}`,
	"listPeople/d74a89deee212ff75781.json": `{"source": "recorded", "operationId": "listPeople", "method": "GET", "path": "/people",
		"query": {"echo": "[redacted]", "password": "[redacted]", "token": "page-1"}, "requestHeaders": {"X-Org": "7"}, "status": 200,
		"responseHeaders": {"Retry-After": "7"}, "contentType": "application/json",
		"body": {"people": [{"name": "Alex Example", "id": 9007199254740993}], "token": "page-2"}}`,
}

func TestEarlierRecordings(t *testing.T) {
	rec := &Recorder{}
	url, client, calls := service(t, rec, nil)
	rec.Mode = Replay
	for name, text := range earlierRecordings {
		file := filepath.Join(rec.Dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	list, err := exchange.Load(os.DirFS(rec.Dir), ".")
	require.NoError(t, err)
	assert.Len(t, list, len(earlierRecordings))
	spec := rec.Spec
	const secret = "hunter2-hunter2"
	for _, c := range []struct {
		name, method, path, media, body string
		spec                            bool
		status                          int
		answer                          string
	}{
		{"query and echo", "GET", "/people?token=page-1&password=" + secret + "&echo=" + secret, "", "", true, 200, `{"people": [{"name": "Alex Example", "id": 9007199254740993}], "token": "page-2"}`},
		{"JSON", "POST", "/people", jsonMedia, `{"name": "Alex Example", "password": "` + secret + `", "note": "it is ` + secret + `"}`, true, 204, ""},
		{"form", "POST", "/people", formMedia, "a=b&password=" + secret, true, 204, ""},
		{"text", "POST", "/people", "text/plain", "login password=hunter2", true, 204, ""},
		{"without a document", "GET", "/people?token=bearer-1", "", "", false, 200, `{"people": [{"id": 9007199254740993, "name": "Alex Example"}], "token": "[redacted]"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if rec.Spec = spec; !c.spec {
				rec.Spec = nil
			}
			headers := []string{"Content-Type", c.media, "Authorization", basicOf("principal", secret)}
			if c.method == "GET" {
				headers = headers[2:]
				if c.spec {
					headers = append(headers, "X-Org", "7")
				}
			}
			status, text, err := fetch(t, client, c.method, url+c.path, c.body, headers...)
			require.NoError(t, err)
			assert.Equal(t, c.status, status)
			assert.Equal(t, c.answer, text)
		})
	}
	rec.Spec = spec
	_, _, err = fetch(t, client, "GET", url+"/people?token=page-9", "")
	assert.ErrorIs(t, err, ErrNotRecorded)
	assert.Zero(t, *calls)
	_, err = os.Stat(filepath.Join(rec.Dir, saltFile))
	assert.ErrorIs(t, err, os.ErrNotExist, "Replay writes nothing")
}
