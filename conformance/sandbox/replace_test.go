package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// Where the document says that a write replaces what is there, what is not sent is lost, except what the
// service sets; elsewhere it stays.
func TestWritesReplace(t *testing.T) {
	in := start(t, sandbox.Options{})
	for _, c := range []struct {
		api, path, create, change string
		lost                      []string
		kept                      string
	}{
		{"essentials", "/orgs/example.com/domains", `{"name": "f.example", "destination": "mx.f.example", "is_relay": true, "failovers": ["192.0.2.9"]}`, `{"name": "f.example"}`, []string{"mx.f.example", "192.0.2.9"}, `"failovers":[]`},
		{"essentials", "/orgs/example.com/authentication/settings/idps", `{"name": "Mine", "description": "keep me"}`, `{"name": "Mine"}`, []string{"keep me"}, `"sp_entity_id"`},
		{"threatstackv2", "/v2/rulesets", `{"name": "Mine", "description": "keep me", "ruleIds": []}`, `{"name": "Other"}`, []string{"keep me"}, `"createdAt"`},
		{"essentials", "/orgs/example.com/users", `{"primary_email": "u@example.com", "firstname": "Kim"}`, `{"primary_email": "u@example.com", "surname": "Other"}`, nil, `"Kim"`},
	} {
		res, made := send(t, in, c.api, &exchange.Exchange{Method: http.MethodPost, Path: c.path, RequestBody: json.RawMessage(c.create)})
		require.Equal(t, 2, res.StatusCode/100, "%s: %s", c.path, made)
		at, _ := find(t, in, c.api, c.path, scalars(made), scalars([]byte(c.create)))
		require.NotEmpty(t, at, "%s: %s", c.path, made)
		res, text := send(t, in, c.api, &exchange.Exchange{Method: http.MethodPut, Path: at, RequestBody: json.RawMessage(c.change)})
		require.Equal(t, 2, res.StatusCode/100, "%s: %s", at, text)
		_, text = send(t, in, c.api, &exchange.Exchange{Method: http.MethodGet, Path: at})
		for _, lost := range c.lost {
			assert.Contains(t, c.create, lost)
			assert.NotContains(t, string(text), lost, "%s: it was not sent again", at)
		}
		assert.Contains(t, string(text), c.kept, at)
	}
	for path, want := range map[string]int{"/orgs/example.com/domains/f.example/verify/txt": 204, "/orgs/example.com/domains/nope.example/verify/txt": 404} {
		res, text := send(t, in, "essentials", &exchange.Exchange{Method: http.MethodPut, Path: path})
		assert.Equal(t, want, res.StatusCode, "an action on a domain: %s", text)
	}
	const tagging = "/orgs/example.com/email-tagging"
	_, before := send(t, in, "essentials", &exchange.Exchange{Method: http.MethodGet, Path: tagging})
	require.Greater(t, strings.Count(string(before), "{"), 2, "%s", before)
	res, text := send(t, in, "essentials", &exchange.Exchange{Method: http.MethodPut, Path: tagging, RequestBody: json.RawMessage(`{"email_subject_tags": {"is_enabled": false}}`)})
	require.Equal(t, 2, res.StatusCode/100, "%s", text)
	_, after := send(t, in, "essentials", &exchange.Exchange{Method: http.MethodGet, Path: tagging})
	assert.JSONEq(t, `{"email_subject_tags": {"is_enabled": false}}`, string(after))
}
