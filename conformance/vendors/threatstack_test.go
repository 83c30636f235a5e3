package vendors_test

import (
	"encoding/json"
	"errors"
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
			assert.Len(t, asked, (total+1)/2+1, name)
			if asked[0] != "0/2/id,hostname/2026-01-15T00:00:00Z" || len(asked) > 1 && asked[1] != "1/2/id,hostname/2026-01-15T00:00:00Z" {
				t.Error(name, asked)
			}
		}
		before := seen.Calls()
		for range seq {
			break
		}
		assert.Equal(t, before+1, seen.Calls(), "%v break did not stop the pages", name)
	}
}

func TestThreatStackV1NotFound(t *testing.T) {
	c, _ := threatStackV1(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"status":"error","message":"no such agent"}`)
	})
	_, err := c.GetAgent(t.Context(), "0000000000000000000000ff", nil)
	if e, ok := errors.AsType[*client.Error](err); !ok || !errors.Is(err, client.ErrNotFound) || e.Message != "no such agent" {
		t.Error(err)
	}
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
	if want := "status=active&severity=1 status=active&severity=1&token=t+1 status=active&severity=1&token=t2"; err != nil || len(got) != 6 || strings.Join(asked, " ") != want {
		t.Errorf("%d %v\n%s\nwant %s", len(got), err, strings.Join(asked, " "), want)
	}
	before := seen.Calls()
	for range c.ListAlerts(t.Context(), params) {
		break
	}
	assert.Equal(t, before+1, seen.Calls(), "break did not stop the pages")
	params.Token = fake.Ptr("t2")
	if got, err = fake.Collect(c.ListAlerts(t.Context(), params)); err != nil || len(got) != 2 {
		t.Error("resumed:", got, err)
	}
	c, seen, _ = threatStack(t, fake.Reply(`{"alerts":[{"id":"a"}],"token":"same"}`))
	if _, err = fake.Collect(c.ListAlerts(t.Context(), &threatstackv2.ListAlertsParams{Status: "active"})); !errors.Is(err, client.ErrCursor) || seen.Calls() != 2 {
		t.Error(err, seen.Calls())
	}
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
		if kind, err := r.Discriminator(); kind != kinds[i] || err != nil {
			t.Error(kind, err)
		}
		if b, err := json.Marshal(r); string(b) != rules[i] || err != nil {
			t.Errorf("%s\nwant %s\n%v", b, rules[i], err)
		}
	}
	if f, err := got[1].AsFileRule(); err != nil || len(f.FileIntegrityPaths) != 1 || f.FileIntegrityPaths[0].Path != "/etc/example" || *f.SeverityOfAlerts != 2 || *f.Enabled {
		t.Errorf("%+v %v", f, err)
	}
}

// The service calls a server of the user; what it sends decodes, in both forms.
func TestThreatStackWebhook(t *testing.T) {
	for _, body := range []string{
		`{"alerts":[{"id":"a","title":"Example","severity":1,"created_at":1768478400000,"source":"Host","server_or_region":"host.example.com"}]}`,
		`{"alerts":[{"id":"a","title":"Example","severity":"1","created_at":"1768478400000","source":"Host","server_or_region":"host.example.com"}]}`,
	} {
		var m threatstackv2.WebhookMessage
		if err := json.Unmarshal([]byte(body), &m); err != nil || len(m.Alerts) != 1 || m.Alerts[0].ServerOrRegion != "host.example.com" {
			t.Error(m, err)
		}
		if b, err := json.Marshal(m.Alerts[0].Severity); err != nil || strings.Trim(string(b), `"`) != "1" {
			t.Errorf("%s %v", b, err)
		}
	}
}
