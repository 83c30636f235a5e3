package auth

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func request(t testing.TB, method, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	return r
}

func TestHeaders(t *testing.T) {
	signs := func(name string, sign Editor, want map[string]string) {
		t.Helper()
		r := request(t, "GET", "https://api.example.com/", "")
		require.NoError(t, sign(t.Context(), r), name)
		assert.Equal(t, want, sentHeaders(r), name)
	}
	for _, x := range vectors(t, "basic.json") {
		signs(x.Name, Basic(x.Username, x.Password), x.Headers)
		signs(x.Name+", Secret", Basic(x.Username, NewSecret(x.Password)), x.Headers)
	}
	for _, x := range vectors(t, "headers.json") {
		sign := map[string]Editor{
			"user-password": UserPassword(x.User, x.Password),
			"api-key":       APIKey(x.Key, x.Organization),
			"token":         ThreatConnectToken(x.Token),
		}[x.Scheme]
		require.NotNil(t, sign, "%s: scheme %q is known", x.Name, x.Scheme)
		signs(x.Name, sign, x.Headers)
	}
	signs("no credentials", Anonymous(), map[string]string{})
}

// A call that names an organization is not sent with two.
func TestOrganizationOfTheCall(t *testing.T) {
	for name, c := range map[string]struct{ query, header, want string }{
		"none":                {"", "", "org1"},
		"none in the query":   {"?organization=", "", "org1"},
		"one in the query":    {"?organization=org2", "", ""},
		"one in the header":   {"", "org2", "org2"},
		"another query value": {"?count=5", "", "org1"},
	} {
		r := request(t, "GET", "https://api.example.com/agents"+c.query, "")
		if c.header != "" {
			r.Header.Set("Organization", c.header)
		}
		for range 2 { // an attempt and its repetition
			require.NoError(t, APIKey("key", "org1")(t.Context(), r), name)
			assert.Equal(t, c.want, r.Header.Get("Organization"), name)
		}
	}
}

func at(unix int64) Option { return Clock(func() time.Time { return time.Unix(unix, 0) }) }
