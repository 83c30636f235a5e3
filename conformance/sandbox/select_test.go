package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

type row = map[string]any

// rows asks for a list and returns the elements at a dotted name of the answer.
func rows(t *testing.T, in *sandbox.Instance, api, target, items string) []row {
	t.Helper()
	res, body := get(t, in, api, target)
	require.Equal(t, http.StatusOK, res.StatusCode, "%s %s: %s", api, target, body)
	var v any
	require.NoError(t, json.Unmarshal([]byte(body), &v), "%s %s", api, target)
	for name := range strings.SplitSeq(items, ".") {
		v = v.(row)[name]
	}
	var list []row
	for _, e := range v.([]any) {
		list = append(list, e.(row))
	}
	return list
}

// is reports that a member has a value.
func is(member string, want any) func(row) bool {
	return func(e row) bool { return e[member] == want }
}

// below reports that a member of one of the objects in a list has a value, whatever its case.
func below(list, member, want string) func(row) bool {
	return func(e row) bool {
		all, _ := e[list].([]any)
		for _, one := range all {
			if text, _ := one.(row)[member].(string); strings.EqualFold(text, want) {
				return true
			}
		}
		return false
	}
}

// between reports that an instant lies from one moment to another, both included.
func between(member string, from, until time.Time) func(row) bool {
	return func(e row) bool {
		text, _ := e[member].(string)
		at, err := time.Parse(time.RFC3339, text)
		return err == nil && !at.Before(from) && !at.After(until)
	}
}

// placed are elements beside those of the fixtures.
func placed(t *testing.T, in *sandbox.Instance) {
	t.Helper()
	for _, p := range []struct {
		api, path string
		value     row
	}{
		{"threatstackv2", "/v2/alerts/open-1", row{"id": "open-1", "isDismissed": false, "severity": 1, "agentId": "agent-1", "ruleId": "rule-1", "rulesetId": "set-1", "createdAt": "2020-05-01T10:00:00.000Z"}},
		{"threatstackv2", "/v2/alerts/open-2", row{"id": "open-2", "isDismissed": false, "severity": 2, "agentId": "agent-2", "ruleId": "rule-2", "rulesetId": "set-2", "createdAt": "2020-05-02T10:00:00.000Z"}},
		{"threatstackv2", "/v2/alerts/gone-1", row{"id": "gone-1", "isDismissed": true, "severity": 1, "agentId": "agent-1", "ruleId": "rule-1", "rulesetId": "set-1", "createdAt": "2020-05-03T10:00:00.000Z"}},
		{"threatstackv2", "/v2/agents/off-1", row{"id": "off-1", "status": "offline", "agentType": "monitor", "hostname": "Off-1.example.com", "instanceId": "i-1", "createdAt": "2020-05-01T10:00:00.000Z"}},
		{"threatstackv2", "/v2/agents/off-2", row{"id": "off-2", "status": "offline", "agentType": "monitor", "hostname": "off-2.example.com", "instanceId": "i-2", "createdAt": "2020-05-01T10:00:00.000Z"}},
		{"threatconnectv2", "/v2/indicators/addresses/192.0.2.77", row{"id": 77, "ip": "192.0.2.77", "lastModified": "2020-05-01T10:00:00Z"}},
	} {
		require.NoError(t, in.Put(p.api, p.path, p.value), "%s %s", p.api, p.path)
	}
}

