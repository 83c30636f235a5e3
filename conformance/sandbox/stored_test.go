package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// What is written is replayed: bytes as they came, JSON with the white space of the file.
func TestRecordingsRoundTrip(t *testing.T) {
	binary := make([]byte, 1000)
	for i := range binary {
		binary[i] = byte(i * 7)
	}
	const people = `{"people": [{"id": 9007199254740993, "name": "\ud800 Alex", "name": "Kim"}], "token": "page-2"}`
	const unknown = `{"people": [], "other": {"a": 1}}`
	for _, c := range []struct {
		name, media, encoding, body string
		want                        string // "" for the same bytes
		json                        bool
	}{
		{"JSON", jsonMedia, "", people, "", true},
		{"JSON with a byte order mark", jsonMedia, "", "\ufeff" + people, "", false},
		{"JSON that is redacted", jsonMedia, "", unknown, `{"people": [], "[redacted]": {}}`, true},
		{"JSON labelled text", "text/plain", "", `{"people":[{"name":"Kim"}],"token":"page-2"}`, "", true},
		{"NDJSON", "application/x-ndjson", "", "{\"name\": \"a\"}\n{\"name\": \"b\"}\n", "", false},
		{"NDJSON labelled JSON", jsonMedia, "", "{\"people\": []}\n{\"people\": []}\n", "", false},
		{"text", "text/plain; charset=utf-8", "", "  short\r\nand stout\n", "", false},
		{"text that is a number", "text/plain", "", "5\n", "5", false},
		{"text null", "text/plain", "", "null", "", false},
		{"XML", "application/xml", "", "<?xml version=\"1.0\"?>\n<a b=\"c\"><d>e &amp; f</d><g/></a>\n", "", false},
		{"bytes", "application/zip", "", string(binary), "", false},
		{"bytes under another label", "application/octet-stream", "", string(binary), "", false},
		{"gzip", jsonMedia, "gzip", string(gzipped(people)), "", false},
		{"gzip of bytes", "application/zip", "gzip", string(gzipped(string(binary))), "", false},
		{"gzip that is redacted", jsonMedia, "gzip", string(gzipped(unknown)), `{"people": [], "[redacted]": {}}`, true},
		{"nothing", jsonMedia, "", "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := &Recorder{Mode: Cache, Spec: recordedSpec(t), Dir: t.TempDir(), OnError: func(err error) { assert.NoError(t, err, "it is recorded") }}
			calls := 0
			sent := sent{answer: c.body}
			rec.Base = answering(func(req *http.Request) *http.Response {
				calls++
				h := http.Header{"Content-Type": {c.media}, "X-Ratelimit-Remaining": {"7"}, "X-Other": {"1"}, "Date": {"Thu, 15 Jan 2026 09:00:00 GMT"}}
				if c.encoding != "" {
					h.Set("Content-Encoding", c.encoding)
				}
				return sent.response(req, h)
			})
			for range 2 {
				req, err := http.NewRequest("GET", "http://api.example.com/people", nil)
				require.NoError(t, err)
				res, err := rec.RoundTrip(req)
				require.NoError(t, err)
				got, err := io.ReadAll(res.Body)
				require.NoError(t, err)
				require.NoError(t, res.Body.Close())
				if rec.Mode == Cache {
					assert.Equal(t, c.body, string(got), "the first answer passes as it is")
					rec.Mode = Replay
					continue
				}
				want := c.want
				if want == "" {
					want = c.body
				}
				if c.json {
					assert.Empty(t, exchange.DiffJSON(got, []byte(want)), "%s", got)
				} else {
					assert.Equal(t, want, string(got))
				}
				assert.Equal(t, c.media, res.Header.Get("Content-Type"))
				if c.want == "" {
					assert.Equal(t, c.encoding, res.Header.Get("Content-Encoding"))
				} else {
					assert.Empty(t, res.Header.Get("Content-Encoding"), "what was changed is not compressed again")
				}
				assert.Equal(t, "7", res.Header.Get("X-Ratelimit-Remaining"))
				assert.NotEmpty(t, res.Header.Get("Date"))
				assert.Empty(t, res.Header.Get("X-Other"), "a header that nobody declared")
				assert.EqualValues(t, len(got), res.ContentLength)
			}
			assert.Equal(t, 1, calls)
		})
	}
}

// What the recorder writes of a request, member by member.
func TestRecordedRequest(t *testing.T) {
	for _, c := range []struct{ name, media, body, want, form, note string }{
		{"JSON", jsonMedia, `{"name": "Alex Example", "id": 1, "password": "hunter2", "has_password": true, "secret_expiry": "2026-01-15T09:00:00Z", "x": "y", "n": 5, "b": true, "l": [1]}`,
			`{"name": "Alex Example", "id": 1, "password": "[redacted]", "has_password": true, "secret_expiry": "2026-01-15T09:00:00Z", "[redacted]": "[redacted]", "[redacted]": 0, "[redacted]": false, "[redacted]": []}`, "", ""},
		{"form", formMedia, "name=Alex+Example&password=hunter2&x=y", `"%5Bredacted%5D=%5Bredacted%5D\u0026name=Alex+Example\u0026password=%5Bredacted%5D"`, "", ""},
		{"multipart form", "multipart/form-data; boundary=b", fmt.Sprintf(fieldBody, "name", "Alex Example"), "", "Alex Example", ""},
		{"text", "text/plain", "login\npassword: two words\nend", `"login\npassword:[redacted]\nend"`, "", ""},
		{"broken JSON", jsonMedia, `{"name"`, "", "", "a request body of 7 bytes is left out"},
		{"bad escape", formMedia, "name=%zz", "", "", "a request body of 8 bytes is left out"},
		{"bytes", "text/plain", "\xff\xfe", "", "", "a request body of 2 bytes is left out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			told := 0
			rec := &Recorder{OnError: func(error) { told++ }}
			url, client, _ := service(t, rec, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
			_, _, err := fetch(t, client, "POST", url+"/people", c.body, "Content-Type", c.media)
			require.NoError(t, err)
			_, all := files(t, rec)
			e, err := exchange.Parse([]byte(all))
			require.NoError(t, err)
			assert.Equal(t, compact(c.want), compact(string(e.RequestBody)))
			assert.Equal(t, c.form, e.RequestForm["name"])
			assert.Equal(t, c.note, e.Note)
			assert.Equal(t, c.note != "", told == 1, "what is left out is told")
		})
	}
}

func compact(text string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}
