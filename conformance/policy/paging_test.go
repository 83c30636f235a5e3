package policy_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

func TestCursor(t *testing.T) {
	ctx := t.Context()
	var asked []string
	c, seen := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		next := map[string]string{"": `"b"`, "b": `"c&d"`, "c&d": "null"}[r.URL.Query().Get("token")]
		fmt.Fprintf(w, `{"token":%s,"alerts":[{"id":"1"},{"id":"2"}]}`, next)
	})
	params := &synthetic.ListAlertsParams{Status: fake.Ptr(synthetic.AlertStatus("active"))}
	seq := c.ListAlerts(ctx, params)
	params.Status = fake.Ptr(synthetic.AlertStatus("dismissed")) // too late: options are copied
	assert.Zero(t, seen.Calls(), "requests of a list that nobody ranges over")
	for range 2 { // a second range begins anew
		got, err := fake.Collect(seq)
		require.NoError(t, err)
		require.Len(t, got, 6)
	}
	require.Len(t, asked, 6, "requests")
	assert.Equal(t, []string{"status=active", "status=active&token=b", "status=active&token=c%26d"}, asked[3:], "filters are repeated with the token")
	for range seq {
		break
	}
	assert.Equal(t, 7, seen.Calls(), "break ends the requests")
	got, err := fake.Collect(c.ListAlerts(ctx, &synthetic.ListAlertsParams{Token: fake.Ptr("b")}))
	require.NoError(t, err, "resumed")
	assert.Len(t, got, 4, "resumed")
	assert.Equal(t, []string{"token=b", "token=c%26d"}, asked[7:], "resumed")
}

func TestRepeatedCursorIsAnError(t *testing.T) {
	c, seen := serve(t, fake.Reply(`{"alerts":[{"id":"1"}],"token":"same"}`))
	got, err := fake.Collect(c.ListAlerts(t.Context(), nil))
	assert.ErrorIs(t, err, client.ErrCursor, "a, a")
	assert.Len(t, got, 2, "what came before is yielded")
	assert.Equal(t, 2, seen.Calls(), "requests")
	c, seen = serve(t, func(n int, w http.ResponseWriter, _ *http.Request) { // a, b, a, b …
		fmt.Fprintf(w, `{"alerts":[{"id":"1"}],"token":"%c"}`, 'a'+n%2)
	})
	_, err = fake.Collect(c.ListAlerts(t.Context(), nil))
	assert.ErrorIs(t, err, client.ErrCursor, "a, b, a")
	assert.Equal(t, 3, seen.Calls(), "requests")
}

func TestOffset(t *testing.T) {
	var asked []string
	c, _ := serve(t, func(n int, w http.ResponseWriter, r *http.Request) { // the total stands on the first page only
		asked = append(asked, r.URL.RawQuery)
		if n == 1 {
			io.WriteString(w, `{"status":"Success","data":{"owner":[{"id":1},{"id":2}],"resultCount":3}}`)
		} else {
			io.WriteString(w, `{"status":"Success","data":{"owner":{"id":3}}}`) // no array around one
		}
	})
	got, err := fake.Collect(c.ListOwners(t.Context(), &synthetic.ListOwnersParams{ResultLimit: fake.Ptr(int64(2))}))
	require.Len(t, got, 3)
	assert.NoError(t, err)
	assert.Equal(t, []string{"resultLimit=2", "resultLimit=2&resultStart=2"}, asked)
	// Elements are deleted while the pages are walked: the total promises what never comes.
	c, seen := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			io.WriteString(w, `{"status":"Success","data":{"owner":[{"id":1},{"id":2}],"resultCount":9}}`)
		} else {
			io.WriteString(w, `{"status":"Success","data":{"owner":[]}}`)
		}
	})
	got, err = fake.Collect(c.ListOwners(t.Context(), nil))
	assert.NoError(t, err, "an empty page is the last one")
	assert.Len(t, got, 2)
	assert.Equal(t, 2, seen.Calls(), "requests")
}