// mixed is a folder of lists whose elements differ where those of the fixtures do not.
func mixed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	messages := []row{
		{"GUID": "a", "messageTime": "2026-01-15T09:10:00.000Z", "threatsInfoMap": []row{{"threatType": "URL", "threatStatus": "active"}, {"threatType": "message", "threatStatus": "falsePositive"}}},
		{"GUID": "b", "messageTime": "2026-01-15T09:20:00.000Z", "threatsInfoMap": []row{{"threatType": "attachment", "threatStatus": "cleared"}}},
		{"GUID": "c", "messageTime": "2026-01-15T09:30:00.000Z", "threatsInfoMap": []row{}},
	}
	feed := row{"queryEndTime": "2026-01-15T10:00:00Z", "messagesDelivered": messages, "messagesBlocked": []row{}, "clicksPermitted": []row{}, "clicksBlocked": []row{}}
	const window = "2026-01-15T09:00:00Z/2026-01-15T10:00:00Z"
	for _, f := range []struct {
		api, operation, path string
		query                row
		body                 row
	}{
		{"tap", "listSiemAll", "/v2/siem/all", row{"format": "JSON", "interval": window}, feed},
		{"essentialsthreat", "listSiemAll", "/v2/siem/all", row{"interval": window}, feed},
		{"threatconnectv3", "listDeletedIndicators", "/v3/indicators/deleted", row{}, row{"status": "Success", "count": 2, "data": []row{{"type": "Host", "summary": "a.example.com"}, {"type": "Address", "summary": "192.0.2.1"}}}},
	} {
		file := filepath.Join(dir, f.api, f.operation, "ok.json")
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		e := row{"operationId": f.operation, "method": "GET", "path": f.path, "query": f.query, "status": 200, "contentType": "application/json", "body": f.body}
		require.NoError(t, os.WriteFile(file, []byte(text(t, e)), 0o600))
	}
	return dir
}

// What a list's parameters ask for comes, and nothing else: another call shows that there are
// elements that must not.
func TestParametersSelect(t *testing.T) {
	in := start(t, sandbox.Options{Dir: mixed(t)})
	placed(t, in)
	day := func(n int) time.Time { return time.Date(2020, 5, n, 0, 0, 0, 0, time.UTC) }
	hour := time.Now().Add(-time.Hour).UTC().Truncate(time.Minute)
	window := "interval=" + hour.Format(time.RFC3339) + "/" + hour.Add(30*time.Minute).Format(time.RFC3339)
	const alerts, agents, events, addresses = "/v2/alerts?", "/v2/agents?", "/v2/siem/all?", "/v2/indicators/addresses?"
	for _, c := range []struct {
		api, list, query, other, items string
		want                           func(row) bool
	}{
		{"threatstackv2", alerts, "status=active", "status=dismissed", "alerts", is("isDismissed", false)},
		{"threatstackv2", alerts, "status=dismissed", "status=active", "alerts", is("isDismissed", true)},
		{"threatstackv2", alerts, "status=active&severity=1", "status=active", "alerts", is("id", "open-1")},
		{"threatstackv2", alerts, "status=active&severity=3", "status=active", "alerts", is("severity", 3.0)},
		{"threatstackv2", alerts, "status=dismissed&agentId=agent-1", "status=dismissed", "alerts", is("id", "gone-1")},
		{"threatstackv2", alerts, "status=active&ruleId=rule-2", "status=active", "alerts", is("id", "open-2")},
		{"threatstackv2", alerts, "status=active&rulesetId=set-1", "status=active", "alerts", is("id", "open-1")},
		{"threatstackv2", alerts, "status=active&from=2020-05-02", "status=active", "alerts", between("createdAt", day(2), time.Now())},
		{"threatstackv2", alerts, "status=active&until=2020-05-01T10:00:00", "status=active", "alerts", is("id", "open-1")},
		{"threatstackv2", alerts, "status=active&from=2020-05-01T11&until=2020-05-03", "status=active", "alerts", is("id", "open-2")},
		{"threatstackv2", agents, "status=offline", "status=online", "agents", is("status", "offline")},
		{"threatstackv2", agents, "status=online", "status=offline", "agents", is("status", "online")},
		{"threatstackv2", agents, "status=offline&type=monitor", "status=online", "agents", is("agentType", "monitor")},
		{"threatstackv2", agents, "status=offline&hostname=off-1.example.com", "status=offline", "agents", is("id", "off-1")},
		{"threatstackv2", agents, "status=offline&instanceId=i-1", "status=offline", "agents", is("id", "off-1")},
		{"threatstackv2", "/v2/organizations/members?", "enabledOnly=true", "enabledOnly=false", "members", is("userEnabled", true)},
		{"tap", events, window + "&format=json&threatType=attachment", window + "&format=json", "messagesDelivered", below("threatsInfoMap", "threatType", "attachment")},
		{"tap", events, window + "&format=json&threatType=messageText", window + "&format=json", "messagesDelivered", below("threatsInfoMap", "threatType", "message")},
		{"tap", events, window + "&format=json&threatStatus=cleared", window + "&format=json", "messagesDelivered", below("threatsInfoMap", "threatStatus", "cleared")},
		{"essentialsthreat", events, window + "&ownData=true&threatType=url", window + "&ownData=true", "messagesDelivered", below("threatsInfoMap", "threatType", "url")},
		{"essentialsthreat", events, window + "&ownData=true&threatStatus=active", window + "&ownData=true", "messagesDelivered", below("threatsInfoMap", "threatStatus", "active")},
		{"threatconnectv3", "/v3/indicators/deleted?", "type=Address", "", "data", is("type", "Address")},
		{"threatconnectv2", addresses, "filters=ip%3D192.0.2.77", "", "data.address", is("ip", "192.0.2.77")},
		{"threatconnectv2", addresses, "filters=ip%3D192.0.2.77,ip%3D203.0.113.9&orParams=true", "", "data.address", is("ip", "192.0.2.77")},
		{"threatconnectv2", addresses, "modifiedSince=2025-01-01T00:00:00Z", "", "data.address", between("lastModified", day(1).AddDate(4, 8, 0), time.Now())},
	} {
		found := rows(t, in, c.api, c.list+c.query, c.items)
		assert.NotEmpty(t, found, "%s %s%s finds something", c.api, c.list, c.query)
		for _, e := range found {
			assert.True(t, c.want(e), "%s %s%s has no business with %v", c.api, c.list, c.query, e)
		}
		others := rows(t, in, c.api, c.list+c.other, c.items)
		assert.True(t, slices.ContainsFunc(others, func(e row) bool { return !c.want(e) }), "%s %s%s has an element that %s must leave out", c.api, c.list, c.other, c.query)
	}
}

