package sandbox_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

// host is a stored indicator as this test's own filter sees it. What is nil is not stored.
type host struct {
	id, owner   int
	kind, value string
	rating      *float64
	confidence  *int
	active      bool
	added       time.Time
	tags        []string
	groups      []int
}

var groupKinds = []string{"Campaign", "Threat", "Incident"}

// groupKind is the type of the group with a number.
func groupKind(n int) string { return groupKinds[n%len(groupKinds)] }

// thousand places 1 000 indicators and 40 groups, and takes those of the fixtures away.
func thousand(t *testing.T, in *sandbox.Instance, c *threatconnectv3.Client, now time.Time) (hosts []host) {
	t.Helper()
	const api = "threatconnectv3"
	shown := map[int64]bool{} // the fixtures show one twice
	for i, err := range c.ListIndicators(t.Context(), nil) {
		require.NoError(t, err)
		shown[*i.ID] = true
	}
	for id := range shown {
		_, err := c.DeleteIndicator(t.Context(), fmt.Sprint(id), nil)
		require.NoError(t, err)
	}
	for n := range 40 {
		require.NoError(t, in.Put(api, fmt.Sprintf("/v3/groups/%d", 5000+n), map[string]any{"id": 5000 + n, "type": groupKind(n), "name": fmt.Sprintf("Group %d", n)}))
	}
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same rows in every run
	for n := range 1000 {
		h := host{id: n + 1, owner: 10 + n%4, kind: []string{"Host", "Address", "URL"}[n%3], active: random.IntN(3) > 0, added: now.Add(-time.Duration(random.IntN(60*72)) * time.Minute).Truncate(time.Second)}
		h.value = fmt.Sprintf("%s-%d.example.%s", []string{"bad", "worse", "Bad"}[random.IntN(3)], n, []string{"com", "org"}[random.IntN(2)])
		m := map[string]any{"id": h.id, "type": h.kind, "summary": h.value, "ownerId": h.owner, "ownerName": fmt.Sprintf("Owner %d", h.owner), "active": h.active, "dateAdded": h.added.Format(time.RFC3339)}
		if random.IntN(5) > 0 {
			rating := float64(random.IntN(11)) / 2
			h.rating, m["rating"] = &rating, rating
		}
		if random.IntN(5) > 0 {
			confidence := random.IntN(101)
			h.confidence, m["confidence"] = &confidence, confidence
		}
		var tags, groups []any
		for _, tag := range []string{"phishing", "Malware", "c2 \"quoted\""} {
			if random.IntN(3) == 0 {
				h.tags, tags = append(h.tags, tag), append(tags, map[string]any{"name": tag})
			}
		}
		for range random.IntN(3) {
			g := random.IntN(40)
			h.groups, groups = append(h.groups, g), append(groups, map[string]any{"id": 5000 + g})
		}
		m["tags"], m["associatedGroups"] = map[string]any{"data": tags}, map[string]any{"data": groups}
		require.NoError(t, in.Put(api, fmt.Sprintf("/v3/indicators/%d", h.id), m))
		hosts = append(hosts, h)
	}
	return hosts
}

