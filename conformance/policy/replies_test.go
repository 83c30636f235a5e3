package policy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
	"github.com/threatclients/threatclients-go/gen/essentials"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/gen/threatstackv1"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// apis are the generated clients of one test server.
type apis struct {
	synthetic *synthetic.Client
	tap       *tap.Client
	ess       *essentials.Client
	v2        *threatconnectv2.Client
	v3        *threatconnectv3.Client
	ts1       *threatstackv1.Client
	ts2       *threatstackv2.Client
}

// newAPIs starts a server that gives the replies in order, the last one again and again. A reply
// is "status type|body"; without status and type it is JSON under 200.
func newAPIs(t *testing.T, replies []string, told *[]string) (apis, *[]string) {
	t.Helper()
	asked := new([]string)
	url, _ := fake.Start(t, nil, func(n int, w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.URL.RawQuery)
		status, contentType, body := 200, "application/json", replies[min(n, len(replies))-1]
		if head, rest, ok := strings.Cut(body, "|"); ok {
			body = rest
			_, err := fmt.Sscan(head, &status)
			assert.NoError(t, err, head)
			_, contentType, _ = strings.Cut(head, " ")
		}
		w.Header()["Content-Type"] = []string{contentType}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
	opts := []client.Option{client.Server(url), client.AllowHTTP(), client.Attempts(1), client.Clock(func() time.Time { return noon }),
		client.OnMismatch(func(m client.Mismatch) {
			*told = append(*told, fmt.Sprintf("%s %v", m.Pointer, map[bool]string{true: "kept", false: "lost"}[m.Kept]))
		})}
	var a apis
	var errs [7]error
	a.synthetic, errs[0] = synthetic.New(auth.Anonymous(), opts...)
	a.tap, errs[1] = tap.New(auth.Anonymous(), opts...)
	a.ess, errs[2] = essentials.New(auth.Anonymous(), opts...)
	a.v2, errs[3] = threatconnectv2.New(auth.Anonymous(), opts...)
	a.v3, errs[4] = threatconnectv3.New(auth.Anonymous(), opts...)
	a.ts1, errs[5] = threatstackv1.New(auth.Anonymous(), opts...)
	a.ts2, errs[6] = threatstackv2.New(auth.Anonymous(), opts...)
	for _, err := range errs {
		require.NoError(t, err)
	}
	return a, asked
}

type call = func(context.Context, apis) (any, error)

// value makes a call of one that returns a value.
func value[T any](f func(context.Context, apis) (T, error)) call {
	return func(ctx context.Context, a apis) (any, error) { v, err := f(ctx, a); return v, err }
}

// nothing makes a call of one that returns only an error.
func nothing(f func(context.Context, apis) error) call {
	return func(ctx context.Context, a apis) (any, error) { return nil, f(ctx, a) }
}

// list makes a call of a list.
func list[T any](f func(context.Context, apis) func(func(T, error) bool)) call {
	return func(ctx context.Context, a apis) (any, error) { return fake.Collect(f(ctx, a)) }
}

// window makes a call of a list over [noon-3h, noon-1h): its events, and where it would go on.
func window[T any](f func(ctx context.Context, a apis, from, to time.Time) func(func(client.Window[T]) bool)) call {
	return func(ctx context.Context, a apis) (any, error) {
		all, at := []T{}, ""
		for w := range f(ctx, a, noon.Add(-3*time.Hour), noon.Add(-time.Hour)) {
			events, err := fake.Collect(w.Events())
			if err != nil {
				return all, err
			}
			all, at = append(all, events...), at+w.Checkpoint().Format(" 15:04")
		}
		return struct {
			Events []T
			At     string
		}{all, strings.TrimSpace(at)}, nil
	}
}

var (
	alerts = list(func(ctx context.Context, a apis) func(func(synthetic.Alert, error) bool) {
		return a.synthetic.ListAlerts(ctx, nil)
	})
	alertsP = value(func(ctx context.Context, a apis) (synthetic.AlertPage, error) {
		return a.synthetic.ListAlertsPage(ctx, nil)
	})
	owners = list(func(ctx context.Context, a apis) func(func(synthetic.Owner, error) bool) {
		return a.synthetic.ListOwners(ctx, nil)
	})
	objects = list(func(ctx context.Context, a apis) func(func(synthetic.Object, error) bool) {
		return a.synthetic.ListObjects(ctx, nil)
	})
	create = value(func(ctx context.Context, a apis) (synthetic.CreateUsersResult, error) {
		return a.synthetic.CreateUsers(ctx, "o", nil)
	})
	siem = window(func(ctx context.Context, a apis, from, to time.Time) func(func(client.Window[tap.SIEMEvent]) bool) {
		return a.tap.ListSIEMAll(ctx, from, to, nil)
	})
	campaigns = window(func(ctx context.Context, a apis, from, to time.Time) func(func(client.Window[tap.CampaignUpdate]) bool) {
		return a.tap.ListCampaignIDs(ctx, from, to, nil)
	})
	people = list(func(ctx context.Context, a apis) func(func(tap.VeryAttackedPerson, error) bool) {
		return a.tap.ListVeryAttackedPeople(ctx, &tap.ListVeryAttackedPeopleParams{Window: 14})
	})
	indicators = list(func(ctx context.Context, a apis) func(func(threatconnectv3.Indicator, error) bool) {
		return a.v3.ListIndicators(ctx, nil)
	})
	group = value(func(ctx context.Context, a apis) (threatconnectv3.Group, error) {
		r, err := a.v3.GetGroup(ctx, "7", nil)
		return r.Data, err
	})
	hosts = list(func(ctx context.Context, a apis) func(func(threatconnectv2.Host, error) bool) {
		return a.v2.ListHosts(ctx, nil)
	})
	agents = list(func(ctx context.Context, a apis) func(func(threatstackv1.Agent, error) bool) {
		return a.ts1.ListAgents(ctx, nil)
	})
	rules = list(func(ctx context.Context, a apis) func(func(threatstackv2.Rule, error) bool) {
		return a.ts2.ListRules(ctx, "r", nil)
	})
	rulesP = value(func(ctx context.Context, a apis) (threatstackv2.RulePage, error) {
		return a.ts2.ListRulesPage(ctx, "r", nil)
	})
	forensics = value(func(ctx context.Context, a apis) (tap.Forensics, error) {
		return a.tap.GetForensics(ctx, &tap.GetForensicsParams{ThreatID: fake.Ptr("t")})
	})
	report = value(func(ctx context.Context, a apis) (synthetic.Report, error) { return a.synthetic.GetReport(ctx) })
)

// replyCase is a reply and what a call makes of it: the JSON of its result, or ! and a part of
// its error. told are the places of what was repaired.
type replyCase struct {
	name    string
	call    call
	replies []string
	want    string
	told    string
}

func (c replyCase) test(t *testing.T) {
	var told []string
	a, asked := newAPIs(t, c.replies, &told)
	got, err := c.call(t.Context(), a)
	if failure, ok := strings.CutPrefix(c.want, "!"); ok {
		require.ErrorContains(t, err, failure, "%s: %s", c.name, c.replies)
		return
	}
	require.NoError(t, err, "%s: %s", c.name, c.replies)
	text, err := json.Marshal(got)
	require.NoError(t, err, c.name)
	assert.JSONEq(t, c.want, string(text), "%s: %s", c.name, c.replies)
	assert.Equal(t, c.told, strings.Join(told, ", "), "%s: what was repaired", c.name)
	assert.GreaterOrEqual(t, len(*asked), 1, c.name)
}

// What services, gateways and proxies were seen to answer where it deceives: the call gives
// what the service meant, or an error, and never less than that without a word.
func TestDeceptiveReplies(t *testing.T) {
	for _, c := range []replyCase{
		// A reply that is none.
		{"a gateway's time-out in a window", siem, []string{`{"message":"Endpoint request timed out"}`}, "!none of the expected members", ""},
		{"a gateway's time-out on page 3", people, []string{`{"users":[{"identity":{"guid":"1"}}]}`, `{"users":[{"identity":{"guid":"2"}}]}`, `{"message":"Endpoint request timed out"}`}, "!none of the expected members users, found message", ""},
		{"an empty reply where a page belongs", people, []string{`{}`}, "!none of the expected members", ""},
		{"a value without its envelope", group, []string{`{}`}, "!none of the expected members data", ""},
		{"an envelope without its value", group, []string{`{"status":"Success"}`}, "!none of the expected members data, found status", ""},
		{"an empty list for the value", group, []string{`{"data":[],"status":"Success"}`}, "!none of the expected members data", ""},
		{"two for one value", group, []string{`{"data":[{"id":7},{"id":8}],"status":"Success"}`}, "!none of the expected members data", ""},
		{"text for the value", group, []string{`{"data":"x","status":"Success"}`}, "!none of the expected members data", ""},
		{"an empty object for the value", group, []string{`{"data":{},"status":"Success"}`}, "!none of the expected members data", ""},
		{"a list for the envelope", group, []string{`[]`}, "!", ""},

		// Lists that end too early or not at all.
		{"a server that ignores the offset", owners, []string{`{"status":"Success","data":{"resultCount":4,"owner":[{"id":1},{"id":2}]}}`}, "!the API repeated a page", ""},
		{"the same, the last page is short", owners, []string{`{"status":"Success","data":{"resultCount":3,"owner":[{"id":1},{"id":2}]}}`}, "!the API repeated a page", ""},
		{"the same, where next is null at last", objects, []string{`{"status":"Success","next":"x","data":[{"type":"host"},{"type":"address"}]}`, `{"status":"Success","next":null,"data":[{"type":"host"},{"type":"address"}]}`}, "!the API repeated a page", ""},
		{"two pages that alternate", owners, []string{`{"status":"Success","data":{"resultCount":8,"owner":[{"id":1},{"id":2}]}}`, `{"status":"Success","data":{"owner":[{"id":3},{"id":4}]}}`, `{"status":"Success","data":{"owner":[{"id":1},{"id":2}]}}`, `{"status":"Success","data":{"owner":[{"id":3},{"id":4}]}}`}, "!the API repeated a page", ""},
		{"stamped elements with an identity", indicators, []string{`{"status":"Success","next":"x","data":[{"id":1,"lastSeen":"2026-01-01T00:00:01Z"}]}`, `{"status":"Success","next":"x","data":[{"id":1,"lastSeen":"2026-01-01T00:00:02Z"}]}`}, "!the API repeated a page", ""},
		{"a cursor in other letters", alerts, []string{`{"alerts":[{"id":"1"}],"Token":"b"}`}, "!a member token in other letters", ""},
		{"an object for a cursor", alerts, []string{`{"alerts":[{"id":"1"}],"token":{"id":"b"}}`}, "!a JSON object where a cursor belongs", ""},
		{"a list for a cursor", alerts, []string{`{"alerts":[{"id":"1"}],"token":["b"]}`}, "!a JSON array where a cursor belongs", ""},
		{"a cursor that is too long", alerts, []string{`{"alerts":[{"id":"1"}],"token":"` + strings.Repeat("x", 66_000) + `"}`}, "!a member of the page is too long", ""},
		{"an object for next", objects, []string{`{"status":"Success","data":[{"type":"host"},{"type":"host"}],"next":{"href":"x"}}`}, "!a JSON object where the next page belongs", ""},
		{"a total as words", owners, []string{`{"status":"Success","data":{"resultCount":"1,000","owner":[{"id":1}]}}`}, "!a total that is no number of elements", ""},
		{"an empty page that states more", owners, []string{`{"status":"Success","data":{"resultCount":9,"owner":[{"id":1}]}}`, `{"status":"Success","data":{"resultCount":9,"owner":[]}}`}, "!an empty page that states more", ""},
		{"an empty page that names the next", objects, []string{`{"status":"Success","data":[{"type":"host"}],"next":"x"}`, `{"status":"Success","data":[],"next":"https://example.com/?resultStart=100"}`}, "!an empty page that states more", ""},
		{"an empty page that states more after a total that became 0", owners, []string{`{"status":"Success","data":{"resultCount":9,"owner":[{"id":1},{"id":2}]}}`, `{"status":"Success","data":{"resultCount":0,"owner":[{"id":3}]}}`, `{"status":"Success","data":{"resultCount":9,"owner":[]}}`}, "!an empty page that states more", ""},
		{"a total that becomes 0", owners, []string{`{"status":"Success","data":{"resultCount":3,"owner":[{"id":1},{"id":2}]}}`, `{"status":"Success","data":{"resultCount":0,"owner":[{"id":3}]}}`, `{"status":"Success","data":{"resultCount":0,"owner":[]}}`}, `[{"id":1},{"id":2},{"id":3}]`, "/data/resultCount lost"},
		{"a total with a point", owners, []string{`{"status":"Success","data":{"resultCount":2.0,"owner":[{"id":1}]}}`, `{"status":"Success","data":{"owner":[{"id":2}]}}`}, `[{"id":1},{"id":2}]`, ""},

		// Lists that are not whole, as the service itself says.
		{"an error beside an empty list", alerts, []string{`{"alerts":[],"error":"index down"}`}, "!200 OK: error: index down", ""},
		{"an error with a code beside null", siem, []string{`{"queryEndTime":"2026-01-10T11:00:00Z","clicksBlocked":null,"error":{"message":"index down","code":"E7"}}`}, "!200 OK: error: index down", "/clicksBlocked kept"},
		{"an error before the elements", alerts, []string{`{"errors":["shard 2 failed"],"alerts":[{"id":"1"}],"token":"b"}`}, "!errors: shard 2 failed", ""},
		{"an error behind the elements, one page", alertsP, []string{`{"alerts":[{"id":"1"}],"errors":["shard 2 failed"]}`}, "!errors: shard 2 failed", ""},
		{"an error without words on page 2", owners, []string{`{"status":"Success","data":{"resultCount":2,"owner":[{"id":1}]}}`, `{"status":"Success","data":{"owner":[{"id":2}]},"fault":7}`}, "!200 OK: fault", ""},
		{"an error in a window", siem, []string{`{"queryEndTime":"2026-01-10T11:00:00Z","messagesDelivered":[],"error":"index down"}`}, "!error: index down", ""},
		{"no error, in three ways", alerts, []string{`{"alerts":[{"id":"1"}],"error":null,"errors":[],"fault":false}`}, `[{"id":"1"}]`, ""},
		{"no error, in three others", alerts, []string{`{"alerts":[{"id":"1"}],"error":"","errors":{},"fault":0}`}, `[{"id":"1"}]`, ""},

		// Other forms of a list.
		{"elements under numbers", alerts, []string{`{"alerts":{"0":{"id":"1"},"2":{"id":"2"}}}`}, `[{"id":"1"},{"id":"2"}]`, "/alerts kept"},
		{"elements under numbers, one page", alertsP, []string{`{"alerts":{"0":{"id":"1"},"2":{"id":"2"}}}`}, `{"alerts":[{"id":"1"},{"id":"2"}]}`, "/alerts kept"},
		{"an empty object for a list", alerts, []string{`{"alerts":{}}`}, `null`, "/alerts kept"},
		{"an empty object for a list, one page", alertsP, []string{`{"alerts":{}}`}, `{}`, "/alerts kept"},
		{"the list in an object of its own", alerts, []string{`{"alerts":{"alert":[{"id":"1"},{"id":"2"}]}}`}, `[{"id":"1"},{"id":"2"}]`, "/alerts kept"},
		{"the list in an object of its own, one page", alertsP, []string{`{"alerts":{"alert":[{"id":"1"},{"id":"2"}]}}`}, `{"alerts":[{"id":"1"},{"id":"2"}]}`, "/alerts kept"},
		{"one more member beside that list", alertsP, []string{`{"alerts":{"alert":[{"id":"1"}],"next":"more"}}`}, "!a JSON object where a list belongs", ""},
		{"an empty object under data", indicators, []string{`{"data":{},"status":"Success"}`}, `null`, "/data kept"},
		{"a list for an element", alerts, []string{`{"alerts":[["aa",600],{"id":"1"}]}`}, `[{"id":"1"}]`, "/alerts/* lost"},
		{"null elements", alerts, []string{`{"alerts":[null,{"id":"1"},null]}`}, `[{"id":"1"}]`, "/alerts/* kept, /alerts/* kept"},
		{"elements of unions that are none", rules, []string{`{"rules":["x",7]}`}, "!no element of the list fits", ""},
		{"elements of unions that are none, one page", rulesP, []string{`{"rules":["x",7]}`}, "!no element of the list fits", ""},
		{"one element that is none, one page", rulesP, []string{`{"rules":["x",{"ruleId":"1"}]}`}, `{"rules":["x",{"ruleId":"1"}]}`, ""},

		// Partial failures.
		{"one failure without its list", create, []string{`207 |{"users":[],"errors":{"email":"a@example.com","code":409}}`}, "!1 items failed", ""},
		{"failures by name", create, []string{`207 |{"users":[],"errors":{"a@example.com":"exists","b@example.com":"exists"}}`}, "!2 items failed", ""},
		{"a failure as text", create, []string{`207 |{"users":[],"errors":"a@example.com exists"}`}, "!1 items failed", ""},
		{"true for the failures", create, []string{`207 |{"users":[],"errors":true}`}, "!1 items failed", ""},

		// Windows.
		{"a server that ends a window earlier", siem, []string{`{"queryEndTime":"2026-01-15T09:30:00Z","messagesDelivered":[{"GUID":"1"}]}`, `{"queryEndTime":"2026-01-15T10:30:00Z"}`, `{"queryEndTime":"2026-01-15T11:00:00Z"}`},
			`{"Events":[{"messagesDelivered":{"GUID":"1"}}],"At":"09:30 10:30 11:00"}`, "/queryEndTime lost"},
		{"an end before the start, with an event", siem, []string{`{"queryEndTime":"2026-01-15T08:00:00Z","messagesDelivered":[{"GUID":"a"}]}`}, "!before its start, with elements", ""},
		{"the end of another window", siem, []string{`{"queryEndTime":"2026-01-15T10:30:00Z","messagesDelivered":[]}`}, "!the end of another window", ""},
		{"the end as another language prints it", siem, []string{`{"queryEndTime":"2026-01-15 10:00:00 +0000 UTC","messagesDelivered":[]}`, `{"queryEndTime":"2026-01-15 11:00:00 +0000 UTC","messagesDelivered":[]}`}, `{"Events":[],"At":"10:00 11:00"}`, ""},
		{"an end that is no instant", siem, []string{`{"queryEndTime":"soon","messagesDelivered":[]}`}, "!an end of the window that is no instant", ""},
		{"an end that is an object", siem, []string{`{"queryEndTime":{"at":1},"messagesDelivered":[]}`}, "!an end of the window that is no instant", ""},

		// Single members.
		{"microseconds for an instant", alerts, []string{`{"alerts":[{"id":"1","created":1700000000123456}]}`}, `[{"id":"1"}]`, "/alerts/*/created lost"},
		{"nanoseconds for an instant", alerts, []string{`{"alerts":[{"id":"1","created":1700000000123456789}]}`}, `[{"id":"1"}]`, "/alerts/*/created lost"},
		{"an empty list for a number", alerts, []string{`{"alerts":[{"id":"1","severity":[]}]}`}, `[{"id":"1"}]`, "/alerts/*/severity kept"},
		{"a list of one for an object", group, []string{`{"data":[{"id":7,"type":"Report","name":"n"}],"status":"Success"}`}, `{"id":7,"type":"Report","name":"n"}`, "/data kept"},
		{"texts where named tags belong", group, []string{`{"data":{"id":7,"tags":["a","b"]},"status":"Success"}`}, `{"id":7}`, "/data/tags lost"},
		{"two addresses for one", siem, []string{`{"queryEndTime":"2026-01-15T10:00:00Z","clicksBlocked":[{"GUID":"1","recipient":["a@example.com","b@example.com"]}]}`, `{"queryEndTime":"2026-01-15T11:00:00Z"}`},
			`{"Events":[{"clicksBlocked":{"GUID":"1"}}],"At":"10:00 11:00"}`, "/clicksBlocked/*/recipient lost"},
		{"keys of a map are data", report, []string{`{"slots":{"user@example.com":"7","other":"x"},"metrics":1}`}, `{"slots":{"user@example.com":7,"other":0},"metrics":1}`, "/slots/* kept, /slots/* lost"},

		// Members that the document does not know, exactly.
		{"a member that is new", group, []string{`{"data":{"id":7,"brandNew":{"bullets":["a"],"n":9007199254740993}},"status":"Success"}`}, `{"id":7,"brandNew":{"bullets":["a"],"n":9007199254740993}}`, ""},
		{"numbers beyond floats", indicators, []string{`{"data":[{"id":9007199254740993,"type":"Crypto Wallet","Wallet Number":9007199254740993,"x":123456789012345678901234567890}],"status":"Success"}`},
			`[{"id":9007199254740993,"type":"Crypto Wallet","Wallet Number":9007199254740993,"x":123456789012345678901234567890}]`, ""},
		{"a member under another case", alerts, []string{`{"alerts":[{"id":"1","ID":"2","Title":"x"}]}`}, `[{"id":"1","ID":"2","Title":"x"}]`, ""},
		{"a new member inside an array", siem, []string{`{"queryEndTime":"2026-01-15T10:00:00Z","messagesDelivered":[{"GUID":"1","threatsInfoMap":[{"threatID":"t","threatSeverity":"high"}]}]}`, `{"queryEndTime":"2026-01-15T11:00:00Z"}`},
			`{"Events":[{"messagesDelivered":{"GUID":"1","threatsInfoMap":[{"threatID":"t","threatSeverity":"high"}]}}],"At":"10:00 11:00"}`, ""},
		{"numbers of evidence", forensics, []string{`{"generated":"2026-01-15T10:00:00Z","reports":[{"forensics":[{"what":{"futureId":9007199254740993,"big":123456789012345678901234567890}}]}]}`},
			`{"generated":"2026-01-15T10:00:00Z","reports":[{"forensics":[{"what":{"futureId":9007199254740993,"big":123456789012345678901234567890}}]}]}`, ""},
	} {
		t.Run(c.name, c.test)
	}
}

// What services really answer and what looks like none of it: all of it passes. The source says
// which of them does so.
func TestLegitimateReplies(t *testing.T) {
	status := value(func(ctx context.Context, a apis) (threatconnectv2.StatusReply, error) {
		return a.v2.DeleteAddress(ctx, "192.0.2.1", nil)
	})
	address := value(func(ctx context.Context, a apis) (threatconnectv2.AddressReply, error) {
		return a.v2.GetAddress(ctx, "192.0.2.1", nil)
	})
	batch := value(func(ctx context.Context, a apis) (threatconnectv2.BatchReply, error) {
		return a.v2.CreateBatchJob(ctx, threatconnectv2.BatchConfigInput{Owner: "Example", Action: "Create", AttributeWriteType: "Replace"})
	})
	batchStatus := value(func(ctx context.Context, a apis) (threatconnectv2.BatchStatusReply, error) {
		return a.v2.GetBatchStatus(ctx, "7", nil)
	})
	read := func(open func(context.Context, apis) (io.ReadCloser, error)) call {
		return func(ctx context.Context, a apis) (any, error) {
			body, err := open(ctx, a)
			if err != nil {
				return nil, err
			}
			defer body.Close()
			b, err := io.ReadAll(body)
			return string(b), err
		}
	}
	batchErrors := read(func(ctx context.Context, a apis) (io.ReadCloser, error) { return a.v2.GetBatchErrors(ctx, "7") })
	syslog := read(func(ctx context.Context, a apis) (io.ReadCloser, error) {
		return a.tap.ListSIEMAllSyslog(ctx, &tap.ListSIEMAllParams{SinceSeconds: fake.Ptr(int64(60))})
	})
	essUsers := value(func(ctx context.Context, a apis) (any, error) {
		r, err := a.ess.CreateUsers(ctx, "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com"}})
		return []any{r.JSON201, r.JSON207}, err
	})
	essDelete := nothing(func(ctx context.Context, a apis) error { return a.ess.DeleteDomain(ctx, "example.com", "example.net") })
	lists := value(func(ctx context.Context, a apis) (essentials.SenderLists, error) {
		return a.ess.GetOrgSenderLists(ctx, "example.com")
	})
	dismiss := nothing(func(ctx context.Context, a apis) error {
		var body threatstackv2.DismissalInput
		if err := body.FromDismissByIDsInput(threatstackv2.DismissByIDsInput{IDs: []string{"a"}}); err != nil {
			return err
		}
		return a.ts2.DismissAlerts(ctx, body)
	})
	const quiet = `{"Events":[],"At":"10:00 11:00"}`
	for _, c := range []struct {
		source string
		replyCase
	}{
		{"ThreatConnect v2", replyCase{"a status alone", status, []string{`{"status":"Success"}`}, `{"status":"Success"}`, ""}},
		{"ThreatConnect v2", replyCase{"the bare form of a value", address, []string{`{"address":{"id":7}}`}, `{"address":{"id":7}}`, ""}},
		{"ThreatConnect v2", replyCase{"the value in its envelope", address, []string{`{"status":"Success","data":{"address":{"id":7}}}`}, `{"status":"Success","data":{"address":{"id":7}}}`, ""}},
		{"ThreatConnect v2", replyCase{"the bare form of a batch", batch, []string{`201 application/json|{"batchId":7}`}, `{"batchId":7}`, ""}},
		{"ThreatConnect v2", replyCase{"the bare status of a batch", batchStatus, []string{`{"status":"Queued"}`}, `{"status":"Queued"}`, ""}},
		{"ThreatConnect v2", replyCase{"no page, data is empty", hosts, []string{`{"status":"Success","data":{}}`}, `null`, ""}},
		{"ThreatConnect v2", replyCase{"no page, but the count", hosts, []string{`{"status":"Success","data":{"resultCount":0}}`}, `null`, ""}},
		{"ThreatConnect v2", replyCase{"data is empty on a later page", hosts, []string{`{"status":"Success","data":{"resultCount":2,"host":[{"id":1}]}}`, `{"status":"Success","data":{}}`}, `[{"id":1}]`, "/data/resultCount lost"}},
		{"ThreatConnect v2", replyCase{"one object for a list of one", hosts, []string{`{"status":"Success","data":{"resultCount":1,"host":{"id":1}}}`}, `[{"id":1}]`, "/data/host kept"}},
		{"ThreatConnect v2", replyCase{"the total on the first page only", hosts, []string{`{"status":"Success","data":{"resultCount":2,"host":[{"id":1}]}}`, `{"status":"Success","data":{"host":[{"id":2}]}}`}, `[{"id":1},{"id":2}]`, ""}},
		{"ThreatConnect v2", replyCase{"errors of a batch as a file", batchErrors, []string{`200 application/octet-stream|[{"errorReason":"no"}]`}, `"[{\"errorReason\":\"no\"}]"`, ""}},
		{"ThreatConnect v2", replyCase{"errors of a batch as JSON", batchErrors, []string{`200 application/json|[]`}, `"[]"`, ""}},
		{"ThreatConnect v2", replyCase{"errors of a batch without a type", batchErrors, []string{`200 |[]`}, `"[]"`, ""}},
		{"ThreatConnect v3", replyCase{"an empty list", indicators, []string{`{"data":[],"status":"Success"}`}, `null`, ""}},
		{"ThreatConnect v3", replyCase{"a larger start in next", indicators, []string{`{"status":"Success","next":"https://example.com/?resultStart=4","data":[{"id":1}]}`, `{"status":"Success","data":[{"id":5}]}`}, `[{"id":1},{"id":5}]`, ""}},
		{"Proofpoint TAP", replyCase{"JSON as plain text", siem, []string{`200 text/plain|{"queryEndTime":"2026-01-15T10:00:00Z","messagesDelivered":[]}`, `200 text/plain|{"queryEndTime":"2026-01-15T11:00:00Z"}`}, quiet, ""}},
		{"Proofpoint TAP", replyCase{"an hour without events", siem, []string{`{"queryEndTime":"2026-01-15T10:00:00Z"}`, `{"queryEndTime":"2026-01-15T11:00:00Z"}`}, quiet, ""}},
		{"Proofpoint TAP", replyCase{"an hour without content", siem, []string{`204 |`}, quiet, ""}},
		{"Proofpoint TAP", replyCase{"null lists", siem, []string{`{"queryEndTime":"2026-01-15T10:00:00Z","messagesDelivered":null,"clicksBlocked":null}`, `{"queryEndTime":"2026-01-15T11:00:00Z"}`}, quiet, "/clicksBlocked kept"}},
		{"Proofpoint TAP", replyCase{"no campaigns", campaigns, []string{`404 |`}, `{"Events":[],"At":"11:00"}`, ""}},
		{"Proofpoint TAP", replyCase{"lines of syslog", syslog, []string{"200 text/plain|<38>1 2026-01-15 x\r\n"}, `"<38>1 2026-01-15 x\r\n"`, ""}},
		{"Proofpoint TAP", replyCase{"no lines of syslog", syslog, []string{`204 |`}, `""`, ""}},
		{"Proofpoint Essentials", replyCase{"a success without content", essDelete, []string{`204 |`}, `null`, ""}},
		{"Proofpoint Essentials", replyCase{"a success that is an empty object", essDelete, []string{`200 application/json|{}`}, `null`, " kept"}},
		{"Proofpoint Essentials", replyCase{"207 without failures", essUsers, []string{`207 application/json|{"users":[{"uid":1}]}`}, `[null,{"users":[{"uid":1}]}]`, ""}},
		{"Proofpoint Essentials", replyCase{"207, failures are null", essUsers, []string{`207 application/json|{"users":[{"uid":1}],"errors":null}`}, `[null,{"users":[{"uid":1}]}]`, ""}},
		{"Proofpoint Essentials", replyCase{"207, failures are none", essUsers, []string{`207 application/json|{"users":[{"uid":1}],"errors":[]}`}, `[null,{"users":[{"uid":1}]}]`, ""}},
		{"Proofpoint Essentials", replyCase{"null lists", lists, []string{`{"allow_list":null,"block_list":["a"]}`}, `{"block_list":["a"]}`, ""}},
		{"Threat Stack v2", replyCase{"an empty object of a write", dismiss, []string{`{}`}, `null`, ""}},
		{"Threat Stack v2", replyCase{"no content of a write", dismiss, []string{`200 |`}, `null`, ""}},
		{"Threat Stack v1", replyCase{"an empty list", agents, []string{`[]`}, `null`, ""}},
		{"Threat Stack v1", replyCase{"a later page is an empty object", agents, []string{`[{"id":"1"}]`, `{}`}, `[{"id":"1"}]`, ""}},
		{"Threat Stack v1", replyCase{"a later page is not found", agents, []string{`[{"id":"1"}]`, `404 |`}, `[{"id":"1"}]`, ""}},
		{"any", replyCase{"the array without its object", alerts, []string{`[{"id":"1"}]`}, `[{"id":"1"}]`, " kept"}},
		{"any", replyCase{"white space around it", alerts, []string{" \n{ \"alerts\" : [ ] }\r\n"}, `null`, ""}},
		{"any", replyCase{"a cursor with blanks", alerts, []string{`{"alerts":[{"id":"1"}],"token":" b "}`, `{"alerts":[{"id":"2"}]}`}, `[{"id":"1"},{"id":"2"}]`, ""}},
	} {
		c.name = c.source + ": " + c.name
		t.Run(c.name, c.test)
	}
	// But only there: the first page of Threat Stack v1 is an array.
	for _, c := range []replyCase{
		{"an empty object for the first page", agents, []string{`{}`}, "!none of the expected members", ""},
		{"not found on the first page", agents, []string{`404 |`}, "!404", ""},
		{"data holds what nobody knows", hosts, []string{`{"status":"Success","data":{"message":"down"}}`}, "!none of the expected members", ""},
		{"404 with a body", campaigns, []string{`404 application/json|{"message":"no such page"}`}, "!404", ""},
	} {
		t.Run(c.name, c.test)
	}
}

// Cursors and offsets are sent as the services named them.
func TestNextRequests(t *testing.T) {
	for _, c := range []struct {
		call    call
		replies []string
		want    string
	}{
		{alerts, []string{`{"alerts":[{"id":"1"}],"token":" b+/= "}`, `{"alerts":[{"id":"2"}]}`}, "| token=+b%2B%2F%3D+"},
		{indicators, []string{`{"status":"Success","next":"https://evil.example/?resultStart=4&x=1","data":[{"id":1}]}`, `{"status":"Success","data":[{"id":5}]}`}, "| resultStart=4"},
		{indicators, []string{`{"status":"Success","next":"https://evil.example/?resultStart=0","data":[{"id":1}]}`, `{"status":"Success","data":[{"id":5}]}`}, "| resultStart=1"},
	} {
		a, asked := newAPIs(t, c.replies, new([]string))
		_, err := c.call(t.Context(), a)
		require.NoError(t, err)
		assert.Equal(t, c.want, strings.Join(*asked, "| "), c.replies)
	}
}
