package sandbox

import (
	"encoding/base64"
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

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

const recorded = `
openapi: 3.0.3
info: {title: Recorded, version: "1"}
paths:
  /people:
    get:
      operationId: listPeople
      x-pagination: {style: cursor, param: token, items: people, next: token}
      parameters:
        - {name: token, in: query, schema: {type: string}}
        - {name: X-Org, in: header, schema: {type: string}}
      responses: {"200": {description: x, content: {application/json: {schema: {type: object}}}}}
    post: {operationId: createPeople, responses: {"204": {description: x}}}
`

// service is a server that counts, and a client that goes through a recorder.
func service(t *testing.T, rec *Recorder, answer http.HandlerFunc) (url string, c *http.Client, calls *int) {
	t.Helper()
	n := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		answer(w, r)
	}))
	t.Cleanup(srv.Close)
	spec, err := check.ParseSpec("recorded", []byte(recorded))
	if err != nil {
		t.Fatal(err)
	}
	rec.Spec, rec.Dir = spec, filepath.Join(t.TempDir(), "recordings")
	return srv.URL, &http.Client{Transport: rec}, &n
}

// files reads what was recorded.
func files(t *testing.T, rec *Recorder) (names []string, all string) {
	t.Helper()
	err := filepath.WalkDir(rec.Dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		names, all = append(names, name), all+string(text)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return names, all
}

func fetch(t *testing.T, c *http.Client, method, url, body string, headers ...string) (int, string, error) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
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

func TestRecorderNeverHoldsACredential(t *testing.T) {
	const hush = "hunter2-hunter2"
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("principal:"+hush))
	rec := &Recorder{Redact: []string{"/people/*/phone", "/note"}}
	url, c, _ := service(t, rec, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "session="+hush)
		w.Header().Set("X-Echo", hush)
		w.Header().Set("Retry-After", "7")
		fmt.Fprintf(w, `{"token": "page-2", "api_key": "%s", "has_password": true, "password": null, "debug": %q, "note": "private", "people": [{"name": "Alex Example", "phone": "5550100", "id": 9007199254740993}]}`, hush, r.Header.Get("Authorization"))
	})
	for i, h := range [][]string{
		{"Authorization", basic}, {"Authorization", "TC 123:" + hush, "Timestamp", "1700000000"},
		{"X-User", "admin@example.com", "X-Password", hush}, {"X-API-Key", hush}, {"Cookie", "session=" + hush},
		{"Authorization", `Hawk id="a", mac="` + hush + `"`},
	} {
		if _, _, err := fetch(t, c, "GET", fmt.Sprintf("%s/people?token=page-1&password=%s%d&echo=%s", url, hush, i, hush), "", append(h, "X-Org", "7", "X-Unknown", hush)...); err != nil {
			t.Fatal(err)
		}
		if _, _, err := fetch(t, c, "POST", url+"/people", `{"secret": "`+hush+`", "people": [{"phone": "5550100"}]}`, append(h, "Content-Type", "application/json")...); err != nil {
			t.Fatal(err)
		}
		if _, _, err := fetch(t, c, "POST", url+"/people", `password=`+hush+`&a=b`, append(h, "Content-Type", "application/x-www-form-urlencoded")...); err != nil {
			t.Fatal(err)
		}
	}
	names, all := files(t, rec)
	if len(names) != 3 {
		t.Errorf("%d files, want 3: credentials must not make a difference", len(names))
	}
	for _, never := range []string{hush, basic, "1700000000", "admin@example.com", "5550100", `"private"`, "Authorization", "Cookie"} {
		if strings.Contains(all, never) {
			t.Errorf("%q was written:\n%s", never, all)
		}
	}
	for _, always := range []string{`"token": "page-1"`, `"token": "page-2"`, `"X-Org": "7"`, `"Retry-After": "7"`, "9007199254740993", "Alex Example", `"has_password": true`,
		`"password": null`, `"operationId": "listPeople"`, "a=b"} {
		if !strings.Contains(all, always) {
			t.Errorf("%q was not written:\n%s", always, all)
		}
	}
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, want 0600 (%v)", name, info.Mode(), err)
		}
		if info, err := os.Stat(filepath.Dir(name)); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: mode %v, want 0700 (%v)", filepath.Dir(name), info.Mode(), err)
		}
	}
}

func TestRecorderCleansText(t *testing.T) {
	rec := &Recorder{}
	url, c, _ := service(t, rec, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, `login ok, password=hunter2 api_key: "hunter3" (broken JSON {"secret": "hunter4",`)
	})
	if _, _, err := fetch(t, c, "GET", url+"/people", ""); err != nil {
		t.Fatal(err)
	}
	if _, all := files(t, rec); strings.Contains(all, "hunter") || !strings.Contains(all, "login ok") {
		t.Errorf("wrote %s", all)
	}
}

