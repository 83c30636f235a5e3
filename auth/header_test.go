package auth

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

func request(t testing.TB, method, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHeaders(t *testing.T) {
	for name, x := range map[string]struct {
		sign Editor
		want map[string]string
	}{
		"basic":          {Basic("principal", "secret"), map[string]string{"Authorization": "Basic cHJpbmNpcGFsOnNlY3JldA=="}},
		"basic, Secret":  {Basic("principal", Secret("secret")), map[string]string{"Authorization": "Basic cHJpbmNpcGFsOnNlY3JldA=="}},
		"user, password": {UserPassword("admin@example.com", "p ä:ss"), map[string]string{"X-User": "admin@example.com", "X-Password": "p ä:ss"}},
		"key":            {APIKey("key", ""), map[string]string{"Authorization": "key"}},
		"key of an org":  {APIKey("key", "org"), map[string]string{"Authorization": "key", "Organization": "org"}},
		"token":          {ThreatConnectToken("APIV2:1:x:1:y"), map[string]string{"Authorization": "TC-Token APIV2:1:x:1:y"}},
		"no credentials": {Anonymous(), map[string]string{}},
	} {
		r := request(t, "GET", "https://api.example.com/", "")
		if err := x.sign(t.Context(), r); err != nil || len(r.Header) != len(x.want) {
			t.Error(name, err, len(r.Header))
		}
		for k, v := range x.want {
			if r.Header.Get(k) != v {
				t.Errorf("%s: %s is %q", name, k, r.Header.Get(k))
			}
		}
	}
}

// A credential that cannot be sent is named by its role, never shown, and nothing is set.
func TestUnusableCredentials(t *testing.T) {
	for _, bad := range []string{"", "line\nbreak", "nul\x00", "delete\x7f", " hunter2", "hunter2\t", "c1\u0085"} {
		for role, sign := range map[string]Editor{
			"principal": Basic(bad, "s"), "secret": Basic("p", bad), "user": UserPassword(bad, "s"), "password": UserPassword("u", bad),
			"API key": APIKey(bad, ""), "token": ThreatConnectToken(bad), "access ID": ThreatConnectHMAC(bad, "s"), "secret key": ThreatConnectHMAC("a", bad),
			"Hawk id": Hawk(bad, "s", ""), "Hawk key": Hawk("i", bad, ""),
		} {
			r := request(t, "GET", "https://api.example.com/", "")
			err := sign(t.Context(), r)
			if !errors.Is(err, ErrCredential) || !strings.HasPrefix(err.Error(), "auth: "+role+" ") || len(r.Header) != 0 {
				t.Errorf("%s %q: %v", role, bad, err)
			}
			if strings.TrimSpace(bad) != "" && strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), bad) {
				t.Errorf("%s is shown: %v", role, err)
			}
		}
	}
	if err := APIKey("key", "bad\n")(t.Context(), request(t, "GET", "https://x.example/", "")); err == nil {
		t.Error("an organization with a line break")
	}
	if err := Basic("a:b", "c")(t.Context(), request(t, "GET", "https://x.example/", "")); err == nil {
		t.Error("a colon in the principal")
	}
	if err := Hawk("a\"b", "c", "")(t.Context(), request(t, "GET", "https://x.example/", "")); err == nil {
		t.Error("a quote in the id")
	}
}

func TestSecretDoesNotPrint(t *testing.T) {
	const plain = "hunter2-hunter2"
	s := Secret(plain)
	holder := struct {
		Key  Secret
		Ptr  *Secret
		List []Secret
		Map  map[string]Secret
	}{s, &s, []Secret{s}, map[string]Secret{"a": s}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%c", "%10.3v"} {
		fmt.Fprintf(&out, verb+" "+verb+" ", s, holder)
		fmt.Fprintf(&out, verb+"\n", &s)
	}
	fmt.Fprint(&out, s, holder, []any{s})
	for _, l := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
		l.Info("x", "secret", s, "holder", holder, slog.Any("any", s), slog.Group("g", "s", s))
	}
	for _, v := range []any{s, holder, map[string]any{"s": s}} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	b, err := xml.Marshal(keyed{s})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(b)
	bin, _ := s.MarshalBinary()
	out.Write(bin)
	func() {
		defer func() { fmt.Fprint(&out, recover()) }()
		panic(s)
	}()
	fmt.Fprint(&out, fmt.Errorf("wrapped: %w", &Error{"secret", "is " + s.String()}))
	if strings.Contains(out.String(), plain) || strings.Contains(out.String(), fmt.Sprintf("%x", plain)) {
		t.Error("the secret is shown")
	}
	if string(s) != plain {
		t.Error("the secret is lost")
	}
}

func at(unix int64) Option { return Clock(func() time.Time { return time.Unix(unix, 0) }) }

type keyed struct{ Key Secret }
