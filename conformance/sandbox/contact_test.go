package sandbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// get asks with the credentials of an API.
func get(t *testing.T, in *sandbox.Instance, api, target string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, in.Server(api)+target, nil)
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	require.NoError(t, in.Sign(api)(context.Background(), r))
	return do(t, http.DefaultClient, r)
}

func do(t *testing.T, c *http.Client, r *http.Request) (*http.Response, string) {
	t.Helper()
	res, err := c.Do(r)
	require.NoError(t, err)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res, string(text)
}

// Threat Stack signs its answers, tells its time to a clock that is off, and to a wrong key
// what was to be signed.
func TestHawkAnswers(t *testing.T) {
	const api = "threatstackv2"
	in := start(t, sandbox.Options{APIs: []string{api}})
	id, key, org := in.Credential(api, "user ID"), in.Credential(api, "API key"), in.Credential(api, "organization ID")

	res, body := get(t, in, api, "/v2/agents?status=online")
	require.Equal(t, http.StatusOK, res.StatusCode, body)
	assert.NoError(t, auth.VerifyHawkResponse(res, key, []byte(body)), "the answer is signed")
	res, body = get(t, in, api, "/v2/agents/nobody")
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
	assert.NoError(t, auth.VerifyHawkResponse(res, key, []byte(body)), "an error is signed too")

	late := auth.Clock(func() time.Time { return time.Now().Add(-10 * time.Minute) })
	for _, c := range []struct {
		name      string
		sign      auth.Editor
		challenge string
		reason    string
	}{
		{"late", auth.Hawk(id, key, org, late), `tsm="`, "timestamp is out of the acceptable range"},
		{"wrong key", auth.Hawk(id, "other", org), "Hawk", `hawk.1.header\\n`},
	} {
		r, err := http.NewRequest(http.MethodGet, in.Server(api)+"/v2/agents?status=online", nil)
		require.NoError(t, err)
		require.NoError(t, c.sign(context.Background(), r))
		res, body := do(t, http.DefaultClient, r)
		assert.Equal(t, http.StatusUnauthorized, res.StatusCode, c.name)
		assert.Contains(t, res.Header.Get("WWW-Authenticate"), c.challenge, c.name)
		assert.Contains(t, body, c.reason, c.name)
	}
}

// A wrong signature is answered in the vendor's form, with the text that was to be signed.
func TestWrongSignatureShowsWhatIsSigned(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv2", "threatconnectv3"}})
	for api, path := range map[string]string{"threatconnectv2": "/v2/owners", "threatconnectv3": "/v3/cases"} {
		r, err := http.NewRequest(http.MethodGet, in.Server(api)+path, nil)
		require.NoError(t, err)
		require.NoError(t, auth.ThreatConnectHMAC(in.Credential(api, "Access ID"), "wrong")(context.Background(), r))
		res, body := do(t, http.DefaultClient, r)
		assert.Equal(t, http.StatusUnauthorized, res.StatusCode, api)
		var form struct{ Status, Message string }
		require.NoError(t, json.Unmarshal([]byte(body), &form), body)
		assert.NotEmpty(t, form.Status, body)
		assert.Contains(t, form.Message, "/api"+path+":GET:"+r.Header.Get("Timestamp"), api)
	}
}

