package policy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
)

// Records whose members have other types than the specification says.
const odd = `{"alerts":[{"id":"ok","severity":1},
	{"id":12,"severity":"7","score":"1.5","open":"true","created":"","ips":"192.0.2.1","rule":"none","status":3,"title":{"a":1},
	 "parent":{"id":"p","severity":"na","created":"2026-03-01T10:00:00.000+0000"},"source":{"name":"x"}},
	{"id":"ok2","created":1772359200000,"unknown":[1,{"x":2}]},
	12,
	{"id":"last","severity":16777217}],"token":null}`

// One odd member loses neither the reply nor the record.
func TestTolerantDecoding(t *testing.T) {
	var seen []client.Mismatch
	c, _ := serve(t, fake.Reply(odd), client.OnMismatch(func(m client.Mismatch) { seen = append(seen, m) }))
	got, err := fake.Collect(c.ListAlerts(t.Context(), nil))
	require.NoError(t, err)
	require.Len(t, got, 4)
	a := got[1]
	src, _ := a.Source.AsTag()
	assert.Equal(t, "12", a.ID, a)
	assert.EqualValues(t, 7, *a.Severity, a)
	assert.Equal(t, 1.5, *a.Score, a)
	assert.True(t, *a.Open, a)
	assert.True(t, a.Created.IsZero(), a)
	assert.Equal(t, "192.0.2.1", a.IPs[0], a)
	assert.EqualValues(t, "3", a.Status, a)
	assert.Empty(t, a.Title, a)
	assert.Equal(t, "p", a.Parent.ID, a)
	assert.Equal(t, 10, a.Parent.Created.Hour(), a)
	assert.Equal(t, "x", src.Name, a)
	assert.Nil(t, a.Parent.Severity, "a number that is not there is not read")
	assert.EqualValues(t, 1772359200, got[2].Created.Unix(), got[2:])
	assert.EqualValues(t, 16777217, *got[3].Severity, got[2:])
	at := map[string]client.Mismatch{}
	for _, m := range seen {
		at[m.Pointer] = m
	}
	for p, kept := range map[string]bool{"id": true, "severity": true, "score": true, "open": true, "created": true, "ips": true, "rule": false, "status": true,
		"title": false, "parent/severity": false, "parent/created": true} {
		m, ok := at["/alerts/*/"+p]
		if !ok || p != "created" && m.Kept != kept || m.Operation != "listAlerts" {
			t.Errorf("%s: %+v", p, m)
		}
	}
	if _, ok := at["/alerts/*"]; !ok || len(at) != 12 {
		t.Error(len(at), at)
	}
	page, err := c.ListAlertsPage(t.Context(), nil)
	require.NoError(t, err, page)
	require.Len(t, page.Alerts, 5, page)
	assert.EqualValues(t, 7, *page.Alerts[1].Severity, page)
}

// The same record, whole or streamed, first or last, is the same value.
func TestPageAndListAgree(t *testing.T) {
	body := strings.Replace(odd, "12,\n", "", 1)
	c, _ := serve(t, fake.Reply(body))
	list, err := fake.Collect(c.ListAlerts(t.Context(), nil))
	require.NoError(t, err)
	page, err := c.ListAlertsPage(t.Context(), nil)
	require.NoError(t, err, page)
	require.Len(t, page.Alerts, len(list), page)
	assert.Equal(t, *list[1].Severity, *page.Alerts[1].Severity, page)
	assert.Equal(t, list[1].IPs[0], page.Alerts[1].IPs[0], page)
}

func TestBareArrayForAPage(t *testing.T) {
	c, _ := serve(t, fake.Reply(`[{"id":"1"},{"id":"2"}]`))
	if got, err := fake.Collect(c.ListAlerts(t.Context(), nil)); len(got) != 2 || err != nil {
		t.Error(got, err)
	}
	page, err := c.ListAlertsPage(t.Context(), nil)
	require.NoError(t, err, page)
	assert.Len(t, page.Alerts, 2, page)
}

func TestOtherDates(t *testing.T) {
	for in, want := range map[string]string{`"2026/01/15"`: "2026/01/15", `"2026-01-15"`: "2026/01/15", `""`: "", `null`: ""} {
		c, _ := serve(t, fake.Reply(`{"since":`+in+`,"slots":{"1767225600":3},"metrics":"4"}`))
		r, err := c.GetReport(t.Context())
		require.NoError(t, err, "%v %v", in, r)
		assert.Equal(t, want, r.Since.String(), "%v %v", in, r)
		assert.EqualValues(t, 3, r.Slots["1767225600"], "%v %v", in, r)
		assert.EqualValues(t, 4, *r.Metrics, "%v %v", in, r)
	}
}
