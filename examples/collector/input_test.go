package collector

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

const soon, often = 2 * time.Minute, 20 * time.Millisecond

// Two tenants of TAP: every event that the sandbox made comes once, with its key, its list and
// its window; a second run goes on where the first one stored that it was.
func TestCollectsAndGoesOn(t *testing.T) {
	events := sandbox.Events{Seed: 3, PerHour: 40, Delay: 20 * time.Minute, Duplicate: 0.1}
	in := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: events})
	dir := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte(in.Credential("tap", "secret")+"\n"), 0o600))
	config := "    checkpoint: {directory: " + dir + "}\n    tenants:\n" +
		tenantOf(in, "acme", "tap", "SIEMAll", ", start: 3h, lag: 40m") +
		strings.Replace(tenantOf(in, "bees", "tap", "SIEMMessagesDelivered", ", start: 2h"), `secret: "`+in.Credential("tap", "secret")+`"`, "secret_file: "+secret, 1)
	begin := time.Now().UTC().Add(-3 * time.Hour).Truncate(time.Second)

	first := &collect{t: t}
	stop := run(t, config, first.write)
	require.Eventually(t, func() bool {
		return stored(dir, "acme").After(begin.Add(2*time.Hour)) && stored(dir, "bees").After(begin.Add(2*time.Hour))
	}, soon, often, "both tenants reach now, less the lag")
	stop()
	at := stored(dir, "acme")
	assert.WithinDuration(t, time.Now().Add(-40*time.Minute), at, 2*time.Minute, "as far as the lag lets it")

	seen, tenants := map[string]int{}, map[string]int{}
	for _, m := range first.all() {
		tenants[m.tenant]++
		if m.tenant == "acme" {
			seen[m.guid()]++
			assert.NotEmpty(t, m.key, "the key of %v", m)
			window, err := time.Parse(time.RFC3339, m.window)
			require.NoError(t, err)
			assert.False(t, window.After(at), "the window of %v", m)
		}
		assert.Equal(t, "event", m.kind)
	}
	assert.Empty(t, missing(events, begin.Add(time.Second), at, seen), "events that were never received")
	for guid, n := range seen {
		assert.Equal(t, 1, n, "how often %s came", guid)
	}
	assert.Positive(t, tenants["bees"], "messages of the other tenant")

	second := &collect{t: t}
	stop = run(t, strings.Replace(config, "lag: 40m", "lag: 31m", 1), second.write) // nine minutes more
	require.Eventually(t, func() bool { return stored(dir, "acme").After(at) }, soon, often, "it goes on")
	stop()
	for _, m := range second.all() {
		if m.tenant == "acme" {
			seen[m.guid()]++
			assert.Equal(t, 1, seen[m.guid()], "%s comes again after an ordered end", m.guid())
		}
	}
	assert.Empty(t, missing(events, begin.Add(time.Second), stored(dir, "acme"), seen), "events that neither run received")
}

// Essentials Threat, and ThreatConnect with what was deleted.
func TestOtherAPIs(t *testing.T) {
	in := serve(t, sandbox.Options{APIs: []string{"essentialsthreat", "threatconnectv3"}, Events: sandbox.Events{PerHour: 10}})
	for _, id := range []int{900009, 900007, 900008} { // not in the order in which they are read
		require.NoError(t, in.Put("threatconnectv3", fmt.Sprintf("/v3/indicators/%d", id), map[string]any{
			"id": id, "type": "Host", "summary": fmt.Sprintf("host%d.example.com", id), "lastModified": "2026-01-15T09:00:00Z", "colour": "red"}))
	}
	got := &collect{t: t}
	stop := run(t, "    checkpoint: {directory: "+t.TempDir()+"}\n    tenants:\n"+
		tenantOf(in, "essentials", "essentialsthreat", "SIEMAll", ", start: 2h")+
		tenantOf(in, "threatconnect", "threatconnectv3", "Indicators", `, start: "2000-01-01T00:00:00Z", params: {tql: 'typeName = "Host"'}`), got.write)
	kinds := func() map[string]int {
		n := map[string]int{}
		for _, m := range got.all() {
			n[m.tenant+" "+m.kind]++
		}
		return n
	}
	require.Eventually(t, func() bool {
		n := kinds()
		return n["essentials event"] > 0 && n["threatconnect event"] >= 3 && n["threatconnect deleted"] > 0
	}, soon, often, "messages of both")
	stop()
	placed := 0
	for _, m := range got.all() {
		if m.tenant == "threatconnect" && m.kind == "event" {
			assert.Equal(t, "data", m.list)
			assert.Equal(t, fmt.Sprintf("id=%.0f", m.body["id"]), m.key, "the key of an object")
			if m.body["colour"] == "red" { // a member that the document does not know
				placed++
			}
		}
	}
	assert.Equal(t, 3, placed, "the indicators that the test placed")
	asked := false
	for _, c := range in.Calls() {
		asked = asked || strings.Contains(c.Target, "typeName")
	}
	assert.True(t, asked, "the parameters of the configuration are sent")
}

// What lies further back than the service looks is a message of its own, and the feed goes on
// behind it.
func TestGapIsAMessage(t *testing.T) {
	in := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: sandbox.Events{PerHour: 1}})
	got := &collect{t: t}
	dir := t.TempDir()
	stop := run(t, "    checkpoint: {directory: "+dir+"}\n    tenants:\n"+tenantOf(in, "acme", "tap", "SIEMClicksPermitted", `, start: "2020-01-01T00:00:00Z"`), got.write)
	require.Eventually(t, func() bool { return len(got.all()) > 10 }, soon, often, "events behind the gap")
	stop()
	gap := got.all()[0]
	assert.Equal(t, "gap", gap.kind, "the first message")
	assert.Equal(t, "2020-01-01T00:00:00Z", gap.body["from"])
	to, err := time.Parse(time.RFC3339, gap.body["to"].(string))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now().Add(-7*24*time.Hour), to, 5*time.Minute, "as far back as the service looks")
	assert.Contains(t, gap.body["error"], "earlier than the service looks back")
	assert.False(t, stored(dir, "acme").Before(to), "the checkpoint passes over a gap that was acknowledged")
}

// With gaps: stop nothing passes over it.
func TestGapStops(t *testing.T) {
	in := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: sandbox.Events{PerHour: 1}})
	got := &collect{t: t}
	dir := t.TempDir()
	stop := run(t, "    gaps: stop\n    checkpoint: {directory: "+dir+"}\n    tenants:\n"+tenantOf(in, "acme", "tap", "SIEMAll", `, start: "2020-01-01T00:00:00Z"`), got.write)
	require.Eventually(t, func() bool { return !stored(dir, "acme").IsZero() }, soon, often, "it began")
	time.Sleep(200 * time.Millisecond)
	stop()
	assert.Empty(t, got.all(), "messages")
	assert.Empty(t, in.Calls(), "calls")
	assert.Equal(t, "2020-01-01T00:00:00Z", stored(dir, "acme").Format(time.RFC3339), "the checkpoint stays")
}