func TestPageNumbers(t *testing.T) {
	ctx := t.Context()
	serveTags := func(pages ...string) (*synthetic.Client, *[]string) {
		asked := new([]string)
		c, _ := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
			*asked = append(*asked, r.URL.RawQuery)
			if n > len(pages) {
				w.WriteHeader(404)
				return
			}
			io.WriteString(w, pages[n-1])
		})
		return c, asked
	}
	for name, x := range map[string]struct {
		pages []string
		want  int
		asked string
	}{
		"short last page":  {[]string{`[{"name":"a"},{"name":"b"}]`, `[{"name":"c"}]`}, 3, "count=2&page=0 count=2&page=1"},
		"full last page":   {[]string{`[{"name":"a"},{"name":"b"}]`, `[{"name":"c"},{"name":"d"}]`, `[]`}, 4, "count=2&page=0 count=2&page=1 count=2&page=2"},
		"404 past the end": {[]string{`[{"name":"a"},{"name":"b"}]`}, 2, "count=2&page=0 count=2&page=1"},
		"nothing":          {nil, 0, "count=2&page=0"},
	} {
		c, asked := serveTags(x.pages...)
		got, err := fake.Collect(c.ListAgents(ctx, nil))
		require.Len(t, got, x.want, name)
		assert.NoError(t, err, name)
		assert.Equal(t, x.asked, sortedQueries(*asked), "%s: the queries", name)
	}
	// One page alone tells a 404.
	c, _ := serveTags()
	_, err := c.ListAgentsPage(ctx, nil)
	assert.ErrorIs(t, err, client.ErrNotFound)
	// A server that ignores the parameter would be asked forever.
	c, seen := serve(t, fake.Reply(`[{"name":"a"}]`))
	_, err = fake.Collect(c.ListTags(ctx, nil))
	assert.ErrorIs(t, err, client.ErrCursor)
	assert.Equal(t, 2, seen.Calls(), "requests")
	// Only an empty page is the last one of this list.
	c, seen = serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, map[int]string{1: `{"users":[{"id":"1"}]}`, 2: `{"users":[{"id":"2"}]}`, 3: `{"users":[]}`}[n])
	})
	got, err := fake.Collect(c.ListPeople(ctx, &synthetic.ListPeopleParams{Window: 14}))
	assert.NoError(t, err)
	assert.Len(t, got, 2)
	assert.Equal(t, 3, seen.Calls(), "requests")
}

func sortedQueries(list []string) string {
	for i, q := range list {
		a, b, _ := strings.Cut(q, "&")
		if b != "" && b < a {
			list[i] = b + "&" + a
		}
	}
	return strings.Join(list, " ")
}

func TestSingleReplyIsStreamed(t *testing.T) {
	c, seen := serve(t, fake.Reply(`{"indicator":[{"name":"a"},{"name":"b"}]}`))
	got, err := fake.Collect(c.ListBulk(t.Context()))
	assert.NoError(t, err)
	assert.Len(t, got, 2)
	assert.Equal(t, 1, seen.Calls(), "requests")
}

func TestWindows(t *testing.T) {
	ctx := t.Context()
	var asked []string
	c, seen := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		asked = append(asked, q.Get("interval"))
		assert.Equal(t, "JSON", q.Get("format"), "the API answers syslog unless it is told")
		_, end, _ := strings.Cut(q.Get("interval"), "/")
		if n == 2 {
			fmt.Fprintf(w, `{"queryEndTime":%q}`, end) // a quiet hour
			return
		}
		fmt.Fprintf(w, `{"messagesDelivered":[{"GUID":"1"}],"queryEndTime":%q,"clicksPermitted":[{"GUID":"2"}]}`, end)
	})
	from := noon.Add(-4*time.Hour + 500*time.Millisecond)
	events, windows := 0, 0
	for w := range c.ListSIEMIssues(ctx, from, from.Add(2*time.Hour+10*time.Second), nil) {
		windows++
		assert.True(t, w.QueryEnd().IsZero(), "the end is known before the events")
		for ev, err := range w.Events() {
			require.NoError(t, err)
			require.NotEqual(t, ev.ClicksPermitted == nil, ev.MessagesDelivered == nil, "an event is of one kind")
			events++
		}
		if windows == 1 {
			assert.Equal(t, noon.Add(-3*time.Hour), w.QueryEnd().UTC(), "the end that the server states")
		}
	}
	assert.Equal(t, 4, events, "events")
	assert.Equal(t, 3, windows, "windows")
	assert.Equal(t, 3, seen.Calls(), "requests")
	assert.Equal(t, []string{"2026-01-15T08:00:00Z/2026-01-15T09:00:00Z", "2026-01-15T09:00:00Z/2026-01-15T09:59:00Z", "2026-01-15T09:59:00Z/2026-01-15T10:00:10Z"}, asked)
}

