package policy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// reported is a case that was met in the field or by attack: what the first candidate of the
// clients made of it, and what must come of it now. A want that begins with ! is a part of an error.
type reported struct {
	kind, before, want string
	now                func(*testing.T) string
}

// Every case that deceived the clients once gives the right result or an error. With -v the
// table is printed: case, before, after.
func TestReportedCases(t *testing.T) {
	var all []reported
	all = append(all, reportedLists()...)
	all = append(all, reportedMembers()...)
	all = append(all, reportedAttempts()...)
	all = append(all, reportedSecrets()...)
	all = append(all, reportedBounds()...)
	for _, c := range all {
		t.Run(c.kind, func(t *testing.T) {
			now := c.now(t)
			t.Logf("| %s | %s | %s |", c.kind, c.before, shortened(now))
			if failure, ok := strings.CutPrefix(c.want, "!"); ok {
				require.True(t, strings.HasPrefix(now, "!"), "an error was expected, and not %s", now)
				assert.Contains(t, now, failure)
				return
			}
			assert.Equal(t, c.want, now)
		})
	}
	t.Logf("%d cases", len(all))
}

func shortened(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}

// failed is an error as the table shows it.
func failed(err error) string { return "!" + err.Error() }

// replied makes a call to a server that gives the replies in order: the JSON of what came and
// what was repaired, or the error.
func replied(f call, replies ...string) func(*testing.T) string {
	return func(t *testing.T) string {
		var told []string
		a, _ := newAPIs(t, replies, &told)
		got, err := f(t.Context(), a)
		if err != nil {
			return failed(err)
		}
		text, err := json.Marshal(got)
		require.NoError(t, err)
		return strings.TrimSpace(string(text) + " " + strings.Join(told, ", "))
	}
}

// everyStyle answers the first or second page of a list of each style with a reply, and says
// in how many of them nothing was told.
func everyStyle(page int, reply string) func(*testing.T) string {
	return func(t *testing.T) string {
		silent := 0
		for _, s := range listStyles(t) {
			if page > 1 && s.first == "" {
				continue
			}
			replies := []string{s.first, reply}[2-page:]
			a, _ := newAPIs(t, replies, new([]string))
			if _, err := s.read(a.synthetic); err == nil {
				silent++
			}
		}
		return fmt.Sprintf("%d silent", silent)
	}
}

