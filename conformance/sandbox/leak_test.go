package sandbox

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const hush = "Hunter/2+Hunter~2"

// spellings are the encodings of a secret that the tests put in each place.
var spellings = []struct {
	name   string
	encode func(string) string
}{
	{"plain", func(s string) string { return s }},
	{"other case", swapCase},
	{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
	{"base64 after one byte", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(":" + s + ":")) }},
	{"base64 after two bytes", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("a:" + s + "::")) }},
	{"base64url", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("?>" + s)) }},
	{"base64 twice", func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte("u:" + s))))
	}},
	{"percent", url.QueryEscape},
	{"percent of all", func(s string) string { return each(s, "%%%02X") }},
	{"percent of all, small", func(s string) string { return each(s, "%%%02x") }},
	{"percent of one", func(s string) string { return fmt.Sprintf("%%%02x", s[0]) + s[1:] }},
	{"JSON", func(s string) string { return each(s, `\u%04x`) }},
	{"JSON of one", func(s string) string { return s[:3] + fmt.Sprintf(`\u%04X`, s[3]) + s[4:] }},
	{"XML", func(s string) string { return each(s, "&#x%x;") }},
	{"XML, decimal", func(s string) string { return each(s, "&#%d;") }},
	{"hex", func(s string) string { return hex.EncodeToString([]byte(s)) }},
	{"HEX", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }},
}

