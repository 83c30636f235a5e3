package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// created makes one element and returns it as the answer shows it.
func created(t *testing.T, in *sandbox.Instance, api, path, body, value string) row {
	t.Helper()
	res, text := send(t, in, api, &exchange.Exchange{Method: http.MethodPost, Path: path, RequestBody: json.RawMessage(body)})
	require.Equal(t, 2, res.StatusCode/100, "%s %s: %s", api, path, text)
	var v any
	require.NoError(t, json.Unmarshal(text, &v))
	for name := range strings.SplitSeq(value, ".") {
		if name != "" {
			v = v.(row)[name]
		}
	}
	return v.(row)
}

// Nothing of the fixture's own element is passed off as the new one's: summaries and links are made
// of what was sent, and optional members that nobody sent are not there.
func TestNewElementsAreTheirOwn(t *testing.T) {
	in := start(t, sandbox.Options{})
	for _, c := range []struct {
		api, path, value, body, summary string
		absent                          []string
	}{
		{"threatconnectv3", "/v3/indicators", "data", `{"type": "Host", "hostName": "mine.example.org"}`, "mine.example.org", []string{"description", "falsePositives", "geoLocation", "rating"}},
		{"threatconnectv3", "/v3/indicators", "data", `{"type": "Address", "ip": "192.0.2.211"}`, "192.0.2.211", []string{"hostName", "description", "rating"}},
		{"threatconnectv3", "/v3/groups", "data", `{"type": "Adversary", "name": "Mine"}`, "", []string{"documentType", "fileName", "xid", "status", "publishDate"}},
		{"threatconnectv2", "/v2/indicators/hosts", "data.host", `{"hostName": "mine.example.net"}`, "", []string{"description", "rating", "observationCount"}},
	} {
		made := created(t, in, c.api, c.path, c.body, c.value)
		if c.summary != "" {
			assert.Equal(t, c.summary, made["summary"], "%s %s", c.path, c.body)
			found := rows(t, in, c.api, c.path+"?tql="+url.QueryEscape(`summary = "`+c.summary+`"`), "data")
			assert.Len(t, found, 1, "%s is found by its summary", c.summary)
		}
		for _, name := range c.absent {
			assert.NotContains(t, made, name, "%s %s: nobody sent it", c.path, c.body)
		}
		if link, ok := made["webLink"].(string); ok {
			id := text(t, int64(made["id"].(float64)))
			assert.Contains(t, link, id, "%s %s: the link leads to the new one", c.path, c.body)
		}
	}
}

// Members that a create of Essentials leaves out have what the service fills in, alone and in a batch.
func TestCreatesFillIn(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"essentials"}})
	alone := created(t, in, "essentials", "/orgs/example.com/users", `{"primary_email": "one@example.com"}`, "")
	batch := created(t, in, "essentials", "/orgs/example.com/users", `[{"primary_email": "two@example.com"}, {"primary_email": "three@example.com", "firstname": "Kim"}]`, "")
	uids := map[any]bool{}
	for i, made := range []row{alone, batch["users"].([]any)[0].(row), batch["users"].([]any)[1].(row)} {
		uids[made["uid"]] = true
		for name, want := range (row{"is_active": true, "type": "end_user", "surname": "", "alias_emails": []any{}, "is_billable": true, "odin_settings": nil, "read_only_user": false}) {
			if assert.Contains(t, made, name, "user %d", i+1) {
				assert.Equal(t, want, made[name], "user %d: %s", i+1, name)
			}
		}
	}
	typed := created(t, in, "essentials", "/orgs/example.com/users", `{"primary_email": "four@example.com", "firstname": "Kim", "type": "silent_user"}`, "")
	assert.Equal(t, "silent_user", typed["type"])
	assert.Equal(t, any(""), typed["surname"])
	assert.Equal(t, true, typed["is_active"])
	assert.Equal(t, "Kim", batch["users"].([]any)[1].(row)["firstname"])
	assert.Len(t, uids, 3, "each has an identifier of its own")
	domain := created(t, in, "essentials", "/orgs/example.com/domains", `{"name": "new.example.com"}`, "")
	assert.Equal(t, row{"name": "new.example.com", "is_active": false, "is_relay": false, "destination": "", "failovers": []any{}}, domain)
}

// A new organization has an identifier of its own, and its administrator and domains are there below it.
func TestNewOrganizations(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"essentials"}})
	org := created(t, in, "essentials", "/orgs/example.com/orgs",
		`{"primary_domain": "child.example", "name": "Child", "user_licenses": 5, "admin_user": {"primary_email": "kim@child.example"}, "domains": [{"name": "child.example"}, {"name": "mail.child.example"}]}`, "")
	assert.Equal(t, 5.0, org["user_licenses"])
	assert.Contains(t, text(t, org["organization_hierarchy"]), text(t, org["eid"]), "the new identifier")
	assert.Contains(t, text(t, org["organization_hierarchy"]), "'Child'")
	eids := map[any]bool{}
	orgs := rows(t, in, "essentials", "/orgs/example.com/orgs", "orgs")
	for _, e := range append(orgs, rows(t, in, "essentials", "/orgs/partner.example.com/orgs", "orgs")...) {
		if e["primary_domain"] != "child.example" {
			eids[e["eid"]] = true
		}
	}
	assert.NotContains(t, eids, org["eid"], "no other organization has it")
	for _, path := range []string{"/orgs/child.example", "/orgs/child.example/users/kim@child.example", "/orgs/child.example/domains/child.example", "/orgs/child.example/domains/mail.child.example"} {
		res, body := get(t, in, "essentials", path)
		assert.Equal(t, http.StatusOK, res.StatusCode, "%s: %s", path, body)
	}
	res, _ := send(t, in, "essentials", &exchange.Exchange{Method: http.MethodDelete, Path: "/orgs/child.example"})
	require.Equal(t, http.StatusNoContent, res.StatusCode)
	for _, e := range rows(t, in, "essentials", "/orgs/example.com/orgs", "orgs") {
		assert.NotEqual(t, "child.example", e["primary_domain"], "it is gone from its partner's list")
	}
}

// Each event of a feed has an identifier of its own, which stays the same from call to call.
func TestEventsHaveTheirOwnIdentifiers(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap", "essentialsthreat"}})
	for api, query := range map[string]string{"tap": "?format=json&sinceSeconds=3600", "essentialsthreat": "?sinceSeconds=3600"} {
		for _, list := range []string{"clicksPermitted", "clicksBlocked"} {
			seen := map[any]string{}
			events := rows(t, in, api, "/v2/siem/all"+query, list)
			require.Greater(t, len(events), 50, "%s %s", api, list)
			for _, e := range events {
				require.NotContains(t, seen, e["id"], "%s %s: an id stands for one event", api, list)
				seen[e["id"]] = text(t, e["GUID"])
			}
			for _, e := range rows(t, in, api, "/v2/siem/all"+query, list) {
				if guid, again := seen[e["id"]]; again {
					assert.Equal(t, guid, text(t, e["GUID"]), "%s %s", api, list)
				}
			}
		}
	}
}
