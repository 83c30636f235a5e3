package sandbox

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func basicOf(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// Who asks for something else, or is somebody else, gets no answer of another.
func TestReplayTellsRequestsApart(t *testing.T) {
	type request struct{ method, query, body, media, name, value string }
	hawk := func(id, ext, nonce string) string {
		return fmt.Sprintf(`Hawk id="%s", ts="17%s", nonce="nonce%s", ext="%s", mac="bWFkZSB1cA%s=="`, id, nonce, nonce, ext, nonce)
	}
	for _, c := range []struct {
		name          string
		first, second request
		same          bool
	}{
		{"the same", request{name: "Authorization", value: basicOf("alice", "wonderland")}, request{name: "Authorization", value: basicOf("alice", "wonderland")}, true},
		{"another user", request{name: "Authorization", value: basicOf("alice", "wonderland")}, request{name: "Authorization", value: basicOf("bob", "wonderland")}, false},
		{"another password", request{name: "Authorization", value: basicOf("alice", "wonderland")}, request{name: "Authorization", value: basicOf("alice", "looking-glass")}, false},
		{"no credential", request{name: "Authorization", value: basicOf("alice", "wonderland")}, request{}, false},
		{"another bearer token", request{name: "Authorization", value: "Bearer aaaaaa"}, request{name: "Authorization", value: "Bearer bbbbbb"}, false},
		{"another token with colons", request{name: "Authorization", value: "TC-Token APIV2:1:a"}, request{name: "Authorization", value: "TC-Token APIV2:1:b"}, false},
		{"another bare key", request{name: "Authorization", value: "aaaaaa"}, request{name: "Authorization", value: "bbbbbb"}, false},
		{"signed anew", request{name: "Authorization", value: hawk("alice", "org", "1")}, request{name: "Authorization", value: hawk("alice", "org", "2")}, true},
		{"signed by another", request{name: "Authorization", value: hawk("alice", "org", "1")}, request{name: "Authorization", value: hawk("bob", "org", "1")}, false},
		{"signed for another", request{name: "Authorization", value: hawk("alice", "org", "1")}, request{name: "Authorization", value: hawk("alice", "other", "1")}, false},
		{"another X-User", request{name: "X-User", value: "alice@example.com"}, request{name: "X-User", value: "bob@example.com"}, false},
		{"another cookie", request{name: "Cookie", value: "sid=1"}, request{name: "Cookie", value: "sid=2"}, false},
		{"a header that nobody declared", request{name: "X-Tenant", value: "1"}, request{name: "X-Tenant", value: "2"}, false},
		{"an ignored header", request{name: "X-Ignored", value: "1"}, request{name: "X-Ignored", value: "2"}, true},
		{"another trace", request{name: "Traceparent", value: "1"}, request{name: "Traceparent", value: "2"}, true},
		{"another query", request{query: "say=1"}, request{query: "say=2"}, false},
		{"another order of the query", request{query: "say=1&token=2"}, request{query: "token=2&say=1"}, true},
		{"another query that is redacted", request{query: "q=1"}, request{query: "q=2"}, false},
		{"another query credential", request{query: "password=1"}, request{query: "password=2"}, false},
		{"another query name", request{query: "a=1"}, request{query: "b=1"}, false},
		{"another body that is redacted", request{method: "POST", media: jsonMedia, body: `{"password": "1"}`}, request{method: "POST", media: jsonMedia, body: `{"password": "2"}`}, false},
		{"other bytes", request{method: "POST", media: "text/plain", body: "\xff\x01"}, request{method: "POST", media: "text/plain", body: "\xff\x02"}, false},
		{"another file", request{method: "POST", media: "multipart/form-data; boundary=b", body: fmt.Sprintf(fieldBody, "f", "1")}, request{method: "POST", media: "multipart/form-data; boundary=b", body: fmt.Sprintf(fieldBody, "f", "2")}, false},
		{"another boundary", request{method: "POST", media: "multipart/form-data; boundary=b", body: fmt.Sprintf(fieldBody, "f", "1")}, request{method: "POST", media: "multipart/form-data; boundary=c", body: strings.ReplaceAll(fmt.Sprintf(fieldBody, "f", "1"), "--b", "--c")}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := &Recorder{Ignore: []string{"x-ignored"}, OnError: func(error) {}}
			url, client, calls := service(t, rec, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", jsonMedia)
				if r.Method == "POST" {
					w.WriteHeader(http.StatusNoContent)
					return
				}
				fmt.Fprint(w, `{"people": []}`)
			})
			ask := func(r request) error {
				header := []string{"Content-Type", r.media}
				if r.name != "" {
					header = append(header, r.name, r.value)
				}
				_, _, err := fetch(t, client, cmp.Or(r.method, "GET"), url+"/people?"+r.query, r.body, header...)
				return err
			}
			require.NoError(t, ask(c.first))
			rec.Mode = Replay
			require.NoError(t, ask(c.first), "the request itself is replayed")
			if err := ask(c.second); c.same {
				assert.NoError(t, err, "an equal request is replayed")
			} else {
				assert.ErrorIs(t, err, ErrNotRecorded, "another request is not")
			}
			assert.Equal(t, 1, *calls, "Replay never asks")
		})
	}
}