// Totals count what was selected, on each page.
func TestTotalsCountWhatIsSelected(t *testing.T) {
	in := start(t, sandbox.Options{})
	placed(t, in)
	const api, target = "threatconnectv2", "/v2/indicators/addresses?modifiedSince=2025-01-01T00:00:00Z"
	all := rows(t, in, api, target, "data.address")
	_, body := get(t, in, api, target+"&resultStart=0&resultLimit=1")
	var page struct {
		Data struct {
			ResultCount int
			Address     []row
		}
	}
	require.NoError(t, json.Unmarshal([]byte(body), &page), body)
	assert.Len(t, page.Data.Address, 1)
	assert.Equal(t, len(all), page.Data.ResultCount, "elements that are left out do not count")
}

// Events of a kind without a member are not lost by a filter on it: a click is about a URL.
func TestElementsWithoutTheMember(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap", "threatstackv2", "threatconnectv3"}})
	clicks := func(query string) int {
		return len(rows(t, in, "tap", "/v2/siem/all?format=json&sinceSeconds=3600"+query, "clicksPermitted"))
	}
	assert.Positive(t, clicks("&threatType=url"), "clicks are about URLs")
	assert.Positive(t, clicks("&threatType=attachment&threatType=url"), "repeated values: one of them")
	assert.Zero(t, clicks("&threatType=attachment"))
	assert.Positive(t, clicks("&threatStatus=active"), "clicks have their own state")
	assert.Zero(t, clicks("&threatStatus=falsePositive"))

	require.NoError(t, in.Put("threatstackv2", "/v2/alerts/bare-1", row{"id": "bare-1", "isDismissed": false}))
	assert.Contains(t, text(t, rows(t, in, "threatstackv2", "/v2/alerts?status=active", "alerts")), "bare-1")
	assert.NotContains(t, text(t, rows(t, in, "threatstackv2", "/v2/alerts?status=active&severity=3", "alerts")), "bare-1", "it has no severity")

	require.NotEmpty(t, rows(t, in, "threatstackv2", "/v2/alerts?status=active&dataSource=none", "alerts"), "a parameter that the document does not know selects nothing")
}

// What is no instant is refused, as other parameters that cannot be read are.
func TestTimesThatCannotBeRead(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatstackv2"}})
	res, body := get(t, in, "threatstackv2", "/v2/alerts?status=active&from="+url.QueryEscape("last week"))
	assert.Equal(t, http.StatusBadRequest, res.StatusCode, body)
	assert.Contains(t, body, "parameter from is not an ISO 8601 day or instant")
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}
