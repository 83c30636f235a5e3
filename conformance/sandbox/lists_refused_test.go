package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// A list that cannot be what was asked for is refused, not sent whole.
func TestListsRefuseWhatTheyCannotDo(t *testing.T) {
	in := start(t, sandbox.Options{})
	const v2, v3 = "threatconnectv2", "threatconnectv3"
	for _, c := range []struct {
		api, target string
		want        int
	}{
		{v2, "/v2/indicators?owner=Example+Organization", 200},
		{v2, "/v2/indicators?owner=Nope", 403},
		{v2, "/v2/indicators/hosts?owner=Nope", 403},
		{v3, "/v3/indicators?owner=Example+Organization", 200},
		{v3, "/v3/tags?owner=Nope", 403},
		{v2, "/v2/indicators?filters=rating%3E2", 200},
		{v2, "/v2/indicators?filters=bogus%3D1", 400},
		{v2, "/v2/indicators?filters=rating%3E1,ratng%3E4&orParams=true", 400},
		{v2, "/v2/indicators/hosts?filters=summary%5Ehost", 200},
		{v3, "/v3/indicators?sorting=dateAdded+desc+id+asc", 200},
		{v3, "/v3/indicators?sorting=typeName+asc+nullslast", 200},
		{v3, "/v3/indicators?sorting=bogus+asc", 400},
		{v3, "/v3/indicators?sorting=-id", 400},
		{v3, "/v3/indicators?sorting=id+sideways", 400},
		{v3, "/v3/indicators?sorting=id+asc,+rating+desc", 400},
	} {
		res, body := get(t, in, c.api, c.target)
		assert.Equal(t, c.want, res.StatusCode, "%s: %s", c.target, body[:min(len(body), 300)])
	}
}

// Filters find what they say, and nothing by a member that an element lacks.
func TestFiltersFind(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv2"}})
	created(t, in, "threatconnectv2", "/v2/indicators/hosts", `{"hostName": "mine.example.org"}`, "data.host")
	all := rows(t, in, "threatconnectv2", "/v2/indicators?resultLimit=500", "data.indicator")
	mine := 0
	for _, e := range all {
		if e["summary"] == "mine.example.org" {
			mine++
			assert.Equal(t, "Host", e["type"], "the list of all kinds says which")
		}
	}
	assert.Equal(t, 1, mine, "the list of all kinds has it by its summary")
	assert.Len(t, rows(t, in, "threatconnectv2", "/v2/indicators?filters=summary%3Dmine.example.org", "data.indicator"), 1)
	assert.Len(t, rows(t, in, "threatconnectv2", "/v2/indicators/hosts?filters=summary%3Dmine.example.org", "data.host"), 1)
	for _, e := range rows(t, in, "threatconnectv2", "/v2/indicators?resultLimit=500&filters=rating%3E0", "data.indicator") {
		assert.NotEqual(t, "mine.example.org", e["summary"], "it has no rating")
	}
	res, body := get(t, in, "threatconnectv2", "/v2/indicators?filters=rating%3E99")
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.NotContains(t, body, `"summary"`, "no rating is that high")
}

// Keywords sort, not only members; a second pair decides among equals, and what lacks the member
// goes where the request says.
func TestSorting(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv3"}})
	for _, host := range []string{"a", "b"} {
		created(t, in, "threatconnectv3", "/v3/indicators", `{"type": "Host", "hostName": "`+host+`.example.org"}`, "data") // no rating
	}
	sorted := func(by string) []row {
		return rows(t, in, "threatconnectv3", "/v3/indicators?resultLimit=500&sorting="+url.QueryEscape(by), "data")
	}
	list := sorted("typeName asc id desc")
	require.Greater(t, len(list), 10)
	for i := 1; i < len(list); i++ {
		before, after := list[i-1]["type"].(string), list[i]["type"].(string)
		require.LessOrEqual(t, before, after)
		if before == after {
			require.Greater(t, list[i-1]["id"], list[i]["id"], "of one type the later first")
		}
	}
	for by, first := range map[string]bool{"rating asc nullslast": false, "rating asc nullsfirst": true, "rating desc nullsfirst": true, "rating desc nullslast": false} {
		list := sorted(by)
		assert.Equal(t, first, list[0]["rating"] == nil, "%s: the first", by)
		assert.Equal(t, first, list[len(list)-1]["rating"] != nil, "%s: the last", by)
	}
}

// An empty feed of lines is a 204, and the end of a window has the form of the service.
func TestFeedForms(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap", "essentialsthreat"}, Events: sandbox.Events{PerHour: -1}})
	res, body := get(t, in, "tap", "/v2/siem/all?sinceSeconds=3600")
	assert.Equal(t, http.StatusNoContent, res.StatusCode)
	assert.Empty(t, body)
	res, body = get(t, in, "tap", "/v2/siem/all?format=json&sinceSeconds=3600")
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.Contains(t, body, `"messagesDelivered":[]`)

	_, body = get(t, in, "essentialsthreat", "/v2/siem/all?sinceSeconds=3600")
	_, end, _ := strings.Cut(body, `"queryEndTime":"`)
	end, _, _ = strings.Cut(end, `"`)
	at, err := time.Parse("2006-01-02 15:04:05 -0700 MST", end)
	require.NoError(t, err, body)
	assert.WithinDuration(t, time.Now(), at, 10*time.Second)
}