func TestWindowsStayBehindNow(t *testing.T) {
	var asked []string
	h := func(_ int, w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("interval"))
		io.WriteString(w, `{"messagesDelivered":[]}`)
	}
	c, _ := serve(t, h, client.Lag(10*time.Minute))
	var last time.Time
	for w := range c.ListSIEMIssues(t.Context(), noon.Add(-time.Hour), noon, nil) {
		_, err := fake.Collect(w.Events())
		require.NoError(t, err)
		last = w.To
	}
	assert.Equal(t, []string{"2026-01-15T11:00:00Z/2026-01-15T11:50:00Z"}, asked)
	assert.Equal(t, noon.Add(-10*time.Minute), last.UTC(), "the end of the last window")
	// Nothing is ripe yet: no window, no error, and the next run goes on from last.
	for range c.ListSIEMIssues(t.Context(), last, noon, nil) {
		assert.Fail(t, "a window that is not over")
	}
}

func TestWindowsRefuse(t *testing.T) {
	c, seen := serve(t, fake.Reply(`{}`))
	for name, x := range map[string][2]time.Time{
		"too old":  {noon.Add(-7*24*time.Hour - time.Second), noon},
		"backward": {noon, noon.Add(-time.Hour)},
		"unset":    {{}, noon},
	} {
		n := 0
		for w := range c.ListSIEMIssues(t.Context(), x[0], x[1], nil) {
			n++
			_, err := fake.Collect(w.Events())
			assert.ErrorIs(t, err, client.ErrInvalid, name)
		}
		assert.Equal(t, 1, n, "%s: windows", name)
	}
	n := 0
	for w := range c.ListSIEMIssues(t.Context(), noon.Add(-time.Hour), noon, &synthetic.ListSIEMIssuesParams{SinceSeconds: fake.Ptr(int64(60))}) {
		n++
		_, err := fake.Collect(w.Events())
		assert.ErrorIs(t, err, client.ErrInvalid, "exclusive parameters")
	}
	assert.Equal(t, 1, n, "exclusive parameters: windows")
	assert.Zero(t, seen.Calls(), "requests")
}

// What follows a window that failed would leave a gap behind the checkpoint.
func TestWindowsEndAfterAFailure(t *testing.T) {
	c, seen := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) })
	n := 0
	for w := range c.ListSIEMIssues(t.Context(), noon.Add(-5*time.Hour), noon, nil) {
		n++
		_, _ = fake.Collect(w.Events())
	}
	assert.Equal(t, 1, n, "windows")
	assert.Equal(t, 1, seen.Calls(), "requests")
}

// Windows of a day, each in pages; an empty 404 says that there is nothing.
func TestWindowsInPages(t *testing.T) {
	var asked []string
	c, _ := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("interval")[8:13]+" "+r.URL.Query().Get("page"))
		switch n {
		case 1:
			io.WriteString(w, `{"campaigns":[{"id":"1"},{"id":"2"}]}`)
		case 2:
			io.WriteString(w, `{"campaigns":[{"id":"3"}]}`)
		default:
			w.WriteHeader(404)
		}
	})
	var got []synthetic.Campaign
	for w := range c.ListCampaignIDs(t.Context(), noon.Add(-48*time.Hour), noon.Add(-time.Hour), nil) {
		ids, err := fake.Collect(w.Events())
		require.NoError(t, err)
		got = append(got, ids...)
	}
	require.Len(t, got, 3)
	assert.Equal(t, []string{"13T12 ", "13T12 2", "14T12 "}, asked, "the beginning of the window, and the page")
	c, _ = serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(404)
		io.WriteString(w, "no such page")
	})
	n := 0
	for w := range c.ListCampaignIDs(t.Context(), noon.Add(-2*time.Hour), noon.Add(-time.Hour), nil) {
		n++
		_, err := fake.Collect(w.Events())
		assert.ErrorIs(t, err, client.ErrNotFound, "a 404 that says something is a failure")
	}
	assert.Equal(t, 1, n, "windows")
}

func TestSyslog(t *testing.T) {
	c, _ := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "syslog", r.URL.Query().Get("format"))
		assert.Equal(t, "text/plain", r.Header.Get("Accept"))
		if n == 2 {
			w.WriteHeader(204)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, "<38>1 a\r\n<38>1 b\r\n")
	})
	for _, want := range []string{"<38>1 a\r\n<38>1 b\r\n", ""} {
		body, err := c.ListSIEMIssuesSyslog(t.Context(), &synthetic.ListSIEMIssuesParams{SinceSeconds: fake.Ptr(int64(60))})
		require.NoError(t, err)
		b, err := io.ReadAll(body)
		assert.NoError(t, err)
		assert.Equal(t, want, string(b))
		body.Close()
	}
}