// A feed without format is syslog, as at the service; the end of a window is the one that was
// asked for, and its events lie within.
func TestFeedFormats(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap"}})
	to := time.Now().UTC().Truncate(time.Minute).Add(-time.Minute)
	from := to.Add(-30 * time.Minute)
	window := "interval=" + from.Format(time.RFC3339) + "/" + to.Format(time.RFC3339)

	res, body := get(t, in, "tap", "/v2/siem/all?"+window)
	assert.Equal(t, "text/plain", exchange.MediaType(res.Header.Get("Content-Type")))
	assert.True(t, strings.HasPrefix(body, "<38>1 "), body[:min(80, len(body))])

	_, body = get(t, in, "tap", "/v2/siem/all?format=json&"+window)
	var got struct {
		QueryEndTime      string
		MessagesDelivered []struct{ MessageTime time.Time }
		ClicksPermitted   []struct{ ClickTime time.Time }
	}
	require.NoError(t, json.Unmarshal([]byte(body), &got), body)
	assert.Equal(t, to.Format(time.RFC3339), got.QueryEndTime)
	assert.Len(t, got.MessagesDelivered, len(sandbox.Events{}.Between("messagesDelivered", from, to)))
	for _, m := range got.MessagesDelivered {
		assert.False(t, m.MessageTime.Before(from) || !m.MessageTime.Before(to), "%v lies in the window", m.MessageTime)
	}

	_, body = get(t, in, "tap", "/v2/siem/all?format=json&sinceSeconds=3600")
	require.NoError(t, json.Unmarshal([]byte(body), &got), body)
	end, err := time.Parse(time.RFC3339, got.QueryEndTime)
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), end, 5*time.Second, "the window ends now")
	assert.NotEmpty(t, got.MessagesDelivered)
}

// All APIs share a port, with TLS if it is wanted, and pages of a browser may ask.
func TestOnePortTLSAndBrowsers(t *testing.T) {
	in := start(t, sandbox.Options{TLS: true})
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM([]byte(in.CA)), "the authority is PEM")
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport}
	for api, path := range map[string]string{
		"tap": "/v2/people/vap?window=30", "essentials": "/me", "threatstackv1": "/agents", "threatstackv2": "/v2/agents?status=online",
		"threatconnectv2": "/v2/owners", "threatconnectv3": "/v3/cases",
	} {
		r, err := http.NewRequest(http.MethodGet, in.Server(api)+path, nil)
		require.NoError(t, err)
		require.NoError(t, in.Sign(api)(context.Background(), r))
		r.Header.Set("Origin", "https://app.example.com")
		res, body := do(t, c, r)
		assert.Equal(t, http.StatusOK, res.StatusCode, "%s: %s", api, body)
		assert.Equal(t, "https://app.example.com", res.Header.Get("Access-Control-Allow-Origin"), api)
		assert.Contains(t, in.Banner(), in.Server(api), "the banner names %s", api)
	}
	r, err := http.NewRequest(http.MethodOptions, in.Server("tap")+"/v2/people/vap", nil)
	require.NoError(t, err)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "GET")
	r.Header.Set("Access-Control-Request-Headers", "authorization")
	res, _ := do(t, c, r)
	assert.Equal(t, http.StatusNoContent, res.StatusCode, "a preflight needs no credentials")
	assert.Equal(t, "authorization", res.Header.Get("Access-Control-Allow-Headers"))

	calls := in.Calls()
	assert.Len(t, calls, 6, "calls are noted, preflights are not")
	for _, call := range calls {
		assert.NotEmpty(t, call.Operation)
		assert.Positive(t, call.Duration)
	}
}

// A folder lies over the fixtures and is read again when it changes.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, "tap", "getCampaign", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	campaign := func(id, name string) string {
		return `{"operationId": "getCampaign", "method": "GET", "path": "/v2/campaign/` + id + `", "query": {}, "status": 200, "contentType": "application/json", "body": {"id": "` + id + `", "name": "` + name + `"}}`
	}
	write("mine.json", campaign("11111111-0000-4000-8000-000000000001", "My campaign"))
	in := start(t, sandbox.Options{Dir: dir})
	_, body := get(t, in, "tap", "/v2/campaign/11111111-0000-4000-8000-000000000001")
	assert.Contains(t, body, "My campaign")
	res, _ := get(t, in, "tap", "/v2/campaign/11111111-0000-4000-8000-000000000002")
	assert.Equal(t, http.StatusNotFound, res.StatusCode)
	write("later.json", campaign("11111111-0000-4000-8000-000000000002", "Another"))
	assert.Eventually(t, func() bool {
		_, body := get(t, in, "tap", "/v2/campaign/11111111-0000-4000-8000-000000000002")
		return strings.Contains(body, "Another")
	}, 5*time.Second, 200*time.Millisecond, "the new file is read")
}
