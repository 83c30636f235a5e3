package auth

import (
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
		"basic, Secret":  {Basic("principal", NewSecret("secret")), map[string]string{"Authorization": "Basic cHJpbmNpcGFsOnNlY3JldA=="}},
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

func at(unix int64) Option { return Clock(func() time.Time { return time.Unix(unix, 0) }) }
