package auth

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hawkServer signs its replies, which are the bodies that it was sent.
type hawkServer struct {
	*httptest.Server
	now  int64
	got  *HawkRequest
	err  error
	used map[string]bool
}

func newHawkServer(t *testing.T) *hawkServer {
	s := &hawkServer{now: 1600000000, used: map[string]bool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := func(id string) (Secret, bool) {
			if id == "empty" {
				return NewSecret(""), true
			}
			return NewSecret("key"), id == "id"
		}
		s.got, s.err = VerifyHawk(r, key, at(s.now), Seen(func(id, nonce string, at time.Time) bool {
			was := s.used[id+nonce]
			s.used[id+nonce] = at.Unix() == s.now
			return was
		}))
		if s.err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		b, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Server-Authorization", s.got.Authorize("text/plain; charset=utf-8", b))
		_, _ = w.Write(b)
	}))
	t.Cleanup(s.Close)
	return s
}

// send signs a request, lets it be changed on the way and returns the reply.
func (s *hawkServer) send(t *testing.T, path, body string, sign Editor, change func(*http.Request)) (*http.Response, []byte) {
	t.Helper()
	r := request(t, "POST", s.URL+path, body)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	require.NoError(t, sign(t.Context(), r), "%s is signed", path)
	if change != nil {
		change(r)
	}
	res, err := s.Client().Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, b
}

// What arrives is what was signed, whatever the path and the query hold, and so is the
// reply.
func TestHawkOverTheWire(t *testing.T) {
	s := newHawkServer(t)
	for _, path := range []string{"/v2/agents", "/v2/a%20b", "/v2/a+b?x=a+b&x=c%20d", "/v2/a%2Cb,c", "/v2/http%3A%2F%2Fexample.com%2F", "/v2/%C3%BC?q=%E2%9C%93", "/v2/x?",
		"/v2/alerts?from=2020-09-01T00:00:00&b=2&a=1&a=&a", "/v2/'()*!~", "?x=1", ""} {
		for _, body := range []string{`{"ids":[]}`, ""} {
			res, b := s.send(t, path, body, Hawk("id", NewSecret("key"), "org", at(s.now)), nil)
			if !assert.NoError(t, s.err, "%q with the body %q arrives as it was signed", path, body) {
				continue
			}
			assert.Equal(t, "id", s.got.ID, "%q: the id that signed", path)
			assert.Equal(t, "org", s.got.Ext, "%q: the ext that was signed", path)
			assert.Equal(t, body, string(b), "%q: the body comes back", path)
			assert.NoError(t, VerifyHawkResponse(res, NewSecret("key"), b), "%q: the reply is signed", path)
		}
	}
}