// The sandbox finds the rows that a filter finds which is written here, in Go, without its
// evaluator.
func TestQueriesFindTheSameRows(t *testing.T) {
	now := time.Date(2026, 1, 15, 12, 30, 0, 0, time.UTC)
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv3"}, Now: func() time.Time { return now }})
	c := sandbox.Client(t, in, threatconnectv3.New)
	hosts := thousand(t, in, c, now)
	rated := func(ok func(float64) bool) func(host) bool {
		return func(h host) bool { return h.rating != nil && ok(*h.rating) }
	}
	sure := func(ok func(int) bool) func(host) bool {
		return func(h host) bool { return h.confidence != nil && ok(*h.confidence) }
	}
	grouped := func(ok func(int) bool) func(host) bool {
		return func(h host) bool { return slices.ContainsFunc(h.groups, ok) }
	}
	queries := []struct {
		tql  string
		want func(host) bool
	}{
		{`id = 500`, func(h host) bool { return h.id == 500 }},
		{`id in (1, 7, 1000, 5000)`, func(h host) bool { return h.id == 1 || h.id == 7 || h.id == 1000 }},
		{`id not in (1, 2) and id leq 10`, func(h host) bool { return h.id > 2 && h.id <= 10 }},
		{`id GT 100 AND id LT 103`, func(h host) bool { return h.id == 101 || h.id == 102 }},
		{`typeName = "Host"`, func(h host) bool { return h.kind == "Host" }},
		{`typeName in ("Host", "URL")`, func(h host) bool { return h.kind != "Address" }},
		{`typeName != "Host"`, func(h host) bool { return h.kind != "Host" }},
		{`summary startswith "bad"`, func(h host) bool { return strings.HasPrefix(h.value, "bad") }},
		{`summary not startswith "bad"`, func(h host) bool { return !strings.HasPrefix(h.value, "bad") }},
		{`summary endswith ".org"`, func(h host) bool { return strings.HasSuffix(h.value, ".org") }},
		{`summary contains "orse-1"`, func(h host) bool { return strings.Contains(h.value, "orse-1") }},
		{`summary contains ("-11", "-22")`, func(h host) bool { return strings.Contains(h.value, "-11") || strings.Contains(h.value, "-22") }},
		{`summary like "Bad%9%com"`, func(h host) bool {
			rest, ok := strings.CutPrefix(h.value, "Bad")
			rest, com := strings.CutSuffix(rest, "com")
			return ok && com && strings.Contains(rest, "9")
		}},
		{`rating = 2.5`, rated(func(r float64) bool { return r == 2.5 })},
		{`rating >= 4`, rated(func(r float64) bool { return r >= 4 })},
		{`not rating >= 4`, rated(func(r float64) bool { return r < 4 })},
		{`rating != 3`, rated(func(r float64) bool { return r != 3 })},
		{`rating is null`, func(h host) bool { return h.rating == nil }},
		{`rating is not null and confidence is null`, func(h host) bool { return h.rating != nil && h.confidence == nil }},
		{`confidence > 90 or confidence < 5`, sure(func(c int) bool { return c > 90 || c < 5 })},
		{`indicatorActive = false`, func(h host) bool { return !h.active }},
		{`indicatorActive = true and (typeName = "URL" or rating > 4.5)`, func(h host) bool { return h.active && (h.kind == "URL" || h.rating != nil && *h.rating > 4.5) }},
		{`dateAdded > "2026-01-14"`, func(h host) bool { return h.added.After(time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC)) }},
		{`dateAdded >= "TODAY()"`, func(h host) bool { return !h.added.Before(time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)) }},
		{`dateAdded > "NOW() - 6 HOUR" and not (typeName = "Host")`, func(h host) bool { return h.added.After(now.Add(-6*time.Hour)) && h.kind != "Host" }},
		{`dateAdded < "2026-01-13 13:00:00"`, func(h host) bool { return h.added.Before(time.Date(2026, 1, 13, 13, 0, 0, 0, time.UTC)) }},
		{`owner = 11 or ownerName = "Owner 12"`, func(h host) bool { return h.owner == 11 || h.owner == 12 }},
		{`tag = "Malware"`, func(h host) bool { return slices.Contains(h.tags, "Malware") }},
		{`tag = 'c2 \"quoted\"' and tag is not null`, func(h host) bool { return slices.Contains(h.tags, `c2 "quoted"`) }},
		{`tag is null`, func(h host) bool { return h.tags == nil }},
		{`associatedGroup in (5003, 5007)`, grouped(func(g int) bool { return g == 3 || g == 7 })},
		{`hasTag(name = "phishing")`, func(h host) bool { return slices.Contains(h.tags, "phishing") }},
		{`hasGroup(typeName = "Threat")`, grouped(func(g int) bool { return groupKind(g) == "Threat" })},
		{`not hasGroup(id < 5020)`, func(h host) bool { return !slices.ContainsFunc(h.groups, func(g int) bool { return g < 20 }) }},
		{`hasGroup(summary endswith "7" and typeName != "Incident") and confidence >= 50`, func(h host) bool {
			return h.confidence != nil && *h.confidence >= 50 && slices.ContainsFunc(h.groups, func(g int) bool { return g%10 == 7 && groupKind(g) != "Incident" })
		}},
		{`hasGroup(hasIndicator(id = 12)) and id != 12`, func(h host) bool {
			return h.id != 12 && slices.ContainsFunc(h.groups, func(g int) bool { return slices.Contains(hosts[11].groups, g) })
		}},
	}
	rows := 0
	for _, q := range queries {
		var want, got []int
		for _, h := range hosts {
			if q.want(h) {
				want = append(want, h.id)
			}
		}
		for i, err := range c.ListIndicators(t.Context(), &threatconnectv3.ListIndicatorsParams{TQL: &q.tql, ResultLimit: new(int64(400))}) {
			require.NoError(t, err, q.tql)
			got = append(got, int(*i.ID))
		}
		slices.Sort(got)
		assert.Equal(t, want, got, q.tql)
		assert.NotEmpty(t, want, "%s finds nothing, which shows nothing", q.tql)
		assert.Less(t, len(want), len(hosts), "%s finds everything, which shows nothing", q.tql)
		rows += len(got)
	}
	assert.GreaterOrEqual(t, len(queries), 30, "queries")
	t.Logf("%d queries over %d objects: the same %d rows", len(queries), len(hosts), rows)
}

