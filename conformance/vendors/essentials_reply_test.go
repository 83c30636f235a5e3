package vendors_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/engine"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

// Dates are dates. A text that is none costs its own member, and only that is reported;
// an empty one and null are no date at all, and nothing to report.
func TestEssentialsDates(t *testing.T) {
	day := client.NewSlashDate(2026, time.November, 23)
	for text, want := range map[string]struct {
		date client.SlashDate
		odd  int
	}{
		`"2026/11/23"`:   {day, 0},
		`"2026\/11\/23"`: {day, 0},
		`"2026-11-23"`:   {day, 0},
		`""`:             {},
		`null`:           {},
		`"someday"`:      {client.SlashDate{}, 1},
		`0`:              {client.SlashDate{}, 1},
		`"2026/02/30"`:   {client.SlashDate{}, 1},
	} {
		var odd []string
		c, _ := essentialsClient(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasPrefix(r.URL.Path, "/api/v1/billing/"):
				fmt.Fprintf(w, `[{"eid":7,"when_created":%s,"name":"Shop"}]`, text)
			case strings.HasSuffix(r.URL.Path, "/EMAIL_SECURITY"):
				fmt.Fprintf(w, `{"label":"EMAIL_SECURITY","purchase_info":{"when_renewal":%s,"variant":"Advanced"}}`, text)
			default:
				fmt.Fprintf(w, `{"eid":7,"when_renewal":%s,"name":"Shop"}`, text)
			}
		}, client.OnMismatch(func(m client.Mismatch) { odd = append(odd, m.Pointer) }))
		o, err := c.GetOrg(t.Context(), "example.com")
		require.NoError(t, err, "%s, organization: %v", text, o.WhenRenewal)
		assert.True(t, o.WhenRenewal.Equal(want.date.Time), "%s, organization: %v", text, o.WhenRenewal)
		assert.Equal(t, "Shop", o.Name, "%s, organization: %v", text, o.WhenRenewal)
		assert.EqualValues(t, 7, *o.EID, "%s, organization: %v", text, o.WhenRenewal)
		b, err := c.GetBilling(t.Context(), "example.com")
		require.NoError(t, err, "%s, billing", text)
		require.Len(t, b, 1, "%s, billing", text)
		assert.True(t, b[0].WhenCreated.Equal(want.date.Time), "%s, billing", text)
		assert.Equal(t, "Shop", b[0].Name, "%s, billing", text)
		p, err := c.GetProduct(t.Context(), "example.com", essentials.ProductLabelEmailSecurity)
		require.NoError(t, err, "%s, product", text)
		require.NotNil(t, p.PurchaseInfo, "%s, product", text)
		assert.True(t, p.PurchaseInfo.WhenRenewal.Equal(want.date.Time), "%s, product", text)
		assert.Equal(t, "Advanced", p.PurchaseInfo.Variant, "%s, product", text)
		assert.Len(t, odd, 3*want.odd, "%s: reported", text)
	}
}

// A report of one direction, in new terms and in old ones; a breakdown without slots may be
// an array.
func TestEssentialsReportTerms(t *testing.T) {
	const slot, total = 1_780_272_000, 14
	for _, newer := range []bool{true, false} {
		var line string
		var opts []client.Option
		safe, block := "safelist", "blocklist"
		if !newer {
			opts = append(opts, client.Header("X-Terms-Update", ""))
			safe, block = "whitelist", "blacklist"
		}
		c, _ := essentialsClient(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			line = r.RequestURI
			fmt.Fprintf(w, `{"period":"7d","frequency":"1h","outbound":{"%[1]s_total":%[2]d,"%[1]s":{"%[3]d":%[2]d},"%[4]s_total":0,"%[4]s":[]}}`, safe, total, slot, block)
		}, opts...)
		r, err := c.GetReportByDirection(t.Context(), "example.com", essentials.ReportPeriodWeekly, essentials.ReportDirectionOutbound)
		require.NoError(t, err)
		require.Equal(t, "/api/v1/reporting/example.com/weekly/outbound", line)
		require.Nil(t, r.Inbound.CleanTotal)
		slots, sum, none := r.Outbound.Safelist, r.Outbound.SafelistTotal, r.Outbound.Blocklist
		if !newer {
			slots, sum, none = r.Outbound.Whitelist, r.Outbound.WhitelistTotal, r.Outbound.Blacklist
		}
		var typed map[client.UnixTime]int64 = slots
		require.Len(t, typed, 1, "new terms %t: %+v", newer, r.Outbound)
		assert.EqualValues(t, total, typed[slot], "new terms %t: %+v", newer, r.Outbound)
		require.NotNil(t, sum, "new terms %t: %+v", newer, r.Outbound)
		assert.EqualValues(t, total, *sum, "new terms %t: %+v", newer, r.Outbound)
		assert.Empty(t, none, "new terms %t: %+v", newer, r.Outbound)
		for at := range typed {
			assert.True(t, at.Time().Equal(time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)), "the slot is at %s", at.Time())
		}
	}
}

