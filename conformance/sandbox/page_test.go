package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// A page says which one it is, and its links lead to its neighbours on this server.
func TestNumberedPages(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"essentials"}})
	const path = "/stats/partner.example.com/partner/orgs"
	count := len(rows(t, in, "essentials", path, "data"))
	require.Greater(t, count, 2)
	for n := 1; n <= count; n++ {
		_, body := get(t, in, "essentials", path+"?page_size=1&page="+text(t, n))
		var page row
		require.NoError(t, json.Unmarshal([]byte(body), &page))
		for name, want := range map[string]int{"current_page": n, "last_page": count, "per_page": 1, "from": n, "to": n, "total": count} {
			assert.Equal(t, float64(want), page[name], "page %d: %s", n, name)
		}
		for name, v := range page {
			if link, ok := v.(string); ok && strings.Contains(name, "url") {
				assert.True(t, strings.HasPrefix(link, in.URL+"/"), "page %d: %s leads to %s", n, name, link)
			}
		}
		assert.Equal(t, n > 1, page["prev_page_url"] != nil, "page %d", n)
		assert.Equal(t, n < count, page["next_page_url"] != nil, "page %d", n)
	}
}

// limit is another name of count, and a token that no page gave is refused.
func TestSizesAndTokens(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatstackv1", "threatstackv2"}})
	for query, want := range map[string]int{"?limit=1": 1, "?count=1": 1, "?count=2&limit=1": 2} {
		_, body := get(t, in, "threatstackv1", "/alerts"+query)
		var list []row
		require.NoError(t, json.Unmarshal([]byte(body), &list), body)
		assert.Len(t, list, want, query)
	}
	res, body := get(t, in, "threatstackv2", "/v2/alerts?status=active&token=bogus")
	assert.Equal(t, http.StatusBadRequest, res.StatusCode, body)
}

// What an action is called for is done: dismissed alerts are among the dismissed, no longer among the
// active, and an unknown identifier changes nothing.
func TestAlertsAreDismissed(t *testing.T) {
	const api = "threatstackv2"
	in := start(t, sandbox.Options{APIs: []string{api}})
	put := func(id string, severity int) {
		require.NoError(t, in.Put(api, "/v2/alerts/"+id, row{"id": id, "isDismissed": false, "severity": severity, "createdAt": "2020-05-01T10:00:00.000Z"}))
	}
	put("one", 1)
	put("two", 1)
	put("three", 2)
	active := func() (ids []string) {
		for _, e := range rows(t, in, api, "/v2/alerts?status=active", "alerts") {
			if len(e["id"].(string)) < 6 {
				ids = append(ids, e["id"].(string))
			}
		}
		return ids
	}
	for _, c := range []struct {
		body string
		want int
		left []string
	}{
		{`{"ids": ["one", "nope"], "dismissReason": "BUSINESS_OP"}`, 404, []string{"one", "two", "three"}},
		{`{"ids": ["one"], "dismissReason": "BUSINESS_OP"}`, 200, []string{"two", "three"}},
		{`{"from": "2020-05-01", "until": "2020-05-02", "severity": 2, "dismissReason": "BUSINESS_OP"}`, 200, []string{"two"}},
	} {
		res, text := send(t, in, api, &exchange.Exchange{Method: http.MethodPost, Path: "/v2/alerts/dismiss", RequestBody: json.RawMessage(c.body)})
		require.Equal(t, c.want, res.StatusCode, "%s: %s", c.body, text)
		assert.ElementsMatch(t, c.left, active(), "active after %s", c.body)
	}
	found := 0
	for _, e := range rows(t, in, api, "/v2/alerts?status=dismissed", "alerts") {
		if e["id"] == "one" || e["id"] == "three" {
			found++
		}
	}
	assert.Equal(t, 2, found, "they are among the dismissed")
}

// A server on all addresses names one that can be asked.
func TestURLOfAllAddresses(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap"}, Addr: "0.0.0.0:0"})
	assert.Contains(t, in.URL, "http://127.0.0.1:")
	assert.NotContains(t, in.Banner(), "[::]")
	res, _ := get(t, in, "tap", people)
	assert.Equal(t, http.StatusOK, res.StatusCode)
}
