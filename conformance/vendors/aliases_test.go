package vendors_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/essentialsthreat"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// A member under its other name, as the documentation or another client writes it, is that
// member; in a number's place the text is converted as under the name itself.
func TestAliasesOfTAP(t *testing.T) {
	url, seen := fake.Start(t, nil, fake.Reply(`{"reports":[{"id":"r","scope":"THREAT","forensics":[
		{"type":"network","what":{"http_status":"404","nameservers_list":["ns1.example.net"],"signature_id":2900001}}]}]}`))
	var told []string
	c, err := tap.New(auth.Basic("principal", fake.Secret), client.Server(url), client.AllowHTTP(),
		client.OnMismatch(func(m client.Mismatch) { told = append(told, m.Pointer) }))
	require.NoError(t, err)
	report, err := c.GetForensics(t.Context(), &tap.GetForensicsParams{ThreatID: fake.Ptr("t")})
	require.NoError(t, err)
	require.Equal(t, 1, seen.Calls(), "requests")
	require.Len(t, report.Reports, 1)
	require.Len(t, report.Reports[0].Forensics, 1)
	what := report.Reports[0].Forensics[0].What
	assert.Equal(t, fake.Ptr(int64(404)), what.HTTPStatus)
	assert.Equal(t, []string{"ns1.example.net"}, what.NameserversList)
	assert.Equal(t, fake.Ptr(int64(2900001)), what.SignatureID)
	assert.Empty(t, what.Extra, "an alias that moved is no unknown member any more")
	assert.Equal(t, []string{"/reports/*/forensics/*/what/httpStatus"}, told, "the text in a number's place, under the member's own name")
}

// Where an event has a member under both names, with a value of its own under each, the
// second stays among the unknown members, and nothing is lost when it is written again.
func TestAliasesOfThreatStackEvents(t *testing.T) {
	c, _, _ := threatStack(t, fake.Reply(`{"events":[
		{"event_type":"cloudtrail","eventType":"AwsApiCall","agent_id":"a","agentId":"b","MFAUsed":"false"},
		{"agentId":"c","profile_id":"p","agent_id":null}]}`))
	page, err := c.ListAlertEventsPage(t.Context(), "alert", nil)
	require.NoError(t, err)
	require.Len(t, page.Events, 2)
	first, second := page.Events[0], page.Events[1]
	assert.Equal(t, "a", first.AgentID)
	assert.Equal(t, "cloudtrail", first.EventType)
	assert.Equal(t, fake.Ptr(false), first.MFAUsed)
	assert.Equal(t, map[string]json.RawMessage{"agentId": json.RawMessage(`"b"`), "eventType": json.RawMessage(`"AwsApiCall"`)}, first.Extra)
	assert.Equal(t, "c", second.AgentID, "null gives way")
	assert.Equal(t, "p", second.ProfileID)
	assert.Empty(t, second.Extra)

	text, err := json.Marshal(first)
	require.NoError(t, err)
	var again threatstackv2.AlertEvent
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, first, again, "written and read again: %s", text)
}

// Essentials Threat writes the identifier of a threat in two ways, and each reads in both places,
// for the identity of a message too.
func TestAliasesOfEssentialsThreat(t *testing.T) {
	url, _ := fake.Start(t, nil, fake.Reply(`{"queryEndTime":"2026-01-15T10:00:00Z","messagesBlocked":[],"messagesDelivered":[
		{"GUID":"g","recipient":["alex@example.com"],"threatsInfoMap":[{"threatID":"t"}]},
		{"GUID":"g","recipient":["alex@example.com"],"threatsInfoMap":[{"threatId":"t"}]}],
		"clicksBlocked":[],"clicksPermitted":[{"threatId":"t"},{"threatID":"t"}]}`))
	c, err := essentialsthreat.New(auth.Basic("principal", fake.Secret), client.Server(url), client.AllowHTTP())
	require.NoError(t, err)
	page, err := c.ListSIEMAllPage(t.Context(), &essentialsthreat.ListSIEMAllParams{SinceSeconds: fake.Ptr(int64(3600))})
	require.NoError(t, err)
	require.Len(t, page.MessagesDelivered, 2)
	require.Len(t, page.ClicksPermitted, 2)
	for i, m := range page.MessagesDelivered {
		require.Len(t, m.ThreatsInfoMap, 1)
		assert.Equal(t, "t", m.ThreatsInfoMap[0].ThreatID, "message %d", i)
		assert.Empty(t, m.ThreatsInfoMap[0].Extra, "message %d", i)
		assert.Contains(t, m.IdentityKey(), "threatsInfoMap.threatId=t", "message %d", i)
		assert.Equal(t, "t", page.ClicksPermitted[i].ThreatID, "click %d", i)
		assert.Empty(t, page.ClicksPermitted[i].Extra, "click %d", i)
	}
}
