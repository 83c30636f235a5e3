package policy_test

import (
	"strings"
	"testing"

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
	if err != nil || len(got) != 4 {
		t.Fatal(got, err)
	}
	a := got[1]
	src, _ := a.Source.AsTag()
	if a.ID != "12" || *a.Severity != 7 || *a.Score != 1.5 || !*a.Open || !a.Created.IsZero() || a.IPs[0] != "192.0.2.1" || a.Status != "3" || a.Title != "" ||
		a.Parent.ID != "p" || a.Parent.Created.Hour() != 10 || src.Name != "x" {
		t.Errorf("%+v", a)
	}
	if a.Parent.Severity != nil {
		t.Error("a number that is not there reads as", *a.Parent.Severity)
	}
	if got[2].Created.Unix() != 1772359200 || *got[3].Severity != 16777217 {
		t.Error(got[2:])
	}
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
	if err != nil || len(page.Alerts) != 5 || *page.Alerts[1].Severity != 7 {
		t.Error(page, err)
	}
}

// The same record, whole or streamed, first or last, is the same value.
func TestPageAndListAgree(t *testing.T) {
	body := strings.Replace(odd, "12,\n", "", 1)
	c, _ := serve(t, fake.Reply(body))
	list, err := fake.Collect(c.ListAlerts(t.Context(), nil))
	if err != nil {
		t.Fatal(err)
	}
	page, err := c.ListAlertsPage(t.Context(), nil)
	if err != nil || len(page.Alerts) != len(list) || *page.Alerts[1].Severity != *list[1].Severity || page.Alerts[1].IPs[0] != list[1].IPs[0] {
		t.Error(page, err)
	}
}

func TestBareArrayForAPage(t *testing.T) {
	c, _ := serve(t, fake.Reply(`[{"id":"1"},{"id":"2"}]`))
	if got, err := fake.Collect(c.ListAlerts(t.Context(), nil)); len(got) != 2 || err != nil {
		t.Error(got, err)
	}
	page, err := c.ListAlertsPage(t.Context(), nil)
	if err != nil || len(page.Alerts) != 2 {
		t.Error(page, err)
	}
}

func TestOtherDates(t *testing.T) {
	for in, want := range map[string]string{`"2026/01/15"`: "2026/01/15", `"2026-01-15"`: "2026/01/15", `""`: "", `null`: ""} {
		c, _ := serve(t, fake.Reply(`{"since":`+in+`,"slots":{"1767225600":3},"metrics":"4"}`))
		r, err := c.GetReport(t.Context())
		if err != nil || r.Since.String() != want || r.Slots["1767225600"] != 3 || *r.Metrics != 4 {
			t.Error(in, r, err)
		}
	}
}
