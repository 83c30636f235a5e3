package auth

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const hawkKey = "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn" // of the published vectors

const tsKey = "23c71eaadfdde87bcfae85cefedb528f0e556c92463b87c3674271d65f00fb3f" // made up

func nonce(s string) Option { return Nonce(func() string { return s }) }

// Some vectors are those of Hawk's protocol text and implementations. The others have the form
// of Threat Stack, with made-up credentials, and were computed by other tools:
//
//	printf 'hawk.1.header\n1600000000\nAbc123\nGET\n/v2/agents?status=online\napi.threatstack.com\n443\n\n'ORG'\n' |
//		openssl dgst -sha256 -hmac KEY -binary | base64
func TestHawkVectors(t *testing.T) {
	for _, x := range vectors(t, "hawk.json") {
		r := request(t, x.Method, x.URL, x.Body)
		r.Header.Set("Content-Type", x.ContentType)
		require.NoError(t, Hawk(x.ID, x.Key, x.Ext, at(x.Time), nonce(x.Nonce))(t.Context(), r), x.Name)
		got, err := parseHawk(r.Header.Get("Authorization"), "id ts nonce mac", "hash ext")
		require.NoError(t, err, x.Name)
		assert.Equal(t, x.Attributes, got, x.Name)
		m := hawkMessage{kind: "header", ts: got["ts"], nonce: got["nonce"], ext: got["ext"], hash: got["hash"]}
		m.covers(r, r.URL.RequestURI())
		assert.Equal(t, x.Signed, m.normalized(), "%s: the text that is signed", x.Name)
	}
	r := request(t, "GET", "https://api.threatstack.com/v2/agents?status=online", "")
	require.NoError(t, Hawk("9bb2ad3aeb246c7d145056e7", tsKey, "25cd88bd50b9ff3822aabd88", at(1600000000), nonce("Abc123"))(t.Context(), r))
	assert.Equal(t, `Hawk id="9bb2ad3aeb246c7d145056e7", ts="1600000000", nonce="Abc123", ext="25cd88bd50b9ff3822aabd88", mac="4hgHVOQybeIYN84WQn0YjB9h2L+2GUazAjPDBGeACgk="`,
		r.Header.Get("Authorization"))
	// Pieces that no request of ours makes by itself.
	c3 := hawkMessage{kind: "header", ts: "1353809207", nonce: "Ygvqdz", method: "POST", resource: "/somewhere/over/the/rainbow", host: "example.net", port: "443", hash: hashOf("text/plain", nil)}
	assert.Equal(t, "q/t+NNAkQZNlq/aAD6PlexImwQTxwgT2MahfTa9XRLA=", c3.hash, "C3: an empty body that is hashed")
	assert.Equal(t, "U5k16YEzn3UnBHKeBzsDXn067Gu3R4YaY6xOt9PYRZM=", sum("2983d45yun89q", c3.normalized()), "C3: an empty body that is hashed")
	e := hawkMessage{kind: "response", ts: "1362336900", nonce: "eb5S_L", method: "POST", resource: "/resource/4?filter=a", host: "example.com", port: "8080", ext: "response-specific", hash: "f9cDF/TDm7TkYRLnGwRMfeDzT6LixQVLvrIKhh0vgmM="}
	assert.Equal(t, "XIJRsMl/4oL+nn+vKoeVZPdCHXB4yJkNnBbTbHFZUYE=", sum(hawkKey, e.normalized()), "E: a response")
	e.ts, e.nonce = "1453070933", "3hOHpR"
	assert.Equal(t, hashOf("text/plain", []byte("some reply")), e.hash, "E2: a response with its body")
	assert.Equal(t, "odsVGUq0rCoITaiNagW22REIpqkwP9zt5FyqqOW9Zj8=", sum(hawkKey, e.normalized()), "E2: a response with its body")
	assert.Contains(t, HawkStale(hawkKey, time.Unix(1365741469, 0)), `tsm="b4Qqhz8OUBq21saghHLV1ktwlXE72T1xtTEZkSlWizA="`, "D")
	assert.Contains(t, HawkStale(tsKey, time.Unix(1600000300, 0)), `tsm="T5TJll/JAeOBMflT7XWXlfgg/dxoNMPoHXt2rfW73Z8="`, "T7")
	assert.Equal(t, "NVuBm+XMyya3Tq4EhpZ0cQWjVUyIA8sKnySkKDOIM4M=", hashOf("application/json", nil), "T8")
}

func hashOf(contentType string, body []byte) string {
	h, _ := payloadHash(contentType, strings.NewReader(string(body)))
	return h
}

// What is hashed is the media type as it is compared: without parameters, in lower case.
func TestPayloadHashContentType(t *testing.T) {
	want := hashOf("application/json", []byte("{}"))
	for _, contentType := range []string{"application/json; charset=utf-8", "Application/JSON", " application/json ;charset=utf-8"} {
		assert.Equal(t, want, hashOf(contentType, []byte("{}")), contentType)
	}
	assert.NotEqual(t, want, hashOf("text/plain", []byte("{}")), "another media type or body has the same hash")
	assert.NotEqual(t, want, hashOf("application/json", []byte("{}\n")), "another media type or body has the same hash")
}