// reportedLists are lists that ended too early, not at all, or with other elements.
func reportedLists() (all []reported) {
	for name, reply := range map[string]string{
		"a gateway's message": `{"message":"Endpoint request timed out"}`, "an error": `{"error":{"code":503}}`, "a fault": `{"fault":{"faultstring":"x"}}`,
		"a status alone": `{"status":"Success"}`, "the list one level deeper": `{"result":{"alerts":[{"id":"1"}],"data":[{"id":1}]}}`, "text for the list": `{"alerts":"down","data":"down","users":"down","campaigns":"down","messagesDelivered":"down","indicator":"down"}`,
	} {
		for page := range 2 {
			all = append(all, reported{fmt.Sprintf("%s on page %d, nine styles of lists", name, page+1), "an empty page or the end, no error", "0 silent", everyStyle(page+1, reply)})
		}
	}
	owner := func(total string, ids ...int) string {
		return `{"status":"Success","data":{"resultCount":` + total + `,"owner":` + elements(ids) + `}}`
	}
	object := func(next string, hosts ...string) string {
		return `{"status":"Success","next":` + next + `,"data":[{"type":"host","hostName":"` + strings.Join(hosts, `"},{"type":"host","hostName":"`) + `"}]}`
	}
	alert := func(more string) string { return `{"alerts":[{"id":"1"}]` + more + `}` }
	three := list(func(ctx context.Context, a apis) func(func(synthetic.Tag, error) bool) {
		return a.synthetic.ListTags(ctx, nil)
	})
	return append(all, []reported{
		{"the offset is ignored, the total ends the list", "all elements twice, no error", "!repeated", replied(owners, owner("4", 1, 2))},
		{"the first page again with an end", "its elements twice, no error", "!repeated", replied(objects, object(`"x"`, "a", "b"), object("null", "a", "b"))},
		{"two pages that alternate up to the total", "4 of 8, twice, no error", "!repeated", replied(owners, owner("8", 1, 2), owner("8", 3, 4), owner("8", 1, 2), owner("8", 3, 4))},
		{"pages that alternate without a total", "asked without end", "!repeated", replied(three, `[{"name":"a"},{"name":"b"}]`, `[{"name":"c"},{"name":"d"}]`, `[{"name":"a"},{"name":"b"}]`)},
		{"an object for a cursor", "the end, no error", "!where a cursor belongs", replied(alerts, alert(`,"token":{"id":"b"}`))},
		{"a list for a cursor", "the end, no error", "!where a cursor belongs", replied(alerts, alert(`,"token":["b"]`))},
		{"a cursor of 66 000 characters", "the end, no error", "!too long", replied(alerts, alert(`,"token":"`+strings.Repeat("x", 66_000)+`"`))},
		{"an object for the next page", "the end, no error", "!where the next page belongs", replied(objects, object(`{"href":"x"}`, "a", "b"))},
		{"a list for the next page", "the end, no error", "!where the next page belongs", replied(objects, object(`["x"]`, "a", "b"))},
		{"an empty page that states more", "the end, no error", "!an empty page that states more", replied(owners, owner("9", 1), owner("9"))},
		{"an empty page that names the next", "the end, no error", "!an empty page that states more", replied(objects, object(`"x"`, "a", "b"), `{"status":"Success","data":[],"next":"https://example.com/?resultStart=100"}`)},
		{"a total that becomes 0", "2 of 3 pages, no error", `[{"id":1},{"id":2},{"id":3}] /data/resultCount lost`, replied(owners, owner("3", 1, 2), owner("0", 3), owner("0"))},
		{"a total with a thousands separator", "passed over", "!no number of elements", replied(owners, owner(`"1,000"`, 1))},
		{"a short page before the offset that next names", "an element twice", `[{"type":"host","hostName":"a"},{"type":"host","hostName":"b"}]`, replied(objects, object(`"https://example.com/?resultStart=4"`, "a"), object("null", "b"))},
		{"elements under numbers", "one empty element, kept", `[{"id":"1"},{"id":"2"}] /alerts kept`, replied(alerts, `{"alerts":{"0":{"id":"1"},"2":{"id":"2"}}}`)},
		{"the same as one page", "one empty element, kept", `{"alerts":[{"id":"1"},{"id":"2"}]} /alerts kept`, replied(alertsP, `{"alerts":{"0":{"id":"1"},"2":{"id":"2"}}}`)},
		{"an empty object for the list", "one empty element, kept", "null /alerts kept", replied(alerts, `{"alerts":{}}`)},
		{"the list in an object of its own", "one empty element", `[{"id":"1"},{"id":"2"}] /alerts kept`, replied(alerts, `{"alerts":{"alert":[{"id":"1"},{"id":"2"}]}}`)},
		{"a list as an element", "an element made of it, kept", `[{"id":"1"}] /alerts/* lost`, replied(alerts, `{"alerts":[["aa",600],{"id":"1"}]}`)},
		{"an element of another kind", "an empty element", `[{"id":"1"}] /alerts/* lost`, replied(alerts, `{"alerts":["down",{"id":"1"}]}`)},
		{"null elements", "empty elements, untold", `[{"id":"1"}] /alerts/* kept`, replied(alerts, `{"alerts":[null,{"id":"1"}]}`)},
		{"an end that the server moved back", "half an hour never asked for", `{"Events":[{"messagesDelivered":{"GUID":"1"}}],"At":"09:30 10:30 11:00"} /queryEndTime lost`,
			replied(siem, `{"queryEndTime":"2026-01-15T09:30:00Z","messagesDelivered":[{"GUID":"1"}]}`, `{"queryEndTime":"2026-01-15T10:30:00Z"}`, `{"queryEndTime":"2026-01-15T11:00:00Z"}`)},
		{"the answer of another window", "its events, no error", "!another window", replied(siem, `{"queryEndTime":"2026-01-15T10:30:00Z","messagesDelivered":[]}`)},
		{"an end written with a zone's name", "no end, untold", `{"Events":[],"At":"10:00 11:00"}`, replied(siem, `{"queryEndTime":"2026-01-15 10:00:00 +0000 UTC","messagesDelivered":[]}`, `{"queryEndTime":"2026-01-15 11:00:00 +0000 UTC","messagesDelivered":[]}`)},
		{"a failed page of campaigns under 404", "the end, no error", "!404", replied(campaigns, `404 application/json|{"message":"no such page"}`)},
		{"the bytes of each event of a window", "not to be had", `{"GUID":"1","subject":null,"new":{"n":1.50}}`, rawWindow},
	}...)
}

func elements(ids []int) string {
	var all []string
	for _, id := range ids {
		all = append(all, fmt.Sprintf(`{"id":%d}`, id))
	}
	return "[" + strings.Join(all, ",") + "]"
}

// rawWindow reads a window as what was sent.
func rawWindow(t *testing.T) string {
	a, _ := newAPIs(t, []string{`{"queryEndTime":"2026-01-15T11:00:00Z","messagesDelivered":[{"GUID":"1","subject":null,"new":{"n":1.50}}]}`}, new([]string))
	for w := range a.tap.Requests.ListSIEMAll(t.Context(), noon.Add(-2*time.Hour), noon.Add(-time.Hour), &tap.ListSIEMAllParams{}) {
		events, err := fake.Collect(w.Events())
		require.NoError(t, err)
		require.Len(t, events, 1)
		return string(events[0].JSON)
	}
	return failed(errors.New("no window"))
}