// Without a document a token may be a credential.
func TestRecorderWithoutASpec(t *testing.T) {
	rec := &Recorder{}
	url, c, _ := service(t, rec, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"token": "bearer-1"}`)
	})
	rec.Spec = nil
	if _, _, err := fetch(t, c, "GET", url+"/login?token=bearer-2", ""); err != nil {
		t.Fatal(err)
	}
	if _, all := files(t, rec); strings.Contains(all, "bearer") || !strings.Contains(all, `"path": "/login"`) {
		t.Errorf("wrote %s", all)
	}
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
		if status != http.StatusTeapot || text != "short and stout" || err != nil {
			t.Errorf("%d %q %v", status, text, err)
		}
	}
	get()
	get()
	if *calls != 1 {
		t.Errorf("%d calls in Cache mode, want 1", *calls)
	}
	if status, _, err := fetch(t, c, "POST", url+"/people", `{}`, "Content-Type", "application/json"); status != 204 || err != nil {
		t.Errorf("%d %v", status, err)
	}
	if res, err := c.Post(url+"/people", "text/plain", nil); err != nil {
		t.Fatal(err)
	} else {
		res.Body.Close() // there is nothing to read
	}
	rec.Mode = Replay
	get()
	if status, _, err := fetch(t, c, "POST", url+"/people", "", "Content-Type", "text/plain"); status != 204 || err != nil {
		t.Errorf("an answer without a body that nobody read: %d %v", status, err)
	}
	res, err := c.Get(url + "/people?token=a&token=b")
	if err != nil || res.Header.Get("Retry-After") != "7" || res.Header.Get("Content-Type") != "text/plain" {
		t.Errorf("%v %v", res, err)
	}
	if status, _, err := fetch(t, c, "POST", url+"/people", `{}`, "Content-Type", "application/json"); status != 204 || err != nil {
		t.Errorf("an answer without a body: %d %v", status, err)
	}
	for _, body := range []string{`{"a": 1}`, ``} {
		if _, _, err := fetch(t, c, "POST", url+"/people", body, "Content-Type", "application/json"); !errors.Is(err, ErrNotRecorded) {
			t.Errorf("another body: error %v, want ErrNotRecorded", err)
		}
	}
	if _, _, err := fetch(t, c, "GET", url+"/people?token=b&token=a", ""); !errors.Is(err, ErrNotRecorded) {
		t.Errorf("another query: error %v, want ErrNotRecorded", err)
	}
	if *calls != 3 {
		t.Errorf("%d calls, want 3: Replay never asks", *calls)
	}
	rec.Mode = Record
	get()
	get()
	if *calls != 5 {
		t.Errorf("%d calls, want 5: Record always asks", *calls)
	}
}

// What a recorder wrote, a server serves.
func TestRecordingsAreExchanges(t *testing.T) {
	rec := &Recorder{Scrub: func(e *exchange.Exchange) { e.Note = "scrubbed" }}
	url, c, _ := service(t, rec, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"people": [], "token": null}`)
	})
	if _, _, err := fetch(t, c, "GET", url+"/people?token=a", "", "X-Org", "7"); err != nil {
		t.Fatal(err)
	}
	list, err := exchange.Load(os.DirFS(rec.Dir), ".")
	if err != nil || len(list) != 1 || list[0].Note != "scrubbed" {
		t.Fatalf("%v %v", list, err)
	}
	s := NewServer(t, list, "", nil)
	if status, text, _ := ask(t, "GET", s.URL+"/people?token=a", "", ""); status != 200 || strings.Join(strings.Fields(text), "") != `{"people":[],"token":null}` {
		t.Errorf("%d %s", status, text)
	}
}

func TestRecorderLeavesOut(t *testing.T) {
	var told []error
	rec := &Recorder{Limit: 10, OnError: func(err error) { told = append(told, err) }}
	url, c, _ := service(t, rec, func(w http.ResponseWriter, r *http.Request) {
		got, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain")
		switch r.URL.Query().Get("say") {
		case "long":
			fmt.Fprint(w, "more than ten bytes")
		case "binary":
			w.Write([]byte{0xff, 0xfe})
		case "compressed":
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "zip")
		default:
			fmt.Fprint(w, len(got))
		}
	})
	for _, say := range []string{"long", "binary"} {
		if _, text, err := fetch(t, c, "GET", url+"/people?say="+say, ""); err != nil || text == "" {
			t.Errorf("%s: %q %v", say, text, err)
		}
	}
	if _, text, err := fetch(t, c, "GET", url+"/people?say=compressed", "", "Accept-Encoding", "gzip"); err != nil || text != "zip" {
		t.Errorf("compressed: %q %v", text, err)
	}
	if _, text, err := fetch(t, c, "POST", url+"/people", strings.Repeat("x", 1000)); err != nil || text != "1000" {
		t.Errorf("a long request arrived with %s bytes, %v", text, err)
	}
	res, err := c.Get(url + "/people?say=half")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close() // not read
	if names, all := files(t, rec); len(names) != 0 {
		t.Errorf("wrote %s", all)
	}
	if len(told) != 3 {
		t.Errorf("told %v, want the binary, the compressed and the long request", told)
	}
}