// An association that only one end names is found from both.
func TestQueriesAcrossKinds(t *testing.T) {
	const api = "threatconnectv3"
	in := start(t, sandbox.Options{APIs: []string{api}})
	require.NoError(t, in.Put(api, "/v3/artifacts/77", map[string]any{"id": 77, "caseId": 88, "summary": "mine"}))
	require.NoError(t, in.Put(api, "/v3/cases/88", map[string]any{"id": 88, "name": "Mine", "associatedGroups": map[string]any{"data": []any{map[string]any{"id": 99}}}}))
	require.NoError(t, in.Put(api, "/v3/groups/99", map[string]any{"id": 99, "name": "Of mine", "type": "Threat"}))
	for path, tql := range map[string]string{
		"/v3/artifacts": `hasCase(name = "Mine")`,
		"/v3/cases":     `hasArtifact(summary = "mine") and hasGroup(summary = "Of mine")`,
		"/v3/groups":    `hasCase(id = 88)`,
	} {
		res, text := get(t, in, api, path+"?count=true&tql="+url.QueryEscape(tql))
		assert.Equal(t, 200, res.StatusCode, "%s: %s", path, text)
		assert.Contains(t, text, `"count":1,`, "%s?tql=%s", path, tql)
	}
}

// What is no query is refused as the service refuses it, what the sandbox cannot evaluate
// with 501, whatever is stored: neither finds everything.
func TestQueriesThatAreRefused(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv3"}})
	for _, c := range []struct {
		path, tql string
		status    int
		reason    string
	}{
		{"indicators", `rating >`, 400, "expected a value"},
		{"indicators", `this is nonsense`, 400, "column 9"},
		{"indicators", `nothing = 5`, 400, "indicator has no keyword nothing"},
		{"indicators", `id = 1 or nothing is null`, 400, "indicator has no keyword nothing"},
		{"indicators", `hasGroup(nothing = 5)`, 400, "group has no keyword nothing"},
		{"indicators", `rating = "high"`, 400, "expected a number"},
		{"indicators", `typeName = 1`, 400, "expected a text"},
		{"indicators", `summary(id = 1)`, 400, "summary of indicator takes no sub-query"},
		{"indicators", `type = 1`, 501, "keyword type of indicator: nothing is stored for it"},
		{"indicators", `vtMaliciousCount > 3`, 501, "keyword vtMaliciousCount"},
		{"indicators", `id = 1 or vtMaliciousCount > 3`, 501, "keyword vtMaliciousCount"},
		{"indicators", `hasAllTags(name = "a")`, 501, "keyword hasAllTags"},
		{"indicators", `dateAdded > "NOW() - 3 DAYS"`, 501, "this form of a date"},
		{"indicators", `rating contains 3`, 501, "contains"},
		{"groups", `hasCommonGroup(cvss_score_v2 > 7.0)`, 501, "keyword hasCommonGroup"},
		{"playbooks", `id = 1 and name = 5`, 400, "expected a text"},
	} {
		res, text := get(t, in, "threatconnectv3", "/v3/"+c.path+"?tql="+url.QueryEscape(c.tql))
		assert.Equal(t, c.status, res.StatusCode, c.tql)
		assert.Contains(t, text, c.reason, c.tql)
		assert.Contains(t, text, `"status":"Error"`, "%s: the service's form", c.tql)
		assert.NotContains(t, text, `"data"`, "%s: no rows", c.tql)
	}
}

// Following a list asks for what has changed since, and finds it.
func TestFollowFindsWhatChanged(t *testing.T) {
	const api = "threatconnectv3"
	in := start(t, sandbox.Options{APIs: []string{api}})
	since := time.Now().Add(-time.Hour)
	for id, modified := range map[int]time.Time{41: since.Add(-time.Minute), 42: since.Add(time.Minute)} {
		require.NoError(t, in.Put(api, fmt.Sprintf("/v3/indicators/%d", id), map[string]any{"id": id, "type": "Host", "summary": fmt.Sprint(id, ".example.com"), "lastModified": modified.UTC().Format(time.RFC3339)}))
	}
	c := connect(t, in, api).Interface().(*threatconnectv3.Client)
	found := map[int64]bool{}
	for f, err := range c.FollowIndicators(t.Context(), since, nil) {
		require.NoError(t, err)
		if f.Event != nil {
			found[*f.Event.ID] = true
		}
		if f.Event == nil && f.Deleted == nil { // the end of the round
			break
		}
	}
	assert.True(t, found[42], "changed after the checkpoint")
	assert.False(t, found[41], "changed before the checkpoint")
}
