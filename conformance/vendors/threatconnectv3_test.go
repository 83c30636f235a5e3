package vendors_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/specs"
	"github.com/threatclients/threatclients-go/tql"
)

// Every keyword of the specification is a field of the variable of its object.
func TestThreatConnectKeywords(t *testing.T) {
	document, err := specs.Document(specs.ThreatConnectV3)
	require.NoError(t, err)
	stated := strings.Count(string(document), "          - {name: ")
	generated := 0
	for _, v := range []any{
		threatconnectv3.ArtifactTQL, threatconnectv3.ArtifactTypeTQL, threatconnectv3.AttributeTypeTQL, threatconnectv3.CaseAttributeTQL, threatconnectv3.CaseTQL,
		threatconnectv3.ExclusionListTQL, threatconnectv3.GroupAttributeTQL, threatconnectv3.GroupTQL, threatconnectv3.IndicatorAttributeTQL, threatconnectv3.IndicatorTQL,
		threatconnectv3.IntelRequirementCategoryTQL, threatconnectv3.IntelRequirementResultTQL, threatconnectv3.IntelRequirementSubtypeTQL, threatconnectv3.IntelRequirementTQL,
		threatconnectv3.JobExecutionTQL, threatconnectv3.JobTQL, threatconnectv3.NoteTQL, threatconnectv3.OwnerRoleTQL, threatconnectv3.OwnerTQL, threatconnectv3.PlaybookExecutionTQL,
		threatconnectv3.PlaybookTQL, threatconnectv3.PostTQL, threatconnectv3.SecurityLabelTQL, threatconnectv3.SystemRoleTQL, threatconnectv3.TagTQL, threatconnectv3.TaskTQL,
		threatconnectv3.UserGroupTQL, threatconnectv3.UserTQL, threatconnectv3.VictimAssetTQL, threatconnectv3.VictimAttributeTQL, threatconnectv3.VictimTQL,
		threatconnectv3.WorkflowEventTQL, threatconnectv3.WorkflowTemplateTQL,
	} {
		rv := reflect.ValueOf(v)
		for i := range rv.NumField() {
			generated++
			field, name := rv.Type().Field(i).Name, rv.Field(i).String()
			assert.True(t, strings.EqualFold(strings.ReplaceAll(name, "_", ""), field), "the field %s is %s", field, name)
		}
	}
	t.Logf("%d keywords generated, %d in the specification", generated, stated)
	assert.Equal(t, stated, generated, "keywords of the document, and of the variables")
	assert.Equal(t, 565, generated, "keywords")
}

func TestThreatConnectSearch(t *testing.T) {
	var asked []url.Values
	c, _ := threatConnect(t, func(n int, w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query())
		next := `"next":"https://elsewhere.example.com/api/v3/indicators?resultStart=2",`
		if n == 3 {
			next = ""
		}
		fmt.Fprintf(w, `{%s"data":[{"id":%d,"type":"Host","hostName":"a.example.com"},{"id":%d,"type":"ASN","AS Number":"ASN64500"}],"status":"Success"}`, next, 2*n, 2*n+1)
	})
	query := tql.And(threatconnectv3.IndicatorTQL.TypeName.In("Host", `U"RL`), threatconnectv3.IndicatorTQL.Rating.Gte(3),
		threatconnectv3.IndicatorTQL.HasGroup.Where(threatconnectv3.GroupTQL.TypeName.Eq("Campaign")))
	params := &threatconnectv3.ListIndicatorsParams{TQL: query.Ptr(), ResultLimit: fake.Ptr(int64(2)), Fields: []threatconnectv3.IndicatorField{"tags", "associatedGroups.attributes"}}
	got, err := fake.Collect(c.ListIndicators(t.Context(), params))
	require.NoError(t, err)
	require.Len(t, got, 6)
	require.Equal(t, "a.example.com", got[0].HostName)
	require.Equal(t, "ASN64500", got[1].ASNumber)
	const want = `(typeName in ("Host", "U\"RL")) and (rating >= 3) and (hasGroup(typeName = "Campaign"))`
	require.Len(t, asked, 3, "pages")
	for i, q := range asked {
		assert.Equal(t, want, q.Get("tql"), "page %d", i)
		assert.Equal(t, []string{"tags", "associatedGroups.attributes"}, q["fields"], "page %d", i)
		assert.Equal(t, []string{"", "2", "4"}[i], q.Get("resultStart"), "page %d", i)
	}
}

