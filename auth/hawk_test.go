package auth

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const hawkKey = "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn" // of the published vectors

func nonce(s string) Option { return Nonce(func() string { return s }) }

// The published vectors of the Hawk specification and its implementations, and those of
// the fact sheet in the form of Threat Stack.
func TestHawkVectors(t *testing.T) {
	const tsID, tsKey, tsOrg = "9bb2ad3aeb246c7d145056e7", "23c71eaadfdde87bcfae85cefedb528f0e556c92463b87c3674271d65f00fb3f", "25cd88bd50b9ff3822aabd88"
	for _, x := range []struct {
		name, method, url, contentType, body string
		id, key, ext                         string
		ts                                   int64
		nonce, hash, mac                     string
	}{
		{"A", "GET", "http://example.com:8000/resource/1?b=1&a=2", "", "", "dh37fgj492je", hawkKey, "some-app-ext-data", 1353832234, "j4h3g2", "", "6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE="},
		{"A2", "GET", "http://example.com:8000/resource/1?b=1&a=2", "", "", "dh37fgj492je", hawkKey, "some-app-data", 1353832234, "j4h3g2", "", "m8r1rHbXN6NgO+KIIhjO7sFRyd78RNGVUwehe8Cp2dU="},
		{"B", "POST", "http://example.com:8000/resource/1?b=1&a=2", "text/plain", "Thank you for flying Hawk", "dh37fgj492je", hawkKey, "some-app-ext-data", 1353832234, "j4h3g2",
			"Yi9LfIIFRtBEPt74PVmbTF/xVAwPn7ub15ePICfgnuY=", "aSe1DERmZuRl3pI36/9BdZmnErTw3sNzOOAUlfeKjVw="},
		{"C", "POST", "https://example.net/somewhere/over/the/rainbow", "text/plain", "something to write about", "123456", "2983d45yun89q", "Bazinga!", 1353809207, "Ygvqdz",
			"2QfCt3GuY9HQnHWyWD3wX68ZOKbynqlfYmuO2ZBRqtY=", "q1CwFoSHzPZSkbIvl0oYlD+91rBUEvFk763nMjMndj8="},
		{"C2", "POST", "https://example.net/somewhere/over/the/rainbow", "text/plain", "something to write about", "123456", "2983d45yun89q", "", 1353809207, "Ygvqdz",
			"2QfCt3GuY9HQnHWyWD3wX68ZOKbynqlfYmuO2ZBRqtY=", "HTgtd0jPI6E4izx8e4OHdO36q00xFCU0FolNq3RiCYs="},
		{"T1", "GET", "https://api.threatstack.com/v2/agents?status=online", "", "", tsID, tsKey, tsOrg, 1600000000, "Abc123", "", "4hgHVOQybeIYN84WQn0YjB9h2L+2GUazAjPDBGeACgk="},
		{"T2", "GET", "https://api.threatstack.com/v2/alerts?status=active&severity=1&from=2020-09-01T00:00:00&until=2020-09-02T00:00:00", "", "", tsID, tsKey, tsOrg, 1600000000, "Abc123", "", "mmAE+Aa2FQeiD90lRLY/YhtdoMG1A2lu68CPfJBa5Q0="},
		{"T3", "POST", "https://api.threatstack.com/v2/alerts/dismiss", "application/json", `{"ids":["cc3c6e27-4262-4b22-89a3-d00f0c6d7e3b"],"dismissReason":"MAINTENANCE"}`, tsID, tsKey, tsOrg, 1600000001, "nOnce2",
			"w/Byft9CvQ+of1ug7zHYcoi9wYinTNdng24lRm8q3/M=", "rRYQnojWlcnTAPippsi+ntIrZPKDEDgkuwB7OiAOrrk="},
		{"T4", "DELETE", "https://api.threatstack.com/v2/rulesets/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "", "", tsID, tsKey, tsOrg, 1600000002, "abcDEF", "", "lCvIwXvfVuASjhKm3buU7rz25Pq0+fMzMkvu8X+zySM="},
		{"T5", "GET", "https://api.threatstack.com/help/hawk/self-test", "", "", tsID, tsKey, tsOrg, 1600000003, "selfT1", "", "lkEj4TDfgr4n76jAiX64GdMrAWr+nmt3notjT+o9HPk="},
	} {
		r := request(t, x.method, x.url, x.body)
		r.Header.Set("Content-Type", x.contentType)
		if err := Hawk(x.id, x.key, x.ext, at(x.ts), nonce(x.nonce))(t.Context(), r); err != nil {
			t.Fatal(x.name, err)
		}
		got, err := parseHawk(r.Header.Get("Authorization"), "id", "ts", "nonce", "hash", "ext", "mac")
		if err != nil || got["mac"] != x.mac || got["hash"] != x.hash || got["id"] != x.id || got["ext"] != x.ext {
			t.Error(x.name, got, err)
		}
		if x.name == "T1" && r.Header.Get("Authorization") != `Hawk id="9bb2ad3aeb246c7d145056e7", ts="1600000000", nonce="Abc123", ext="25cd88bd50b9ff3822aabd88", mac="4hgHVOQybeIYN84WQn0YjB9h2L+2GUazAjPDBGeACgk="` {
			t.Error(r.Header.Get("Authorization"))
		}
	}
	// Pieces that no request of ours makes by itself.
	c3 := hawkMessage{kind: "header", ts: "1353809207", nonce: "Ygvqdz", method: "POST", resource: "/somewhere/over/the/rainbow", host: "example.net", port: "443", hash: hashOf("text/plain", nil)}
	if c3.hash != "q/t+NNAkQZNlq/aAD6PlexImwQTxwgT2MahfTa9XRLA=" || sum("2983d45yun89q", c3.normalized()) != "U5k16YEzn3UnBHKeBzsDXn067Gu3R4YaY6xOt9PYRZM=" {
		t.Error("C3: an empty body that is hashed")
	}
	e := hawkMessage{kind: "response", ts: "1362336900", nonce: "eb5S_L", method: "POST", resource: "/resource/4?filter=a", host: "example.com", port: "8080", ext: "response-specific", hash: "f9cDF/TDm7TkYRLnGwRMfeDzT6LixQVLvrIKhh0vgmM="}
	if sum(hawkKey, e.normalized()) != "XIJRsMl/4oL+nn+vKoeVZPdCHXB4yJkNnBbTbHFZUYE=" {
		t.Error("E: a response")
	}
	e.ts, e.nonce = "1453070933", "3hOHpR"
	if e.hash != hashOf("text/plain", []byte("some reply")) || sum(hawkKey, e.normalized()) != "odsVGUq0rCoITaiNagW22REIpqkwP9zt5FyqqOW9Zj8=" {
		t.Error("E2: a response with its body")
	}
	if h := HawkStale(hawkKey, time.Unix(1365741469, 0)); !strings.Contains(h, `tsm="b4Qqhz8OUBq21saghHLV1ktwlXE72T1xtTEZkSlWizA="`) {
		t.Error("D:", h)
	}
	if h := HawkStale(tsKey, time.Unix(1600000300, 0)); !strings.Contains(h, `tsm="T5TJll/JAeOBMflT7XWXlfgg/dxoNMPoHXt2rfW73Z8="`) {
		t.Error("T7:", h)
	}
	if h := hashOf("application/json", nil); h != "NVuBm+XMyya3Tq4EhpZ0cQWjVUyIA8sKnySkKDOIM4M=" {
		t.Error("T8:", h)
	}
	// T6: the reply to T1.
	t1 := request(t, "GET", "https://api.threatstack.com/v2/agents?status=online", "")
	if err := Hawk(tsID, tsKey, tsOrg, at(1600000000), nonce("Abc123"))(t.Context(), t1); err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"agents":[],"token":null}`)
	res := &http.Response{Request: t1, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"},
		"Server-Authorization": {`Hawk mac="BUene404527BK/B2CZlv1zHeLs40s9q++qCpUUTtoTA=", hash="TEPeuUHdCJjl9fOm+YQ3bmkI/ArOwTG/CWhRATNdJRI="`}}}
	if err := VerifyHawkResponse(res, tsKey, body); err != nil {
		t.Error("T6:", err)
	}
	if err := VerifyHawkResponse(res, tsKey, []byte(`{"agents":[],"token":0}`)); !errors.Is(err, ErrCredential) {
		t.Error("a changed body:", err)
	}
	if err := VerifyHawkResponse(res, "other", body); !errors.Is(err, ErrCredential) {
		t.Error("another key:", err)
	}
	res.Header.Del("Server-Authorization")
	if err := VerifyHawkResponse(res, tsKey, body); !errors.Is(err, ErrCredential) {
		t.Error("no Server-Authorization:", err)
	}
}

func TestHostPort(t *testing.T) {
	for _, x := range []struct{ host, url, name, port string }{
		{"", "https://API.example.com/a", "api.example.com", "443"},
		{"", "http://api.example.com/a", "api.example.com", "80"},
		{"", "https://api.example.com:8443/a", "api.example.com", "8443"},
		{"other.example.com:1", "https://api.example.com/a", "other.example.com", "1"},
		{"", "http://[2001:db8::1]/a", "[2001:db8::1]", "80"},
		{"", "http://[2001:db8::1]:8080/a", "[2001:db8::1]", "8080"},
	} {
		if name, port := hostPort(x.host, request(t, "GET", x.url, "").URL); name != x.name || port != x.port {
			t.Errorf("%s %s: %s %s", x.host, x.url, name, port)
		}
	}
}

// A server that recomputes the MAC refuses everything that was changed on the way.
func TestHawkOverTheWire(t *testing.T) {
	now := int64(1600000000)
	used := map[string]bool{}
	var got *HawkRequest
	var refused error
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, refused = VerifyHawk(r, func(id string) (Secret, bool) { return "key", id == "id" }, at(now), Seen(func(_, nonce string, _ time.Time) bool {
			was := used[nonce]
			used[nonce] = true
			return was
		}))
		if refused != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		b, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Server-Authorization", got.Authorize("text/plain; charset=utf-8", b, "reply"))
		w.Write(b)
	}))
	defer srv.Close()
	send := func(body string, opts []Option, change func(*http.Request)) *http.Response {
		t.Helper()
		r := request(t, "POST", srv.URL+"/v2/alerts?a=1&b=%2F", body)
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		if err := Hawk("id", Secret("key"), "org", append([]Option{at(now)}, opts...)...)(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(r)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	res := send(`{"ids":[]}`, nil, nil)
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if refused != nil || got.ID != "id" || got.Ext != "org" || !bytes.Equal(body, []byte(`{"ids":[]}`)) {
		t.Fatal(refused, got)
	}
	if err := VerifyHawkResponse(res, "key", body); err != nil {
		t.Error(err)
	}
	swap := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
		}
	}
	for name, change := range map[string]func(*http.Request){
		"path":      func(r *http.Request) { r.URL.Path = "/v2/other" },
		"query":     func(r *http.Request) { r.URL.RawQuery = "a=2" },
		"order":     func(r *http.Request) { r.URL.RawQuery = "b=%2F&a=1" },
		"host":      func(r *http.Request) { r.Host = "other.example.com" },
		"port":      func(r *http.Request) { r.Host = "127.0.0.1:1" },
		"method":    func(r *http.Request) { r.Method = "PUT" },
		"nonce":     swap(`nonce="`, `nonce="x`),
		"timestamp": swap(`ts="1600000000"`, `ts="1600000001"`),
		"ext":       swap(`ext="org"`, `ext="other"`),
		"id":        swap(`id="id"`, `id="other"`),
		"no mac":    swap(`mac="`, `MAC="`),
		"body": func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(`{"ids":0.}`)), 10
		},
		"nothing": func(r *http.Request) { r.Header.Del("Authorization") },
	} {
		send(`{"ids":[]}`, nil, change).Body.Close()
		if !errors.Is(refused, ErrCredential) {
			t.Error(name, "was changed:", refused)
		}
	}
	send("", []Option{at(now - 61)}, nil).Body.Close()
	if refused == nil {
		t.Error("a stale timestamp")
	}
	send("", []Option{nonce("once")}, nil).Body.Close()
	send("", []Option{nonce("once")}, nil).Body.Close()
	if refused == nil {
		t.Error("a nonce that was used before")
	}
}

func TestNonceIsFresh(t *testing.T) {
	seen := map[string]bool{}
	sign := Hawk("id", "key", "")
	for range 100 {
		r := request(t, "GET", "https://api.example.com/", "")
		if err := sign(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		a, _ := parseHawk(r.Header.Get("Authorization"), "id", "ts", "nonce", "mac")
		if seen[a["nonce"]] || len(a["nonce"]) != 12 {
			t.Fatal(a["nonce"])
		}
		seen[a["nonce"]] = true
	}
}

func TestHawkBodyMustBeReadable(t *testing.T) {
	r := request(t, "POST", "https://api.example.com/", "x")
	r.GetBody = nil
	if err := Hawk("id", "key", "")(t.Context(), r); !errors.Is(err, ErrCredential) {
		t.Error(err)
	}
}

func FuzzParseHawk(f *testing.F) {
	for _, s := range []string{`Hawk id="a", mac="b"`, `Hawk`, `Hawk id="a",`, `Hawk id="a" mac="b"`, `hawk id=a`, `Hawk id="a\"b"`, `Basic x`, `Hawk id="a", id="b"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		a, err := parseHawk(header, "id", "mac")
		if err != nil {
			return
		}
		again, err := parseHawk(hawkHeader("id", a["id"], "mac", a["mac"]), "id", "mac")
		if err != nil || again["id"] != a["id"] || again["mac"] != a["mac"] {
			t.Errorf("%q: %v, again %v %v", header, a, again, err)
		}
	})
}