// A server that computes the MAC again refuses everything that was changed on the way.
func TestHawkRefusesChanges(t *testing.T) {
	s := newHawkServer(t)
	swap := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			was := r.Header.Get("Authorization")
			r.Header.Set("Authorization", strings.Replace(was, old, new, 1))
			assert.NotEqual(t, was, r.Header.Get("Authorization"), "the header has %s to change", old)
		}
	}
	payload := func(body string) func(*http.Request) {
		return func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		}
	}
	good := Hawk("id", "key", "org", at(s.now))
	for name, x := range map[string]struct {
		sign   Editor
		change func(*http.Request)
		role   string
	}{
		"path":          {good, func(r *http.Request) { r.URL.Path = "/v2/other" }, "Hawk MAC"},
		"encoding":      {good, func(r *http.Request) { r.URL.RawPath = "/v2/%61lerts" }, "Hawk MAC"},
		"query":         {good, func(r *http.Request) { r.URL.RawQuery = "a=2" }, "Hawk MAC"},
		"order":         {good, func(r *http.Request) { r.URL.RawQuery = "b=%2F&a=1" }, "Hawk MAC"},
		"query's case":  {good, func(r *http.Request) { r.URL.RawQuery = "a=1&b=%2f" }, "Hawk MAC"},
		"host":          {good, func(r *http.Request) { r.Host = "other.example.com" }, "Hawk MAC"},
		"port":          {good, func(r *http.Request) { r.Host = "127.0.0.1:1" }, "Hawk MAC"},
		"no port":       {good, func(r *http.Request) { r.Host = "127.0.0.1" }, "Hawk MAC"},
		"method":        {good, func(r *http.Request) { r.Method = "PUT" }, "Hawk MAC"},
		"nonce":         {good, swap(`nonce="`, `nonce="x`), "Hawk MAC"},
		"timestamp":     {good, swap(`ts="1600000000"`, `ts="1600000001"`), "Hawk MAC"},
		"ext":           {good, swap(`ext="org"`, `ext="other"`), "Hawk MAC"},
		"no ext":        {good, swap(`ext="org", `, ``), "Hawk MAC"},
		"hash":          {good, swap(`hash="`, `hash="x`), "Hawk MAC"},
		"mac":           {good, swap(`mac="`, `mac="x`), "Hawk MAC"},
		"id":            {good, swap(`id="id"`, `id="other"`), "Hawk id"},
		"key":           {Hawk("id", "other", "org", at(s.now)), nil, "Hawk MAC"},
		"empty key":     {Hawk("empty", "key", "org", at(s.now)), nil, "Hawk id"},
		"no mac":        {good, swap(`mac="`, `MAC="`), "Hawk header"},
		"nothing":       {good, func(r *http.Request) { r.Header.Del("Authorization") }, "Hawk header"},
		"scheme":        {good, func(r *http.Request) { r.SetBasicAuth("id", "key") }, "Hawk header"},
		"body":          {good, payload(`{"ids":0.}`), "Hawk hash"},
		"no body":       {good, func(r *http.Request) { r.Body, r.ContentLength = nil, 0 }, "Hawk hash"},
		"huge body":     {good, payload(strings.Repeat(" ", verifiedBody+1)), "body"},
		"largest body":  {good, payload(strings.Repeat(" ", verifiedBody)), "Hawk hash"},
		"media type":    {good, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, "Hawk hash"},
		"too late":      {Hawk("id", "key", "", at(s.now-61)), nil, "timestamp"},
		"too early":     {Hawk("id", "key", "", at(s.now+61)), nil, "timestamp"},
		"still fresh":   {Hawk("id", "key", "", at(s.now-60)), nil, ""},
		"fresh already": {Hawk("id", "key", "", at(s.now+60)), nil, ""},
	} {
		s.send(t, "/v2/alerts?a=1&b=%2F", `{"ids":[]}`, x.sign, x.change)
		var refused *Error
		if x.role == "" {
			assert.NoError(t, s.err, "%s is accepted", name)
		} else if assert.ErrorAs(t, s.err, &refused, "%s: the %s is refused", name, x.role) {
			assert.Equal(t, x.role, refused.Role, "%s: what is refused", name)
			assert.ErrorIs(t, refused, ErrCredential, name)
		}
	}
	again := Hawk("id", "key", "org", at(s.now), nonce("again"))
	s.send(t, "/", "", again, nil)
	assert.NoError(t, s.err, "a nonce is new the first time")
	s.send(t, "/", "", again, nil)
	assert.EqualError(t, s.err, "auth: Hawk nonce was used before", "the second time it is not")
}

// A timestamp is whole seconds, in decimal digits and nothing else.
func TestHawkTimestamp(t *testing.T) {
	for ts, want := range map[string]bool{"1600000000": true, "+1600000000": false, "01600000000": false, "1600000000.0": false, "1.6e9": false, "1600000000000": false,
		"-1600000000": false, "9223372036854775807": false, "-9223372036854775808": false, "99999999999999999999": false, " 1600000000": false, "now": false} {
		m := hawkMessage{kind: "header", id: "id", ts: ts, nonce: "n"}
		r := httptest.NewRequest("GET", "/", nil)
		m.covers(r, "/")
		r.Header.Set("Authorization", m.authorization(newMAC("key")))
		_, err := VerifyHawk(r, func(string) (Secret, bool) { return NewSecret("key"), true }, at(1600000000))
		assert.Equal(t, want, err == nil, "the timestamp %q is accepted: %v", ts, err)
	}
}

