package sandbox

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/specs"
)

// Every API has an account, and its editors open it; other values do not.
func TestSandboxAccounts(t *testing.T) {
	late := auth.Clock(func() time.Time { return time.Now().Add(-6 * time.Minute) })
	once := auth.Nonce(func() string { return "again" })
	type attempt struct {
		name string
		sign auth.Editor
		ok   bool
	}
	tests := map[string][]attempt{
		"tap": {
			{"right", auth.Basic(principal, secret), true},
			{"wrong", auth.Basic(principal, "wrong"), false},
			{"none", auth.Anonymous(), false},
		},
		"essentials": {
			{"right", auth.UserPassword(user, secret), true},
			{"wrong", auth.UserPassword("other@example.com", secret), false},
			{"none", auth.Anonymous(), false},
		},
		"essentialsthreat": {
			{"right", auth.Basic(accessID, secret), true},
			{"wrong", auth.Basic(accessID, "wrong"), false},
			{"other key", auth.Basic(principal, secret), false},
			{"none", auth.Anonymous(), false},
		},
		"threatstackv1": {
			{"right", auth.APIKey(secret, ""), true},
			{"wrong", auth.APIKey("wrong", ""), false},
			{"none", auth.Anonymous(), false},
		},
		"threatstackv2": {
			{"right", auth.Hawk(accessID, secret, organization), true},
			{"first use", auth.Hawk(accessID, secret, organization, once), true},
			{"second use", auth.Hawk(accessID, secret, organization, once), false},
			{"wrong", auth.Hawk(accessID, "wrong", organization), false},
			{"other ext", auth.Hawk(accessID, secret, "other"), false},
			{"late", auth.Hawk(accessID, secret, organization, late), false},
		},
		"threatconnectv2": {
			{"right", auth.ThreatConnectHMAC(accessID, secret), true},
			{"token", auth.ThreatConnectToken(secret), true},
			{"wrong", auth.ThreatConnectHMAC(accessID, "wrong"), false},
			{"other id", auth.ThreatConnectHMAC("1", secret), false},
			{"wrong token", auth.ThreatConnectToken("wrong"), false},
			{"late", auth.ThreatConnectHMAC(accessID, secret, late), false},
			{"none", auth.Anonymous(), false},
		},
		"threatconnectv3": {
			{"right", auth.ThreatConnectHMAC(accessID, secret), true},
			{"wrong", auth.ThreatConnectHMAC(accessID, "wrong"), false},
		},
	}
	for _, name := range specs.Names() {
		assert.NotNil(t, tests[name], "%s is not tried", name)
	}
	for api, attempts := range tests {
		account, err := AccountOf(api)
		if !assert.NoError(t, err, api) {
			continue
		}
		assert.NotEmpty(t, account.Credentials, "%s: the credentials are told", api)
		box, err := Handler(Options{APIs: []string{api}})
		require.NoError(t, err)
		srv := httptest.NewServer(box)
		defer srv.Close()
		for _, a := range attempts {
			for _, tampered := range []bool{false, true} {
				req, err := http.NewRequest("POST", srv.URL+"/api/nowhere", strings.NewReader(`{"text": "x"}`))
				require.NoError(t, err)
				req.Header.Set("Content-Type", "application/json")
				require.NoError(t, a.sign(context.Background(), req), "%v %v", api, a.name)
				signed := api == "threatstackv2" || strings.HasPrefix(req.Header.Get("Authorization"), "TC ")
				if tampered {
					if !signed || strings.HasSuffix(a.name, "use") {
						continue
					}
					req.URL.RawQuery = "x=1" // after it was signed
				}
				res, err := http.DefaultClient.Do(req)
				require.NoError(t, err)
				text, err := io.ReadAll(res.Body)
				require.NoError(t, err)
				res.Body.Close()
				want := 401
				if a.ok && !tampered {
					want = 404 // nobody is told so without credentials
				}
				assert.Equal(t, want, res.StatusCode, "%s, %s, tampered %v: %s", api, a.name, tampered, text)
			}
		}
	}
	_, err := AccountOf("nothing")
	assert.Error(t, err, "an API that does not exist has no account")
}

// An operation that works without credentials takes none, but not wrong ones.
func TestOpenOperation(t *testing.T) {
	in, err := Serve(Options{APIs: []string{"tap"}})
	require.NoError(t, err)
	defer in.Close()
	for _, c := range []struct {
		path, authorization string
		want                int
	}{
		{"/v2/url/decode", "", 200}, {"/v2/url/decode", "Basic eDp5", 401}, {"/v2/people/vap", "", 401},
	} {
		method, body := "GET", ""
		if c.path == "/v2/url/decode" {
			method, body = "POST", `{"urls": ["https://urldefense.example.com/v3/__https://example.com__"]}`
		}
		status, text, err := fetch(t, http.DefaultClient, method, in.URL+c.path, body, "Authorization", c.authorization, "Content-Type", "application/json")
		require.NoError(t, err)
		assert.Equal(t, c.want, status, "%s with %q: %s", c.path, c.authorization, text)
	}
}

func TestRememberForgets(t *testing.T) {
	seen := remember(time.Minute)
	now := time.Now()
	for i, c := range []struct {
		id, nonce string
		after     time.Duration
		want      bool
	}{
		{"a", "1", 0, false}, {"a", "1", 30 * time.Second, true}, {"b", "1", 30 * time.Second, false}, {"a", "1", 10 * time.Minute, false},
	} {
		assert.Equal(t, c.want, seen(c.id, c.nonce, now.Add(c.after)), "%d: seen", i)
	}
}