// The vendor's reason is found in every form that it takes, and where there is none
// nothing is made up. No form is taken for success, and none shows the password.
func TestEssentialsReasons(t *testing.T) {
	for _, x := range []struct {
		body, message string
	}{
		{"", ""},
		{"  \n", ""},
		{"{}", ""},
		{"[]", ""},
		{"null", ""},
		{`{"message":"no access"}`, "no access"},
		{`{"error":"no access"}`, "no access"},
		{`{"status":422,"error_message":"surname is missing"}`, "surname is missing"},
		{`{"status":422,"identifier":"a@example.com","error_message":""}`, ""},
		{`{"errors":[{"status":409,"identifier":"a@example.com","error_message":"exists"},{"status":403,"error_message":"not yours"}]}`, "exists; not yours"},
		{`{"errors":["exists"]}`, "exists"},
		{`{"errors":[]}`, ""},
		{`"no access"`, "no access"},
		{"no access\r\nX-Injected: 1", "no access X-Injected: 1"},
		{"<!DOCTYPE html><title>502</title>", ""},
		{`{"message":"cut o`, ""},
	} {
		for status, is := range map[int]error{400: client.ErrInvalid, 401: client.ErrUnauthorized, 403: client.ErrForbidden, 404: client.ErrNotFound, 409: client.ErrConflict, 422: client.ErrInvalid, 500: nil} {
			for _, media := range []string{"application/json", "text/plain", ""} {
				c, _ := essentialsClient(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
					w.Header()["Content-Type"] = []string{media}
					w.WriteHeader(status)
					io.WriteString(w, x.body)
				})
				for name, do := range map[string]func() error{
					"value":   func() error { return drop(c.GetUser(t.Context(), "example.com", "a@example.com")) },
					"nothing": func() error { return c.DeleteUser(t.Context(), "example.com", "a@example.com") },
					"batch":   func() error { return drop(batches(t, c)["users"]()) },
					"list":    func() error { return drop(fake.Collect(c.ListPartnerStats(t.Context(), "example.com", nil))) },
				} {
					err := do()
					where := fmt.Sprintf("%s, %d %q as %q", name, status, x.body, media)
					var e *client.Error
					if assert.ErrorAs(t, err, &e, where) {
						assert.Equal(t, status, e.StatusCode, where)
						assert.Equal(t, x.message, e.Message, where)
						assert.Equal(t, x.body, string(e.Body), where)
					}
					if is != nil {
						assert.ErrorIs(t, err, is, where)
					}
					assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), fake.Secret, "%s: the password is shown", where)
				}
			}
		}
	}
}

// Each operation asks for the new terms, reads and writes alike; a call may say otherwise.
func TestEssentialsTermsOfEachOperation(t *testing.T) {
	for _, op := range essentials.Operations() {
		assert.True(t, slices.Contains(op.Headers, engine.Pair{Name: "X-Terms-Update", Value: "true"}), "%s speaks the old terms", op.ID)
	}
	var got http.Header
	c, _ := essentialsClient(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		got = r.Header
		w.WriteHeader(http.StatusNoContent)
	}, client.Header("X-Correlator", "run-7"))
	off := essentials.OrganizationUpdateInput{IsActive: fake.Ptr(false)}
	assert.NoError(t, c.UpdateOrg(t.Context(), "example.com", off))
	assert.Equal(t, "true", got.Get("X-Terms-Update"))
	assert.Equal(t, "run-7", got.Get("X-Correlator"))
	err := c.UpdateOrg(t.Context(), "example.com", off, func(_ context.Context, r *http.Request) error {
		r.Header.Set("X-Terms-Update", "false")
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "false", got.Get("X-Terms-Update"), "a call says otherwise")
}

// A report has [] where there are no counts, which loses nothing, and what deviates elsewhere
// leaves the counts unreported.
func TestEssentialsReportSlots(t *testing.T) {
	for body, want := range map[string][]client.Mismatch{
		`{"clean":{"1780272000":5}}`:                  nil,
		`{"clean":{"1780272000":5},"spam_total":"3"}`: {{Pointer: "/inbound/spam_total", Want: "int64", Got: "string", Kept: true}},
		`{"clean":[]}`: {{Pointer: "/inbound/clean", Want: "map[client.UnixTime]int64", Got: "[", Kept: true}},
	} {
		var got []client.Mismatch
		url, _ := fake.Start(t, nil, fake.Reply(`{"period":"30d","inbound":`+body+`}`))
		c, err := essentials.New(auth.UserPassword("alex@example.com", "password"), client.Server(url), client.AllowHTTP(), client.OnMismatch(func(m client.Mismatch) {
			m.Operation = ""
			got = append(got, m)
		}))
		require.NoError(t, err)
		report, err := c.GetReport(t.Context(), "example.com", "monthly")
		require.NoError(t, err, body)
		assert.Equal(t, want, got, body)
		if strings.Contains(body, "1780272000") {
			assert.Equal(t, essentials.ReportSlots{1780272000: 5}, report.Inbound.Clean, body)
		}
	}
}
