package sandbox

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/specs"
)

// Credentials that no word gives away: members that a document calls secret, parts of a token, and
// parameters inside a path. What stands beside them is kept.
func TestRecorderObeysTheDocument(t *testing.T) {
	const (
		azure   = "/api/v1/orgs/example.com/settings/azure"
		tcToken = "TC-Token APIV2:5:tenant-a:1700000000000:QUJDREVGR0hJSktM"
		refused = "a credential of the request or the answer stands where it may be written"
	)
	for _, c := range []struct {
		name, api     string
		sent          sent
		authorization string
		secret        string
		kept          []string // nil: nothing is written
	}{
		{"the key in a request", specs.Essentials, sent{method: "PUT", path: azure, media: jsonMedia, body: `{"ad_key":"client-key-zz","primary_domain":"example.com"}`, answer: `{}`}, "", "client-key-zz", []string{`"ad_key": "[redacted]"`, `"primary_domain": "example.com"`}},
		{"the key in an answer", specs.Essentials, sent{path: azure, answer: `{"ad_key":"client-key-zz","application_id":"app-1"}`}, "", "client-key-zz", []string{`"ad_key": "[redacted]"`, `"application_id": "app-1"`}},
		{"the key of a request in a refusal", specs.Essentials, sent{method: "PUT", path: azure, media: jsonMedia, body: `{"ad_key":"client-key-zz"}`, status: 400, answer: `{"errors":["the key client-key-zz is weak"]}`}, "", "client-key-zz", nil},
		{"a new token of an API user", specs.ThreatConnectV3, sent{method: "POST", path: "/api/v3/token/api", media: jsonMedia, body: `{}`, answer: `{"data":"APIV2:9:tenant-b:1700000000000:TkVXVE9LRU4","status":"Success"}`}, tcToken, "TkVXVE9LRU4", []string{`"data": "[redacted]"`, `"status": "Success"`}},
		{"a new token of a service", specs.ThreatConnectV3, sent{method: "POST", path: "/api/v3/token/svc", media: jsonMedia, body: `{}`, answer: `{"data":"SVC:9:tenant-b:1700000000000:TkVXVE9LRU4","status":"Success"}`}, tcToken, "TkVXVE9LRU4", []string{`"data": "[redacted]"`}},
		{"the last part of a token", specs.ThreatConnectV3, sent{path: "/api/v3/groups/5", answer: `{"data":{"id":1,"name":"QUJDREVGR0hJSktM"},"status":"Success"}`}, tcToken, "QUJDREVGR0hJSktM", nil},
		{"the tenant of a token", specs.ThreatConnectV3, sent{path: "/api/v3/groups/5", answer: `{"data":{"id":1,"name":"of tenant-a"},"status":"Success"}`}, tcToken, "tenant-a", nil},
		{"the expiry of a token", specs.ThreatConnectV3, sent{path: "/api/v3/groups/5", answer: `{"data":{"id":1,"name":"1700000000000"},"status":"Success"}`}, tcToken, "QUJDREVGR0hJSktM", []string{`"name": "1700000000000"`}},
		{"a session in a path", specs.Essentials, sent{path: "/api/v1/orgs/example.com;jsessionid=Zabc1234/users", answer: `{"users":[{"firstname":"Alex"}]}`}, "", "Zabc1234", []string{`/orgs/%5Bredacted%5D/users`, `"Alex"`}},
		{"a session in an escaped path", specs.Essentials, sent{path: "/api/v1/orgs/example.com%3Bjsessionid%3DZabc1234/users", answer: `{"users":[]}`}, "", "Zabc1234", []string{`/orgs/%5Bredacted%5D/users`}},
		{"a parameter without a telling name in a path", specs.Essentials, sent{path: "/api/v1/orgs/example.com;v=Zabc1234/users", answer: `{"users":[]}`}, "", "Zabc1234", []string{`/orgs/%5Bredacted%5D/users`}},
		{"the session of a path in the answer", specs.Essentials, sent{path: "/api/v1/orgs/example.com;jsessionid=Zabc1234/users", answer: `{"users":[{"firstname":"Zabc1234"}]}`}, "", "Zabc1234", nil},
		{"a path without one", specs.Essentials, sent{path: "/api/v1/orgs/example.com/users", answer: `{"users":[]}`}, "", "Zabc1234", []string{`/orgs/example.com/users`}},
	} {
		spec, err := check.LoadSpec(specs.FS(), c.api)
		require.NoError(t, err)
		var told []string
		rec := &Recorder{Dir: t.TempDir(), Spec: spec, OnError: func(err error) { told = append(told, err.Error()) }}
		c.sent.through(t, rec, c.authorization)
		_, all := files(t, rec)
		assert.NotContains(t, all+strings.Join(told, " "), c.secret, c.name)
		for _, want := range c.kept {
			assert.Contains(t, all, want, c.name)
		}
		if c.kept == nil {
			assert.Empty(t, all, c.name)
			require.Len(t, told, 1, c.name)
			assert.Contains(t, told[0], refused, c.name)
		} else {
			assert.Empty(t, told, c.name)
		}
	}
}

// Every member that a document marks is redacted, in requests, answers and forms alike.
func TestMarkedMembersAreRedacted(t *testing.T) {
	spec, err := check.ParseSpec("marked", []byte(strings.Replace(recordedAt, "phone: {type: string}", "phone: {type: string, x-secret: true}", 1)))
	require.NoError(t, err)
	for _, place := range []sent{
		{method: "POST", media: jsonMedia, body: `{"phone": "Zabc1234"}`},
		{method: "POST", media: jsonMedia, body: `{"attributes": [{"phone": "Zabc1234"}]}`},
		{method: "POST", media: formMedia, body: "name=a&phone=Zabc1234"},
		{method: "POST", media: "multipart/form-data; boundary=b", body: strings.ReplaceAll(strings.ReplaceAll(fieldBody, "%q", `"phone"`), "%s", "Zabc1234")},
		{answer: `{"people": [{"phone": "Zabc1234"}]}`},
		{answer: "{\"phone\": \"Zabc1234\"}\n{\"phone\": \"Zabc1234\"}\n", answerMedia: "application/x-ndjson"},
	} {
		rec := &Recorder{Dir: t.TempDir(), Spec: spec, OnError: func(err error) { assert.NoError(t, err, "it is recorded") }}
		if place.method == "POST" {
			place.status = 204
		}
		place.through(t, rec, "")
		names, all := files(t, rec)
		assert.Len(t, names, 1, "files for %+v", place)
		assert.NotContains(t, all, "Zabc1234", "%+v", place)
		assert.Contains(t, all, "phone", "the name is kept: %+v", place)
	}
}