// A query far beyond 2 000 characters goes into the URL like any other, and is signed.
func TestThreatConnectLongQuery(t *testing.T) {
	var line int
	c, _ := threatConnect(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		line = len(r.RequestURI)
		io.WriteString(w, `{"data":[],"status":"Success"}`)
	})
	ids := make([]int64, 3000)
	for i := range ids {
		ids[i] = 1152921504606846977 + int64(i)
	}
	_, err := fake.Collect(c.ListIndicators(t.Context(), &threatconnectv3.ListIndicatorsParams{TQL: threatconnectv3.IndicatorTQL.ID.In(ids...).Ptr()}))
	assert.NoError(t, err)
	assert.GreaterOrEqual(t, line, 60_000, "bytes of the request's line")
}

// An indicator's summary is one segment of the path, and the signature covers it.
func TestThreatConnectKeys(t *testing.T) {
	var got string
	c, seen := threatConnect(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		got = r.URL.EscapedPath()
		io.WriteString(w, `{"data":{"id":1},"status":"Success"}`)
	})
	for _, key := range []string{"http://example.com/a?b=c&d=%2F#e", "a:b", "100%", "a b", "ünïcode", "2001:db8::1", "192.0.2.0/24", "a@example.com", `HKEY_USERS\a : b`, "...", "..a", "'()*!~", "a;b,c+d=e"} {
		_, err := c.GetIndicator(t.Context(), key, nil)
		last := got[strings.LastIndex(got, "/")+1:]
		back, uerr := url.PathUnescape(last)
		require.NoError(t, err, "%q", key)
		assert.NoError(t, uerr, "%q", key)
		assert.Equal(t, key, back, "the key that arrives")
		assert.True(t, strings.HasPrefix(got, "/api/v3/indicators/"), "%q goes to %s", key, got)
		assert.Equal(t, 4, strings.Count(got, "/"), "%q is one segment of %s", key, got)
	}
	calls := seen.Calls()
	for _, key := range []string{"", ".", "..", "a\nb"} {
		_, err := c.GetIndicator(t.Context(), key, nil)
		assert.ErrorIs(t, err, client.ErrUnsafe, "%q", key)
		assert.Equal(t, calls, seen.Calls(), "%q: nothing is sent", key)
	}
}