// T6, the reply to T1 of the vectors, and what is wrong with others.
func TestVerifyHawkResponse(t *testing.T) {
	const (
		key  = "23c71eaadfdde87bcfae85cefedb528f0e556c92463b87c3674271d65f00fb3f"
		mac  = `mac="BUene404527BK/B2CZlv1zHeLs40s9q++qCpUUTtoTA="`
		hash = `hash="TEPeuUHdCJjl9fOm+YQ3bmkI/ArOwTG/CWhRATNdJRI="`
	)
	body := []byte(`{"agents":[],"token":null}`)
	noHash := func() string { // rightly signed, but for the body
		m := hawkMessage{kind: "response", ts: "1600000000", nonce: "Abc123", method: "GET", resource: "/v2/agents?status=online", host: "api.threatstack.com", port: "443"}
		return hawkHeader("mac", sum(key, m.normalized()))
	}()
	for name, x := range map[string]struct {
		header string
		body   []byte
		change func(*http.Response)
		want   string
	}{
		"T6":             {"Hawk " + mac + ", " + hash, body, nil, ""},
		"header alone":   {"Hawk " + mac + ", " + hash, nil, nil, ""},
		"changed body":   {"Hawk " + mac + ", " + hash, []byte(`{"agents":[],"token":0}`), nil, "auth: Hawk hash does not match the body"},
		"empty body":     {"Hawk " + mac + ", " + hash, []byte{}, nil, "auth: Hawk hash does not match the body"},
		"media type":     {"Hawk " + mac + ", " + hash, body, func(r *http.Response) { r.Header.Set("Content-Type", "text/plain") }, "auth: Hawk hash does not match the body"},
		"unpacked":       {"Hawk " + mac + ", " + hash, body, func(r *http.Response) { r.Uncompressed = true }, "auth: body was decompressed by the transport, and the hash is over what was sent"},
		"no hash":        {noHash, body, nil, "auth: Hawk hash is missing: the body is not covered"},
		"no hash needed": {noHash, nil, nil, ""},
		"hash cut off":   {"Hawk " + mac, body, nil, "auth: Hawk MAC does not match the reply"},
		"ext put in":     {"Hawk " + mac + ", " + hash + `, ext="x"`, body, nil, "auth: Hawk MAC does not match the reply"},
		"other request":  {"Hawk " + mac + ", " + hash, body, func(r *http.Response) { r.Request.URL.RawQuery = "" }, "auth: Hawk MAC does not match the reply"},
		"no mac":         {"Hawk " + hash, body, nil, "auth: Hawk header lacks an attribute"},
		"no header":      {"", body, nil, "auth: Hawk header is missing"},
		"unsigned":       {"Hawk " + mac + ", " + hash, body, func(r *http.Response) { r.Request.Header.Del("Authorization") }, "auth: Hawk header is missing"},
		"no request":     {"Hawk " + mac + ", " + hash, body, func(r *http.Response) { r.Request = nil }, "auth: reply does not say what it answers"},
	} {
		r := request(t, "GET", "https://api.threatstack.com/v2/agents?status=online", "")
		require.NoError(t, Hawk("9bb2ad3aeb246c7d145056e7", key, "25cd88bd50b9ff3822aabd88", at(1600000000), nonce("Abc123"))(t.Context(), r))
		res := &http.Response{Request: r, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}, "Server-Authorization": {x.header}}}
		if x.change != nil {
			x.change(res)
		}
		err := VerifyHawkResponse(res, key, x.body)
		if x.want == "" {
			assert.NoError(t, err, name)
		} else {
			assert.EqualError(t, err, x.want, name)
			assert.ErrorIs(t, err, ErrCredential, name)
		}
		assert.ErrorIs(t, VerifyHawkResponse(res, "other", x.body), ErrCredential, "%s, with another key", name)
	}
	m := hawkMessage{kind: "response", ts: "1", nonce: "n", method: "GET", resource: "/", host: "api.example.com", port: "443"}
	r := request(t, "GET", "https://api.example.com/", "")
	r.Header.Set("Authorization", hawkHeader("id", "i", "ts", "1", "nonce", "n", "mac", "m"))
	forged := &http.Response{Request: r, Header: http.Header{"Server-Authorization": {hawkHeader("mac", sum("", m.normalized()))}}}
	assert.ErrorIs(t, VerifyHawkResponse(forged, "", nil), ErrCredential, "an empty key would let everybody sign")
}

// No header that was not made with the key opens anything, and none stops the server.
func FuzzVerifyHawk(f *testing.F) {
	f.Add(`Hawk id="a", ts="1600000000", nonce="n", mac="m"`, []byte("{}"))
	f.Add(`Hawk id="a", ts="-1", nonce="n", mac="", hash="h"`, []byte(nil))
	f.Add(`Hawk ,`, []byte("\x00"))
	f.Fuzz(func(t *testing.T, authorization string, body []byte) {
		r := httptest.NewRequest("POST", "/", bytes.NewReader(body))
		r.Header.Set("Authorization", authorization)
		h, err := VerifyHawk(r, func(string) (Secret, bool) { return NewSecret("unguessable"), true }, at(1600000000))
		assert.Nil(t, h, "%q with the body %q is accepted", authorization, body)
		assert.ErrorIs(t, err, ErrCredential, "%q with the body %q", authorization, body)
		res := &http.Response{Request: request(t, "GET", "https://api.example.com/", ""), Header: http.Header{"Server-Authorization": {authorization}}}
		require.NoError(t, Hawk("id", "unguessable", "")(t.Context(), res.Request))
		assert.Error(t, VerifyHawkResponse(res, "unguessable", body), "a reply with %q and the body %q is accepted", authorization, body)
	})
}