func TestNormalized(t *testing.T) {
	for _, x := range []struct{ url, ext, want string }{
		{"http://example.com:8000/resource/1?b=1&a=2", "some-app-ext-data", "hawk.1.header\n1353832234\nj4h3g2\nGET\n/resource/1?b=1&a=2\nexample.com\n8000\n\nsome-app-ext-data\n"},
		{"https://API.Example.com/A%2Fb%20c+d%2Ce?x=%C3%BC&x=", "", "hawk.1.header\n1353832234\nj4h3g2\nGET\n/A%2Fb%20c+d%2Ce?x=%C3%BC&x=\napi.example.com\n443\n\n\n"},
		{"https://api.example.com?", "a\\b\nc", "hawk.1.header\n1353832234\nj4h3g2\nGET\n/?\napi.example.com\n443\n\na\\\\b\\nc\n"},
	} {
		r := request(t, "GET", x.url, "")
		m := hawkMessage{kind: "header", ts: "1353832234", nonce: "j4h3g2", ext: x.ext}
		m.covers(r, r.URL.RequestURI())
		m.method = "get"
		assert.Equal(t, x.want, m.normalized(), "what is signed of %s", x.url)
	}
}

func TestHostPort(t *testing.T) {
	for _, x := range []struct{ host, url, name, port string }{
		{"", "https://API.example.com/a", "api.example.com", "443"},
		{"", "http://api.example.com/a", "api.example.com", "80"},
		{"", "https://api.example.com:8443/a", "api.example.com", "8443"},
		{"", "https://api.example.com:443/a", "api.example.com", "443"},
		{"Other.example.com:1", "https://api.example.com/a", "other.example.com", "1"},
		{"other.example.com", "https://api.example.com:1/a", "other.example.com", "443"},
		{"other.example.com:", "https://api.example.com/a", "other.example.com", "443"},
		{"", "http://[2001:DB8::1]/a", "[2001:db8::1]", "80"},
		{"", "http://[2001:db8::1]:8080/a", "[2001:db8::1]", "8080"},
		{"host80:80", "http://api.example.com/a", "host80", "80"},
	} {
		r := request(t, "GET", x.url, "")
		if x.host != "" {
			r.Host = x.host
		}
		name, port := hostPort(r)
		assert.Equal(t, x.name+" "+x.port, name+" "+port, "Host %q, %s", x.host, x.url)
	}
	r := httptest.NewRequest("GET", "/a", nil) // what a server sees names no scheme
	name, port := hostPort(r)
	assert.Equal(t, "example.com 80", name+" "+port, "without TLS")
	r.TLS = new(tls.ConnectionState)
	name, port = hostPort(r)
	assert.Equal(t, "example.com 443", name+" "+port, "with TLS")
}

// Two attempts of one call carry two nonces, and the time of each.
func TestHawkIsFresh(t *testing.T) {
	seen, now := map[string]bool{}, int64(1600000000)
	sign := Hawk("id", "key", "", Clock(func() time.Time { now++; return time.Unix(now, 0) }))
	r := request(t, "GET", "https://api.example.com/", "")
	for range 100 {
		require.NoError(t, sign(t.Context(), r))
		a, err := parseHawk(r.Header.Get("Authorization"), "id ts nonce mac", "")
		require.NoError(t, err)
		require.NotContains(t, seen, a["nonce"], "a nonce comes once")
		require.NotContains(t, seen, a["ts"], "each attempt has its time")
		require.Len(t, a["nonce"], 12)
		require.Len(t, r.Header.Values("Authorization"), 1, "the earlier signature is replaced")
		seen[a["nonce"]], seen[a["ts"]] = true, true
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("hunter2") }
func (broken) Close() error             { return nil }

func TestHawkBodyMustBeReadable(t *testing.T) {
	for name, get := range map[string]func() (io.ReadCloser, error){
		"once":    nil,
		"refused": func() (io.ReadCloser, error) { return nil, errors.New("hunter2") },
		"broken":  func() (io.ReadCloser, error) { return broken{}, nil },
	} {
		r := request(t, "POST", "https://api.example.com/", "x")
		r.GetBody = get
		err := Hawk("id", "key", "")(t.Context(), r)
		if assert.ErrorIs(t, err, ErrCredential, "a body that is read: %s", name) {
			assert.NotContains(t, err.Error(), "hunter2", "%s: the reader's error is shown", name)
		}
		assert.Empty(t, r.Header, "%s: no header is set", name)
	}
	for name, body := range map[string]io.ReadCloser{"none": nil, "http.NoBody": http.NoBody} {
		r := request(t, "DELETE", "https://api.example.com/", "")
		r.Body = body
		assert.NoError(t, Hawk("id", "key", "")(t.Context(), r), "the body is %s", name)
		assert.NotContains(t, r.Header.Get("Authorization"), "hash", "the body is %s", name)
	}
}