func TestThreatConnectRefusals(t *testing.T) {
	c, _ := threatConnect(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			io.WriteString(w, `{"errCode":"0x2001","message":"Unexpected token","status":"Error"}`)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"errCode":"0x2006","message":"Has dependents","status":"Error"}`)
	})
	_, err := fake.Collect(c.ListCases(t.Context(), nil))
	var e *client.Error
	require.ErrorAs(t, err, &e, "a refusal under 200")
	assert.Equal(t, 200, e.StatusCode)
	assert.Equal(t, "0x2001", e.Code)
	assert.Equal(t, "Error: Unexpected token", e.Message)
	_, err = c.DeleteCase(t.Context(), 1, nil)
	require.ErrorAs(t, err, &e, "a refusal under 400")
	assert.Equal(t, 400, e.StatusCode)
	assert.Equal(t, "0x2006", e.Code)
	assert.Equal(t, "Has dependents", e.Message)
}

// The server enforces the five minutes, and the error names the clocks.
func TestThreatConnectClock(t *testing.T) {
	late := time.Now().Add(-6 * time.Minute)
	wrong := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Error(t, auth.VerifyThreatConnect(r, func(string) (auth.Secret, bool) { return auth.NewSecret(secretKey), true }), "it is signed six minutes ago")
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer wrong.Close()
	clock := func() time.Time { return late }
	d, err := threatconnectv3.New(auth.ThreatConnectHMAC(accessID, secretKey, auth.Clock(clock)), client.Server(wrong.URL+"/api"), client.AllowHTTP(), client.Clock(clock))
	require.NoError(t, err)
	_, err = d.GetCase(t.Context(), 1, nil)
	assert.ErrorIs(t, err, client.ErrUnauthorized)
	assert.ErrorContains(t, err, "the local clock differs from the server's by -")
}

func TestThreatConnectToken(t *testing.T) {
	var got http.Header
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		io.WriteString(w, `{"data":{"id":1},"status":"Success"}`)
	}))
	defer srv.Close()
	c, err := threatconnectv3.New(auth.ThreatConnectToken("APIV2:1:example"), client.Server(srv.URL), client.AllowHTTP())
	require.NoError(t, err)
	_, err = c.GetTag(t.Context(), 1, nil)
	assert.NoError(t, err)
	assert.Equal(t, "TC-Token APIV2:1:example", got.Get("Authorization"))
	assert.Empty(t, got.Get("Timestamp"), "a token needs no time")
}

// What a write sends: nested lists with their mode, custom values, false and zero.
func TestThreatConnectWrites(t *testing.T) {
	var sent string
	c, seen := threatConnect(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		io.WriteString(w, `{"data":{"id":1},"message":"Created","status":"Success"}`)
	})
	remove := threatconnectv3.ListMode("delete")
	_, err := c.UpdateIndicator(t.Context(), "1", nil, threatconnectv3.IndicatorUpdateInput{Active: fake.Ptr(false), Confidence: fake.Ptr(int64(0)),
		Tags: &threatconnectv3.TagListInput{Data: []threatconnectv3.TagItemInput{{Name: fake.Ptr("old")}}, Mode: &remove}})
	assert.NoError(t, err)
	assert.Equal(t, `{"active":false,"confidence":0,"tags":{"data":[{"name":"old"}],"mode":"delete"}}`, sent)
	_, err = c.CreateIndicator(t.Context(), nil, threatconnectv3.IndicatorInput{Type: "Example Custom", AdditionalProperties: map[string]string{"Example Field": "v"}})
	assert.NoError(t, err)
	assert.Equal(t, `{"Example Field":"v","type":"Example Custom"}`, sent)
	_, err = c.DeleteAllNotes(t.Context(), nil)
	assert.ErrorIs(t, err, client.ErrInvalid, "a bulk delete without a filter")
	assert.Equal(t, 2, seen.Calls(), "a bulk delete without a filter is not sent")
}

// A day in the place of a moment is its midnight in UTC: it is kept, reported, and written back.
func TestThreatConnectDays(t *testing.T) {
	var reports []client.Mismatch
	c, _ := threatConnect(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"data":{"id":7,"type":"Report","publishDate":"2026-06-01","eventDate":"2026-06-01","firstSeen":"2026-06-01","dateAdded":"2026-06-01",`+
			`"externalDateAdded":"2026-06-01","dueDate":"2026-06-01","attributes":{"data":[{"id":1,"dateAdded":"2026-06-01"}]}},"status":"Success"}`)
	}, client.OnMismatch(func(m client.Mismatch) { reports = append(reports, m) }))
	got, err := c.GetGroup(t.Context(), "7", nil)
	require.NoError(t, err)
	day, g := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), got.Data
	require.Len(t, g.Attributes.Data, 1)
	for name, at := range map[string]time.Time{"publishDate": g.PublishDate, "eventDate": g.EventDate, "firstSeen": g.FirstSeen, "dateAdded": g.DateAdded,
		"externalDateAdded": g.ExternalDateAdded, "dueDate": g.DueDate, "attributes/dateAdded": g.Attributes.Data[0].DateAdded} {
		assert.Equal(t, day, at, name)
	}
	assert.Len(t, reports, 7, "each is reported")
	for _, m := range reports {
		assert.True(t, m.Kept, "%s is kept", m.Pointer)
	}
	b, err := json.Marshal(g)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"publishDate":"2026-06-01T00:00:00Z"`, "written back")
}