func each(s, format string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// sent is one request and the answer to it. An empty part is the usual one.
type sent struct {
	method, path, query, media, body string
	header                           [2]string
	status                           int
	answerMedia, answer              string
	answerHeader                     [2]string
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

const (
	jsonMedia = "application/json"
	formMedia = "application/x-www-form-urlencoded"
	fieldBody = "--b\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n--b--\r\n"
)

// canaryPlaces are where a secret may stand. Those that are named are redacted though
// the secret was never seen as a credential; in the others it is found by its value.
var canaryPlaces = []struct {
	name  string
	named bool
	put   func(v string) sent
}{
	{"Authorization", true, func(v string) sent { return sent{header: [2]string{"Authorization", "Bearer " + v}} }},
	{"X-Password", true, func(v string) sent { return sent{header: [2]string{"X-Password", v}} }},
	{"X-API-Key", true, func(v string) sent { return sent{header: [2]string{"X-API-Key", v}} }},
	{"header of a security scheme", true, func(v string) sent { return sent{header: [2]string{"X-Stamp", v}} }},
	{"header that nobody declared", true, func(v string) sent { return sent{header: [2]string{"X-Unknown", v}} }},
	{"cookie", true, func(v string) sent { return sent{header: [2]string{"Cookie", "a=" + url.QueryEscape(v)}} }},
	{"declared header", false, func(v string) sent { return sent{header: [2]string{"X-Org", v}} }},
	{"path", false, func(v string) sent { return sent{path: "/people/" + url.PathEscape(v)} }},
	{"path that nobody declared", true, func(v string) sent { return sent{path: "/login/token/" + url.PathEscape(v)} }},
	{"query of a credential", true, func(v string) sent { return sent{query: "password=" + url.QueryEscape(v)} }},
	{"query with an affix", true, func(v string) sent { return sent{query: "userPassword=" + url.QueryEscape(v)} }},
	{"query of a security scheme", true, func(v string) sent { return sent{query: "seal=" + url.QueryEscape(v)} }},
	{"query of a signature", true, func(v string) sent { return sent{query: "X-Amz-Signature=" + url.QueryEscape(v)} }},
	{"query that nobody declared", true, func(v string) sent { return sent{query: "q=" + url.QueryEscape(v)} }},
	{"query name", true, func(v string) sent { return sent{query: url.QueryEscape(v) + "=1"} }},
	{"declared query", false, func(v string) sent { return sent{query: "say=" + url.QueryEscape(v)} }},
	{"media type of the request", true, func(v string) sent {
		return sent{method: "POST", media: jsonMedia + "; token=" + quoted(v), body: `{}`}
	}},
	{"member of the request", true, func(v string) sent {
		return sent{method: "POST", media: jsonMedia, body: `{"newPassword": ` + quoted(v) + `}`}
	}},
	{"unknown member of the request", true, func(v string) sent {
		return sent{method: "POST", media: jsonMedia, body: `{"secretAccessKey": ` + quoted(v) + `}`}
	}},
	{"member name of the request", true, func(v string) sent {
		return sent{method: "POST", media: jsonMedia, body: `{` + quoted(v) + `: 1}`}
	}},
	{"repeated member of the request", true, func(v string) sent {
		return sent{method: "POST", media: jsonMedia, body: `{"password": ` + quoted(v) + `, "password": ""}`}
	}},
	{"broken JSON of the request", true, func(v string) sent {
		return sent{method: "POST", media: jsonMedia, body: `{"password": ` + quoted(v)}
	}},
	{"form", true, func(v string) sent {
		return sent{method: "POST", media: formMedia, body: "name=a&pwd=" + url.QueryEscape(v)}
	}},
	{"form with a bad escape", true, func(v string) sent {
		return sent{method: "POST", media: formMedia, body: "name=%zz&password=" + url.QueryEscape(v)}
	}},
	{"field of a multipart form", true, func(v string) sent {
		return sent{method: "POST", media: "multipart/form-data; boundary=b", body: fmt.Sprintf(fieldBody, "password", v)}
	}},
	{"known field of a multipart form", false, func(v string) sent {
		return sent{method: "POST", media: "multipart/form-data; boundary=b", body: fmt.Sprintf(fieldBody, "note", v)}
	}},
	{"text of the request", true, func(v string) sent {
		return sent{method: "POST", media: "text/plain", body: "login\npassword: two " + v}
	}},
	{"bytes of the request", true, func(v string) sent {
		return sent{method: "POST", media: "text/plain", body: "\xff\x00" + v}
	}},
	{"member of the answer", true, func(v string) sent { return sent{answer: `{"people": [{"password": ` + quoted(v) + `}]}`} }},
	{"member with an affix", true, func(v string) sent { return sent{answer: `{"people": [{"user_password": ` + quoted(v) + `}]}`} }},
	{"unknown member", true, func(v string) sent { return sent{answer: `{"x": {"y": [` + quoted(v) + `]}}`} }},
	{"member name", true, func(v string) sent { return sent{answer: `{"people": [{` + quoted(v) + `: true}]}`} }},
	{"repeated member", true, func(v string) sent {
		return sent{answer: `{"people": [{"password": ` + quoted(v) + `, "password": ""}]}`}
	}},
	{"pair of name and value", true, func(v string) sent {
		return sent{answer: `{"people": [{"attributes": [{"value": ` + quoted(v) + `, "name": "apiKey"}]}]}`}
	}},
	{"list of name and value", true, func(v string) sent { return sent{answer: `{"people": [{"words": ["password", ` + quoted(v) + `]}]}`} }},
	{"JSON in a text", true, func(v string) sent {
		return sent{answer: `{"people": [{"note": ` + quoted(`{"password": `+quoted(v)+`}`) + `}]}`}
	}},
	{"two words in a text", true, func(v string) sent { return sent{answer: `{"people": [{"note": ` + quoted("password: two "+v) + `}]}`} }},
	{"known member", false, func(v string) sent { return sent{answer: `{"people": [{"note": ` + quoted("it is "+v+".") + `}]}`} }},
	{"key of a map", false, func(v string) sent { return sent{answer: `{"people": [{"labels": {` + quoted(v) + `: "x"}}]}`} }},
	{"NDJSON", true, func(v string) sent {
		return sent{answerMedia: "application/x-ndjson", answer: "{\"name\": \"a\"}\n{\"password\": " + quoted(v) + "}\n"}
	}},
	{"NDJSON labelled JSON", true, func(v string) sent { return sent{answer: "{}\n{\"password\": " + quoted(v) + "}\n"} }},
	{"known member of NDJSON labelled JSON", false, func(v string) sent {
		return sent{answer: "{}\n{\"people\": [{\"note\": " + quoted(v) + "}]}\n"}
	}},
	{"broken JSON", true, func(v string) sent { return sent{answer: `{"password": ` + quoted(v)} }},
	{"JSON with a byte order mark", true, func(v string) sent { return sent{answer: "\ufeff{\"password\": " + quoted(v) + "}"} }},
	{"known member after a byte order mark", false, func(v string) sent { return sent{answer: "\ufeff{\"debug\": " + quoted(v) + "}"} }},
	{"XML element", true, func(v string) sent {
		return sent{answerMedia: "application/xml", answer: "<a><password>two " + v + "</password></a>"}
	}},
	{"XML attribute", true, func(v string) sent {
		return sent{answerMedia: "application/xml", answer: `<a apiKey="` + v + `"/>`}
	}},
	{"XML text", false, func(v string) sent { return sent{answerMedia: "application/xml", answer: "<a>" + v + "</a>"} }},
	{"text with a name", true, func(v string) sent {
		return sent{answerMedia: "text/plain", answer: "ok\npassword:\n  two " + v + "\nend"}
	}},
	{"text", false, func(v string) sent { return sent{answerMedia: "text/plain", answer: "it is " + v} }},
	{"bytes", false, func(v string) sent { return sent{answerMedia: "application/zip", answer: "\xff\x00" + v} }},
	{"undeclared text", true, func(v string) sent { return sent{answerMedia: "text/html", answer: "<p>" + v} }},
	{"undeclared status", true, func(v string) sent { return sent{status: 503, answer: `{"message": ` + quoted(v) + `}`} }},
	{"media type of the answer", true, func(v string) sent { return sent{answerMedia: "application/json; x=" + quoted(v)} }},
	{"Set-Cookie", true, func(v string) sent { return sent{answerHeader: [2]string{"Set-Cookie", "a=" + url.QueryEscape(v)}} }},
	{"header of the answer", true, func(v string) sent { return sent{answerHeader: [2]string{"X-Echo", v}} }},
	{"kept header of the answer", false, func(v string) sent { return sent{answerHeader: [2]string{"X-Kept", v}} }},
	{"compressed member", false, func(v string) sent {
		return sent{answer: string(gzipped(`{"debug": ` + quoted(v) + `}`)), answerHeader: [2]string{"Content-Encoding", "gzip"}}
	}},
}

// gzipped compresses a text.
func gzipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// gunzipped is the reverse, and nothing for what is not compressed.
func gunzipped(b []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return text
}

// through sends one request through a recorder to a transport that answers.
func (s sent) through(t *testing.T, rec *Recorder, authorization string) {
	t.Helper()
	rec.Base = answering(func(req *http.Request) *http.Response {
		h := http.Header{"Content-Type": {cmp.Or(s.answerMedia, jsonMedia)}}
		if s.answerHeader[0] != "" {
			h.Set(s.answerHeader[0], s.answerHeader[1])
		}
		s.answer = cmp.Or(s.answer, `{"people": []}`)
		return s.response(req, h)
	})
	req, err := http.NewRequest(cmp.Or(s.method, "GET"), "http://api.example.com"+cmp.Or(s.path, "/people")+"?"+s.query, strings.NewReader(s.body))
	require.NoError(t, err)
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	if s.media != "" {
		req.Header.Set("Content-Type", s.media)
	}
	if s.header[0] != "" {
		req.Header.Set(s.header[0], s.header[1])
	}
	res, err := rec.RoundTrip(req)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
}

func (s sent) response(req *http.Request, h http.Header) *http.Response {
	return &http.Response{StatusCode: cmp.Or(s.status, 200), Header: h, Body: io.NopCloser(strings.NewReader(s.answer)), ContentLength: -1, Request: req}
}

type answering func(*http.Request) *http.Response

func (f answering) RoundTrip(req *http.Request) (*http.Response, error) { return f(req), nil }

// leaks names the files below a folder that hold the secret in one of the
// spellings, in their names or their bytes. It knows nothing of how the recorder looks.
func leaks(t *testing.T, dir string) (list []string, files int) {
	t.Helper()
	var needles []string
	for _, s := range spellings {
		v := s.encode(hush)
		if strings.HasPrefix(s.name, "base64") {
			v = strings.TrimRight(v, "=")
			v = v[4 : len(v)-4] // without what its neighbours have a part in
		}
		inJSON := strings.Trim(quoted(v), `"`)
		needles = append(needles, v, inJSON, url.QueryEscape(v), strings.ReplaceAll(v, "/", `\/`))
	}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		text = append(text, name...)
		var e struct{ BodyBase64 []byte }
		if json.Unmarshal(text[:len(text)-len(name)], &e) == nil && len(e.BodyBase64) > 0 {
			text = append(append(text, e.BodyBase64...), gunzipped(e.BodyBase64)...)
		}
		if d.Name() != saltFile {
			files++
		}
		for _, n := range needles {
			if bytes.Contains(text, []byte(n)) {
				list = append(list, fmt.Sprintf("%q in %s", n, text))
				break
			}
		}
		return nil
	})
	require.NoError(t, err)
	return list, files
}