// A signature over a clock is new each time; the account is not.
func TestReplayOfSignedRequests(t *testing.T) {
	rec := &Recorder{}
	url, client, _ := service(t, rec, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", jsonMedia)
		fmt.Fprint(w, `{"people": []}`)
	})
	ask := func(id, signature, clock string) error {
		_, _, err := fetch(t, client, "GET", url+"/people", "", "Authorization", "TC "+id+":"+signature, "Timestamp", clock)
		return err
	}
	require.NoError(t, ask("1234567890", "c2lnbmF0dXJlMQ==", "1700000000"))
	rec.Mode = Replay
	assert.NoError(t, ask("1234567890", "c2lnbmF0dXJlMg==", "1700000060"))
	assert.ErrorIs(t, ask("1234567891", "c2lnbmF0dXJlMQ==", "1700000000"), ErrNotRecorded)
}

// The names of files depend on the folder, so that they cannot be tried out elsewhere.
func TestSalt(t *testing.T) {
	var names []string
	for range 2 {
		rec := &Recorder{}
		url, client, _ := service(t, rec, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
		_, _, err := fetch(t, client, "GET", url+"/people", "", "Authorization", basicOf("alice", "wonderland"))
		require.NoError(t, err)
		list, _ := files(t, rec)
		require.Len(t, list, 1)
		names = append(names, filepath.Base(list[0]))
		salt := filepath.Join(rec.Dir, saltFile)
		info, err := os.Stat(salt)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "for the owner only")
		text, err := os.ReadFile(salt)
		require.NoError(t, err)
		_, all := files(t, rec)
		assert.NotContains(t, all, strings.TrimSpace(string(text)), "the salt stands in no exchange")
		require.NoError(t, os.WriteFile(salt, []byte("short"), 0o600))
		rec.Mode = Cache
		_, _, err = fetch(t, client, "GET", url+"/people", "")
		assert.ErrorContains(t, err, "broken", "a salt that is cut off is not used")
	}
	assert.NotEqual(t, names[0], names[1], "the same request has other names in two folders")
}

// Several goroutines and several recorders on one new folder agree on a salt.
func TestRecordersOnOneFolder(t *testing.T) {
	const each, many = 8, 40
	dir, spec := filepath.Join(t.TempDir(), "new"), recordedSpec(t)
	answer := answering(func(req *http.Request) *http.Response {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {jsonMedia}}, Body: http.NoBody, Request: req}
	})
	ask := func(rec *Recorder, i int) error {
		req, err := http.NewRequest("GET", fmt.Sprintf("http://api.example.com/people?say=%d", i), nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", basicOf("alice", "wonderland"))
		res, err := rec.RoundTrip(req)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}
	var wg sync.WaitGroup
	errs := make(chan error, each*many)
	for range each {
		rec := &Recorder{Base: answer, Dir: dir, Spec: spec, OnError: func(err error) { errs <- err }}
		for i := range many {
			wg.Go(func() {
				if err := ask(rec, i); err != nil {
					errs <- err
				}
			})
		}
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		assert.NoError(t, err)
	}
	replay := &Recorder{Dir: dir, Spec: spec, Mode: Replay}
	missing := 0
	for i := range many {
		if errors.Is(ask(replay, i), ErrNotRecorded) {
			missing++
		}
	}
	list, _ := files(t, replay)
	assert.Zero(t, missing, "what was recorded is replayed")
	assert.Len(t, list, many, "equal requests share a file, and nothing half-written stays")
	t.Logf("%d requests of %d recorders: %d files, %d missing", each*many, each, len(list), missing)
}
