package auth

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

// All were computed by another tool, and can be again:
//
//	printf %s 'URI:METHOD:TIME' | openssl dgst -sha256 -hmac KEY -binary | base64
//
// ThreatConnect's own documents print signatures, but not the keys they were made with.
func TestThreatConnectVectors(t *testing.T) {
	const hex, plain = "0123456789abcdef0123456789abcdef", "secret-key"
	for _, x := range []struct {
		key, method, uri string
		time             int64
		want             string
	}{
		{hex, "GET", "/api/v2/owners", 1513703787, "pkoeOXy7DK+/fa3YGwibho3BdUfHm+4nJnIX29wuOt0="},
		{hex, "GET", "/api/v2/indicators?owner=Common%20Community", 1513703787, "Yhsgq1FbZp9MMRCrtBDelYt0qXb6So4t17dInbEdxdw="},
		{hex, "GET", "/api/v2/indicators/hosts/example.com?owner=Common%20Community", 1513703787, "D9zNDPtaKfmoL2chgMuMAoORAAZe2TMJwH71MsTHi8w="},
		{hex, "GET", "/api/v2/indicators/urls/http%3A%2F%2Fexample.com%2Fbad.php?owner=Common%20Community", 1513703787, "6Aoi3UUBf1xky8RVXKpzd20+a1xoFHckQrqPtD4ukoo="},
		{hex, "POST", "/api/v2/groups/incidents/54321/securityLabels/TLP%3AAMBER", 1513703787, "pFZMTsU8lYGDcSKECQ8l9C/yQW0XUKQ1I5YVE1Z3geI="},
		{hex, "DELETE", "/api/v2/indicators/cidrBlocks/192.168.0.0%2F24", 1513703787, "4R2Hfb+dZzXQsOcSLy7tkoHytPX+FJT7mWPD/HRnd2E="},
		{hex, "GET", "/api/v2/indicators?filters=summary%3Dexample.com,dateAdded%3E2015-10-15&orParams=true", 1513703787, "7r0MwoXcworqIOyiOAXDxOIGnyL9aY25YX+u5FAbIMA="},
		{hex, "PUT", "/api/v2/indicators/emailAddresses/bad%40example.com", 1513703787, "9LrXfpL/fX4+xUDyNk1esGDBQuqsaFZ2HydPwuUoz48="},
		{hex, "GET", "/v2/owners", 1386658343, "+jwCuY2qVQZTnDoZ+lOhIP4biAuHoYHLOHC7YnzB+a0="},
		{plain, "GET", "/api/v3/indicators", 1700000000, "EjgAiOJmo6133PAylpP3vN5YpaSkz6//vgF4c9Yajh8="},
		{plain, "GET", "/api/v3/indicators?tql=typeName%20in%20(%22Address%22)&resultLimit=10", 1700000000, "iSw4z0yK5tQn/UJKFn8u2P/ZLaWXjeSCLrlTXZwFI9Y="},
		{plain, "POST", "/api/v3/groups?owner=Demo%20Community", 1700000000, "Eq6TAuYpsIzIyNxlMNLL5+dp90PHwitkrORAucsUWoI="},
		{plain, "PUT", "/api/v3/indicators/http%3A%2F%2Fexample.com%2Fa?owner=Demo%20Source", 1700000000, "WQv/aIjIrESmBnnBXUq5oKqLNCNGHeuClI3ongzvdEY="},
		{plain, "DELETE", "/api/v3/notes/1", 1700000000, "hiIoD7gbqsA6LXz1Z0XZ/kY6J6xKvfKNmfFSUgbVXsw="},
		{plain, "GET", "/api/v3/indicators/a+b%2Cc?owner=a+b&owner=%C3%BC", 1700000000, "LqpSVgfSyl1ATkuanpMsVKyjBwhtpnCCoNuTQS10WPA="},
		{plain, "GET", "/api/v3/indicators?", 1700000000, "DVL71lKRNN6WysjsNMXqAsALqfwf3m1TD63xHpgLNwc="},
		{plain, "GET", "/api/v3/indicators?fields=tags&fields=attributes&fields=", 1700000000, "7xxJUNzwg5GLfHK8x/nNaYEO2Tf1be2ttZhPs4MvGU0="},
	} {
		r := request(t, x.method, "https://app.threatconnect.com"+x.uri, "")
		if err := ThreatConnectHMAC("12345678901234567890", x.key, at(x.time))(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if got, want := r.Header.Get("Authorization"), "TC 12345678901234567890:"+x.want; got != want || r.URL.RequestURI() != x.uri {
			t.Errorf("%s %s\n got %s\nwant %s", x.method, x.uri, got, want)
		}
	}
	// A string that no request line has, published with the tests of an integration.
	if got := threatConnectSignature("test", "test", "GET", "1587340800"); got != "p5a/YiTRs7sNMp/PEDgZxky8lJDRLbza1pi8erjURrU=" {
		t.Error(got)
	}
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
		if err := ThreatConnectHMAC("id", "key", at(now.Unix()))(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(r)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return verified
	}
	for _, path := range []string{"/v2/owners", "/v2/a%20b", "/v2/a+b?x=a+b&x=c%20d", "/v2/a%2Cb,c", "/v2/http%3A%2F%2Fexample.com%2F", "/v2/%C3%BC?q=%E2%9C%93", "/v2/x?", "/v2/ü?q=ü", "/v2/2001:db8::1", "/v2/TLP%3AAMBER?owner=&a", "/v2/'()*!~"} {
		if err := send(path, nil); err != nil {
			t.Error(path, err)
		}
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
		if err := send("/v2/owners?a=1", change); !errors.Is(err, ErrCredential) {
			t.Error(name, "was changed:", err)
		}
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
		if err := ThreatConnectHMAC("id", "key", at(1700000000+int64(x.off/time.Second)))(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if err := VerifyThreatConnect(r, key, append(x.opts, at(1700000000))...); (err == nil) != x.ok {
			t.Error(x.off, err)
		}
	}
	for _, timestamp := range []string{"", "now", "+1700000000", "01700000000", "1700000000.0", "1700000000000", "-1700000000", "9223372036854775807", "99999999999999999999"} {
		r := request(t, "GET", "https://app.threatconnect.com/api/v2/owners", "")
		r.Header.Set("Timestamp", timestamp)
		r.Header.Set("Authorization", "TC id:"+threatConnectSignature("key", "/api/v2/owners", "GET", timestamp))
		if err := VerifyThreatConnect(r, key, at(1700000000)); !errors.Is(err, ErrCredential) || !strings.Contains(err.Error(), "timestamp") {
			t.Errorf("%q: %v", timestamp, err)
		}
	}
}

// Each attempt of a call is signed anew, over the earlier signature.
func TestThreatConnectIsFresh(t *testing.T) {
	now := int64(1700000000)
	sign := ThreatConnectHMAC("id", "key", Clock(func() time.Time { now++; return time.Unix(now, 0) }))
	r := request(t, "get", "https://app.threatconnect.com/api/v2/owners", "")
	for range 3 {
		if err := sign(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		want := "TC id:" + threatConnectSignature("key", "/api/v2/owners", "GET", strconv.FormatInt(now, 10))
		if got := r.Header.Values("Authorization"); len(got) != 1 || got[0] != want || len(r.Header.Values("Timestamp")) != 1 {
			t.Error(r.Header)
		}
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
		if VerifyThreatConnect(r, func(string) (Secret, bool) { return NewSecret("unguessable"), true }) == nil {
			t.Error("accepted")
		}
	})
}
