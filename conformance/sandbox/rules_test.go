package sandbox_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// The rules of the documents hold as at the services, and the reason says which.
func TestRules(t *testing.T) {
	noon := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	in := start(t, sandbox.Options{APIs: []string{"tap", "threatconnectv2", "threatconnectv3"}, Now: func() time.Time { return noon }})
	others := sandbox.Options{APIs: []string{"threatconnectv2", "threatconnectv3", "threatstackv2"}}
	today := start(t, others) // signatures are made with the clock of the test
	siem := func(q string) string { return "/v2/siem/all?format=json&" + q }
	for _, c := range []struct{ api, target, reason string }{
		{"tap", siem("sinceSeconds=60"), ""},
		{"tap", siem("interval=2026-01-10T11:00:00Z/2026-01-10T12:00:00Z"), ""},
		{"tap", siem("interval=PT30M/2026-01-10T12:00:00Z"), ""},
		{"tap", siem("sinceTime=2026-01-10T11:30:00Z"), ""},
		{"tap", siem(""), "one of the parameters interval, sinceSeconds, sinceTime is required"},
		{"tap", siem("sinceSeconds=60&sinceTime=2026-01-10T11:30:00Z"), "exclude each other"},
		{"tap", siem("sinceSeconds=10"), "query sinceSeconds"},
		{"tap", siem("interval=garbage"), "parameter interval is not an ISO 8601 interval"},
		{"tap", siem("interval=PT30M/PT30M"), "is not an ISO 8601 interval"},
		{"tap", siem("interval=2026-01-10T11:00:00/2026-01-10T12:00:00"), "with a zone"},
		{"tap", siem("interval=2026-01-10T12:00:00Z/2026-01-10T11:00:00Z"), "lies after the end"},
		{"tap", siem("interval=2026-01-10T06:00:00Z/2026-01-10T12:00:00Z"), "spans more than PT1H"},
		{"tap", siem("interval=2026-01-10T11:59:50Z/2026-01-10T12:00:00Z"), "spans less than PT30S"},
		{"tap", siem("interval=2026-01-10T11:30:00Z/2026-01-10T12:00:01Z"), "ends in the future"},
		{"tap", siem("interval=PT1H/2020-01-01T00:00:00Z"), "begins more than P7D ago"},
		{"tap", siem("sinceTime=2020-01-01T00:00:00Z"), "spans more than PT1H"},
		{"tap", "/v2/people/vap?window=31", "closed list"},
		{"tap", "/v2/forensics", "one of the parameters threatId, campaignId is required"},
		{"threatconnectv2", "/v2/groups?filters=" + url.QueryEscape("dateAdded>2026-01-01"), ""},
		{"threatconnectv2", "/v2/groups?filters=nonsense", "filters"},
		{"threatconnectv3", "/v3/cases?tql=" + url.QueryEscape(`name = "a (" and id in (1, 2)`), ""},
		{"threatconnectv3", "/v3/cases?tql=" + url.QueryEscape("this is ((not tql"), `parameter tql: tql: column 9: expected \"null\", found \"(\"`},
		{"threatconnectv3", "/v3/cases?tql=" + url.QueryEscape(`name = "open`), `parameter tql: tql: column 8: expected a text`},
		{"threatstackv2", "/v2/alerts?status=active&from=2026-01-02&until=2026-01-01T12", "parameter from lies after until"},
		{"threatstackv2", "/v2/alerts?status=active&from=2026-01-01&until=2026-01-01", ""},
		{"threatstackv2", "/v2/alerts?status=active&from=yesterday", "is not an ISO 8601 day or instant"},
		{"threatconnectv3", "/v3/cases?resultLimit=10001", "query resultLimit"},
	} {
		server := in
		if c.api != "tap" {
			server = today
		}
		res, body := get(t, server, c.api, c.target)
		if c.reason == "" {
			assert.Equal(t, http.StatusOK, res.StatusCode, "%s: %s", c.target, body)
			continue
		}
		assert.Equal(t, http.StatusBadRequest, res.StatusCode, "%s: %s", c.target, body)
		assert.Contains(t, body, c.reason, c.target)
	}
}

// What the services ignore is taken and noted.
func TestIgnored(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv3"}})
	res, body := get(t, in, "threatconnectv3", "/v3/cases?result_limit=5")
	assert.Equal(t, http.StatusOK, res.StatusCode, body)
	calls := in.Calls()
	assert.Equal(t, []string{"ignored query result_limit: unknown parameter"}, calls[len(calls)-1].Notes)
}
