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
	assert.Equal(t, "12", a.ID, "a number as text")
	assert.EqualValues(t, 7, *a.Severity, "text as an integer")
	assert.Equal(t, 1.5, *a.Score, "text as a number")
	assert.True(t, *a.Open, "text as a truth")
	assert.True(t, a.Created.IsZero(), "empty text as an instant")
	assert.Equal(t, "192.0.2.1", a.IPs[0], "text as a list of one")
	assert.EqualValues(t, "3", a.Status, "a number as an enum")
	assert.Empty(t, a.Title, "an object is no text")
	assert.Equal(t, "p", a.Parent.ID, "a record inside")
	assert.Equal(t, 10, a.Parent.Created.Hour(), "an instant of another form")
	assert.Equal(t, "x", src.Name, "a union after odd members")
	assert.Nil(t, a.Parent.Severity, "a number that is not there is not read")
	assert.EqualValues(t, 1772359200, got[2].Created.Unix(), "milliseconds as an instant")
	assert.EqualValues(t, 16777217, *got[3].Severity, "an integer that no float32 holds")
	at := map[string]client.Mismatch{}
	for _, m := range seen {
		at[m.Pointer] = m
	}
	for p, kept := range map[string]bool{"id": true, "severity": true, "score": true, "open": true, "created": true, "ips": true, "rule": false, "status": true,
		"title": false, "parent/severity": false, "parent/created": true} {
		m, ok := at["/alerts/*/"+p]
		assert.True(t, ok, "%s is told", p)
		if p != "created" { // one is kept, another is not
			assert.Equal(t, kept, m.Kept, "%s is kept", p)
		}
		assert.Equal(t, "listAlerts", m.Operation, "%s: the operation that is told", p)
	}
	assert.Contains(t, at, "/alerts/*", "an element that is no record")
	assert.Len(t, at, 12, "places that are told")
	page, err := c.ListAlertsPage(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, page.Alerts, 5)
	assert.EqualValues(t, 7, *page.Alerts[1].Severity, "text as an integer, in a page")
}

// The same record, whole or streamed, first or last, is the same value.
func TestPageAndListAgree(t *testing.T) {
	body := strings.Replace(odd, "12,\n", "", 1)
	c, _ := serve(t, fake.Reply(body))
	list, err := fake.Collect(c.ListAlerts(t.Context(), nil))
	require.NoError(t, err)
	page, err := c.ListAlertsPage(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, page.Alerts, len(list))
	assert.Equal(t, *list[1].Severity, *page.Alerts[1].Severity)
	assert.Equal(t, list[1].IPs[0], page.Alerts[1].IPs[0])
}

func TestBareArrayForAPage(t *testing.T) {
	c, _ := serve(t, fake.Reply(`[{"id":"1"},{"id":"2"}]`))
	got, err := fake.Collect(c.ListAlerts(t.Context(), nil))
	assert.NoError(t, err)
	assert.Len(t, got, 2)
	page, err := c.ListAlertsPage(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, page.Alerts, 2)
}

func TestOtherDates(t *testing.T) {
	for in, want := range map[string]string{`"2026/01/15"`: "2026/01/15", `"2026-01-15"`: "2026/01/15", `""`: "", `null`: ""} {
		c, _ := serve(t, fake.Reply(`{"since":`+in+`,"slots":{"1767225600":3},"metrics":"4"}`))
		r, err := c.GetReport(t.Context())
		require.NoError(t, err, in)
		assert.Equal(t, want, r.Since.String(), in)
		assert.EqualValues(t, 3, r.Slots["1767225600"], "%s: another member", in)
		assert.EqualValues(t, 4, *r.Metrics, "%s: another member", in)
	}
}
