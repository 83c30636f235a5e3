package vendors_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/threatstackv1"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// Only an empty page is the last one: a full one and a short one are followed by another.
func TestThreatStackV1Pages(t *testing.T) {
	for name, total := range map[string]int{"nothing": 0, "short last page": 3, "full last page": 4} {
		var asked []string
		c, seen := threatStackV1(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			asked = append(asked, q.Get("page")+"/"+q.Get("count")+"/"+q.Get("fields")+"/"+q.Get("start"))
			page, _ := strconv.Atoi(q.Get("page"))
			var list []string
			for i := page * 2; i < min(total, page*2+2); i++ {
				list = append(list, fmt.Sprintf(`{"id":"%d"}`, i))
			}
			fmt.Fprintf(w, "[%s]", strings.Join(list, ","))
		})
		seq := c.ListAgents(t.Context(), &threatstackv1.ListAgentsParams{Count: fake.Ptr(int64(2)), Fields: []string{"id", "hostname"}, Start: fake.Ptr("2026-01-15T00:00:00Z")})
		for range 2 { // a second range begins anew
			asked = nil
			got, err := fake.Collect(seq)
			require.NoError(t, err, name)
			require.Len(t, got, total, name)
			assert.Len(t, asked, (total+1)/2+1, "%s: requests", name)
			for i, q := range asked {
				assert.Equal(t, strconv.Itoa(i)+"/2/id,hostname/2026-01-15T00:00:00Z", q, "%s: page, count, fields and start", name)
			}
		}
		before := seen.Calls()
		for range seq {
			break
		}
		assert.Equal(t, before+1, seen.Calls(), "%s: break ends the pages", name)
	}
}

func TestThreatStackV1NotFound(t *testing.T) {
	c, _ := threatStackV1(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"status":"error","message":"no such agent"}`)
	})
	_, err := c.GetAgent(t.Context(), "0000000000000000000000ff", nil)
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.ErrorIs(t, err, client.ErrNotFound)
	assert.Equal(t, "no such agent", e.Message)
}

func TestThreatStackV2Tokens(t *testing.T) {
	var asked []string
	c, seen, _ := threatStack(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		next := map[string]string{"": `"t 1"`, "t 1": `"t2"`, "t2": `""`}[r.URL.Query().Get("token")]
		fmt.Fprintf(w, `{"alerts":[{"id":"a"},{"id":"b"}],"token":%s}`, next)
	})
	params := &threatstackv2.ListAlertsParams{Status: "active", Severity: fake.Ptr(int64(1))}
	got, err := fake.Collect(c.ListAlerts(t.Context(), params))
	assert.NoError(t, err)
	assert.Len(t, got, 6)
	assert.Equal(t, []string{"status=active&severity=1", "status=active&severity=1&token=t+1", "status=active&severity=1&token=t2"}, asked)
	before := seen.Calls()
	for range c.ListAlerts(t.Context(), params) {
		break
	}
	assert.Equal(t, before+1, seen.Calls(), "break ends the pages")
	params.Token, asked = fake.Ptr("t2"), nil
	got, err = fake.Collect(c.ListAlerts(t.Context(), params))
	assert.NoError(t, err, "resumed")
	assert.Len(t, got, 2, "resumed")
	assert.Equal(t, []string{"status=active&severity=1&token=t2"}, asked, "resumed")
	c, seen, _ = threatStack(t, fake.Reply(`{"alerts":[{"id":"a"}],"token":"same"}`))
	_, err = fake.Collect(c.ListAlerts(t.Context(), &threatstackv2.ListAlertsParams{Status: "active"}))
	assert.ErrorIs(t, err, client.ErrCursor)
	assert.Equal(t, 2, seen.Calls(), "requests")
}

// Each kind of rule, and one that nobody knows, comes back as it went.
func TestThreatStackRulesKeepEverything(t *testing.T) {
	kinds := []string{"Host", "File", "CloudTrail", "ThreatIntel", "Winsec", "KubernetesAudit", "KubernetesConfig", "Quantum"}
	var rules []string
	for i, kind := range kinds {
		extra := ""
		switch kind {
		case "File":
			extra = `,"fileIntegrityPaths":[{"path":"/etc/example","recursive":true}],"ignoreFiles":[],"eventsToMonitor":["ALL"]`
		case "Quantum":
			extra = `,"nested":{"a":[1,{"b":null}]}`
		}
		rules = append(rules, fmt.Sprintf(`{"id":"rule-%d","type":%q,"name":"Example","severityOfAlerts":2,"window":3600,"threshold":1,"enabled":false%s}`, i, kind, extra))
	}
	c, _, _ := threatStack(t, fake.Reply(`{"rules":[`+strings.Join(rules, ",")+`]}`))
	got, err := fake.Collect(c.ListRules(t.Context(), "ruleset-1", nil))
	require.NoError(t, err)
	require.Len(t, got, len(kinds))
	for i, r := range got {
		kind, err := r.Discriminator()
		assert.NoError(t, err, kinds[i])
		assert.Equal(t, kinds[i], kind)
		b, err := json.Marshal(r)
		assert.NoError(t, err, kinds[i])
		assert.Equal(t, rules[i], string(b), "%s is written as it came", kinds[i])
	}
	f, err := got[1].AsFileRule()
	require.NoError(t, err)
	require.Len(t, f.FileIntegrityPaths, 1)
	assert.Equal(t, "/etc/example", f.FileIntegrityPaths[0].Path)
	assert.EqualValues(t, 2, *f.SeverityOfAlerts)
	assert.False(t, *f.Enabled)
}

// The service calls a server of the user; what it sends decodes, in both forms.
func TestThreatStackWebhook(t *testing.T) {
	for _, body := range []string{
		`{"alerts":[{"id":"a","title":"Example","severity":1,"created_at":1768478400000,"source":"Host","server_or_region":"host.example.com"}]}`,
		`{"alerts":[{"id":"a","title":"Example","severity":"1","created_at":"1768478400000","source":"Host","server_or_region":"host.example.com"}]}`,
	} {
		var m threatstackv2.WebhookMessage
		require.NoError(t, json.Unmarshal([]byte(body), &m), body)
		require.Len(t, m.Alerts, 1, body)
		assert.Equal(t, "host.example.com", m.Alerts[0].ServerOrRegion, body)
		b, err := json.Marshal(m.Alerts[0].Severity)
		assert.NoError(t, err, body)
		assert.Equal(t, "1", strings.Trim(string(b), `"`), "the severity of %s", body)
	}
}
