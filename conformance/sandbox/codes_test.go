package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// Failures have the codes of the service: one for a method that a path does not have, another for a
// query that does not parse.
func TestCodesOfFailures(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv3", "essentials"}})
	for _, c := range []struct {
		api, method, path, tql string
		status                 int
		code                   string
	}{
		{"threatconnectv3", "PATCH", "/v3/cases", "", 405, "0x1005"},
		{"threatconnectv3", "GET", "/v3/nothing/at/all", "", 404, "0x1004"},
		{"threatconnectv3", "GET", "/v3/cases/1", "", 404, "0x1004"},
		{"threatconnectv3", "GET", "/v3/indicators", "typeName = ", 400, "0x2001"},
		{"threatconnectv3", "GET", "/v3/cases", "status Open", 400, "0x2001"},
		{"essentials", "PATCH", "/me", "", 404, ""},
	} {
		e := &exchange.Exchange{Method: c.method, Path: c.path}
		if c.tql != "" {
			e.Query = exchange.Query(url.Values{"tql": {c.tql}})
		}
		res, text := send(t, in, c.api, e)
		assert.Equal(t, c.status, res.StatusCode, "%s %s: %s", c.method, c.path, text)
		assert.Contains(t, string(text), c.code, "%s %s", c.method, c.path)
		if c.status == http.StatusMethodNotAllowed {
			assert.Contains(t, res.Header.Get("Allow"), "GET")
		}
	}
}

// An entry of a sender list is added once and taken away once.
func TestEntriesOfLists(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"essentials"}})
	const path = "/orgs/example.com/sender-lists"
	for _, c := range []struct {
		method string
		want   int
	}{{"POST", 204}, {"POST", 409}, {"DELETE", 204}, {"DELETE", 404}, {"POST", 204}} {
		res, text := send(t, in, "essentials", &exchange.Exchange{Method: c.method, Path: path, RequestBody: json.RawMessage(`{"allow_list": ["new@example.org"]}`)})
		assert.Equal(t, c.want, res.StatusCode, "%s: %s", c.method, text)
	}
}

// Refusals begin with the words of the service, for which clients look, and go on with the reason.
func TestWordsOfTheServices(t *testing.T) {
	in := start(t, sandbox.Options{})
	at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }
	const siem = "/v2/siem/all?format=json&"
	for _, c := range []struct{ api, target, words, reason string }{
		{"tap", siem + "interval=" + at(-time.Hour) + "/" + at(-time.Hour+10*time.Second), "The requested interval is too short", "spans less than PT30S"},
		{"tap", siem + "interval=" + at(-time.Minute) + "/" + at(time.Hour/2), "The requested interval is still current", "ends in the future"},
		{"tap", siem + "interval=" + at(-8*24*time.Hour) + "/PT1H", "The requested start time is too far into the past", "begins more than"},
		{"tap", siem + "sinceTime=" + at(-3*time.Hour), "The sinceTime parameter gives a time too far into the past", "spans more than"},
		{"essentialsthreat", "/v2/siem/all?interval=" + at(-time.Hour) + "/" + at(-time.Hour+10*time.Second), "The requested interval is too short", "spans less than"},
	} {
		res, body := get(t, in, c.api, c.target)
		assert.Equal(t, http.StatusBadRequest, res.StatusCode, c.target)
		assert.Contains(t, body, c.words, c.target)
		assert.Contains(t, body, c.reason, c.target)
	}
	for words, sign := range map[string]auth.Editor{
		"Signature data did not match expected result": auth.ThreatConnectHMAC(in.Credential("threatconnectv3", "Access ID"), "wrong"),
		"Timestamp out of acceptable time range":       auth.ThreatConnectHMAC(in.Credential("threatconnectv3", "Access ID"), in.Credential("threatconnectv3", "Secret Key"), auth.Clock(func() time.Time { return time.Now().Add(-time.Hour) })),
	} {
		r, err := http.NewRequest(http.MethodGet, in.Server("threatconnectv3")+"/v3/cases", nil)
		require.NoError(t, err)
		require.NoError(t, sign(t.Context(), r))
		res, body := do(t, http.DefaultClient, r)
		assert.Equal(t, http.StatusUnauthorized, res.StatusCode)
		var form struct{ Message string }
		require.NoError(t, json.Unmarshal([]byte(body), &form))
		assert.True(t, strings.HasPrefix(form.Message, words+": "), form.Message)
	}
}
