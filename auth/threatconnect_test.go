package auth

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ThreatConnect's own documents print signatures, but not the keys they were made with: the
// vectors were computed by other tools, and can be again:
//
//	printf %s 'URI:METHOD:TIME' | openssl dgst -sha256 -hmac KEY -binary | base64
func TestThreatConnectVectors(t *testing.T) {
	for _, x := range vectors(t, "threatconnect-hmac.json") {
		r := request(t, x.Method, x.URL, "")
		require.NoError(t, ThreatConnectHMAC(x.AccessID, x.SecretKey, at(x.Time))(t.Context(), r), x.Name)
		assert.Equal(t, x.Headers, sentHeaders(r), x.Name)
		assert.Equal(t, x.Signed, r.URL.RequestURI()+":"+r.Method+":"+r.Header.Get("Timestamp"), "%s: what is signed is what is sent", x.Name)
	}
	// A string that no request line has, published with the tests of an integration.
	assert.Equal(t, "p5a/YiTRs7sNMp/PEDgZxky8lJDRLbza1pi8erjURrU=", threatConnectSignature("test", "test", "GET", "1587340800"))
}

// What arrives is what was signed, whatever the path and the query hold.
func TestThreatConnectOverTheWire(t *testing.T) {
	now := time.Unix(1700000000, 0)
	var verified error
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		verified = VerifyThreatConnect(r, func(id string) (Secret, bool) {
			if id == "empty" {
				return NewSecret(""), true
			}
			return NewSecret("key"), id == "id"
		}, at(now.Unix()))
	}))
	defer srv.Close()
	send := func(path string, change func(*http.Request)) error {
		t.Helper()
		r := request(t, "GET", srv.URL+path, "")
		require.NoError(t, ThreatConnectHMAC("id", "key", at(now.Unix()))(t.Context(), r))
		if change != nil {
			change(r)
		}
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		res.Body.Close()
		return verified
	}
	for _, path := range []string{"/v2/owners", "/v2/a%20b", "/v2/a+b?x=a+b&x=c%20d", "/v2/a%2Cb,c", "/v2/http%3A%2F%2Fexample.com%2F", "/v2/%C3%BC?q=%E2%9C%93", "/v2/x?", "/v2/ü?q=ü", "/v2/2001:db8::1", "/v2/TLP%3AAMBER?owner=&a", "/v2/'()*!~"} {
		assert.NoError(t, send(path, nil), path)
	}
	for name, change := range map[string]func(*http.Request){
		"path":      func(r *http.Request) { r.URL.Path = "/v2/other" },
		"query":     func(r *http.Request) { r.URL.RawQuery = "a=2" },
		"method":    func(r *http.Request) { r.Method = "DELETE" },
		"timestamp": func(r *http.Request) { r.Header.Set("Timestamp", "1700000001") },
		"id": func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "id:", "other:", 1))
		},
		"signature": func(r *http.Request) { r.Header.Set("Authorization", r.Header.Get("Authorization")+"=") },
		"scheme": func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "TC ", "tc ", 1))
		},
		"empty key": func(r *http.Request) {
			r.Header.Set("Authorization", "TC empty:"+threatConnectSignature("", "/v2/owners?a=1", "GET", "1700000000"))
		},
		"no colon":     func(r *http.Request) { r.Header.Set("Authorization", "TC id") },
		"no timestamp": func(r *http.Request) { r.Header.Del("Timestamp") },
		"nothing":      func(r *http.Request) { r.Header.Del("Authorization") },
	} {
		assert.ErrorIs(t, send("/v2/owners?a=1", change), ErrCredential, "%v was changed", name)
	}
}

// Five minutes either way, and not a second more, unless told otherwise; the request may
// be one that a transport keeps from the wire.
func TestThreatConnectTimestamp(t *testing.T) {
	key := func(string) (Secret, bool) { return NewSecret("key"), true }
	for _, x := range []struct {
		off  time.Duration
		opts []Option
		ok   bool
	}{
		{0, nil, true}, {5 * time.Minute, nil, true}, {-5 * time.Minute, nil, true}, {5*time.Minute + time.Second, nil, false}, {-5*time.Minute - time.Second, nil, false},
		{2 * time.Second, []Option{Skew(time.Second)}, false}, {time.Hour, []Option{Skew(time.Hour)}, true},
	} {
		r := request(t, "GET", "https://app.threatconnect.com/api/v2/owners", "")
		require.NoError(t, ThreatConnectHMAC("id", "key", at(1700000000+int64(x.off/time.Second)))(t.Context(), r))
		err := VerifyThreatConnect(r, key, append(x.opts, at(1700000000))...)
		assert.Equal(t, x.ok, err == nil, "signed %s off, with %d options: %v", x.off, len(x.opts), err)
	}
	for _, timestamp := range []string{"", "now", "+1700000000", "01700000000", "1700000000.0", "1700000000000", "-1700000000", "9223372036854775807", "99999999999999999999"} {
		r := request(t, "GET", "https://app.threatconnect.com/api/v2/owners", "")
		r.Header.Set("Timestamp", timestamp)
		r.Header.Set("Authorization", "TC id:"+threatConnectSignature("key", "/api/v2/owners", "GET", timestamp))
		err := VerifyThreatConnect(r, key, at(1700000000))
		assert.ErrorIs(t, err, ErrCredential, "the timestamp %q", timestamp)
		assert.ErrorContains(t, err, "timestamp", "the timestamp %q is what is refused", timestamp)
	}
}

// Each attempt of a call is signed anew, over the earlier signature.
func TestThreatConnectIsFresh(t *testing.T) {
	now := int64(1700000000)
	sign := ThreatConnectHMAC("id", "key", Clock(func() time.Time { now++; return time.Unix(now, 0) }))
	r := request(t, "get", "https://app.threatconnect.com/api/v2/owners", "")
	for range 3 {
		require.NoError(t, sign(t.Context(), r))
		want := "TC id:" + threatConnectSignature("key", "/api/v2/owners", "GET", strconv.FormatInt(now, 10))
		assert.Equal(t, []string{want}, r.Header.Values("Authorization"), "signed at %d", now)
		assert.Len(t, r.Header.Values("Timestamp"), 1, "signed at %d", now)
	}
}

func FuzzVerifyThreatConnect(f *testing.F) {
	f.Add("TC id:signature", "1700000000")
	f.Add("TC :", "")
	f.Add("TC-Token x", "-1")
	f.Fuzz(func(t *testing.T, authorization, timestamp string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Timestamp", timestamp)
		assert.Error(t, VerifyThreatConnect(r, func(string) (Secret, bool) { return NewSecret("unguessable"), true }), "the signature %q at %q is made without the key", authorization, timestamp)
	})
}