// A secret in each place and each spelling, once seen as a password and once not.
func TestRecorderNeverHoldsASecret(t *testing.T) {
	spec := recordedSpec(t)
	tried, written, told, leaked := 0, 0, 0, 0
	basicAuth := "Basic " + base64.StdEncoding.EncodeToString([]byte("principal:"+hush))
	for _, place := range canaryPlaces {
		for _, spelling := range spellings {
			for _, authorization := range []string{basicAuth, ""} {
				if authorization == "" && !place.named || authorization != "" && place.name == "Authorization" {
					continue // the place takes the header, or nobody can know the secret
				}
				tried++
				heard := false
				rec := &Recorder{Dir: t.TempDir(), Spec: spec, Keep: []string{"X-Kept"}, OnError: func(err error) {
					heard = true
					assert.NotContains(t, err.Error(), hush, "%s: the error shows the secret", place.name)
				}}
				place.put(spelling.encode(hush)).through(t, rec, authorization)
				list, n := leaks(t, rec.Dir)
				leaked += len(list)
				assert.Empty(t, list, "%s as %s, seen before %t: what holds the secret", place.name, spelling.name, authorization != "")
				if n == 0 {
					assert.True(t, heard, "%s as %s: where nothing is written, somebody is told", place.name, spelling.name)
				}
				written += n
				if heard {
					told++
				}
			}
		}
	}
	assert.GreaterOrEqual(t, len(canaryPlaces), 36, "places")
	assert.GreaterOrEqual(t, len(spellings), 6, "spellings")
	t.Logf("%d places in %d spellings, %d exchanges: %d files written, %d errors told, %d leaks", len(canaryPlaces), len(spellings), tried, written, told, leaked)
}
