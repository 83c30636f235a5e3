package collector

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redpanda-data/benthos/v4/public/service"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

var nine = time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)

// What a person writes with an editor or a shell is read: `date -u +%FT%TZ` ends with a line feed.
func TestCheckpointsAreRead(t *testing.T) {
	const siem = "tap SIEMAll at https://tap-api-v2.proofpoint.com"
	for text, want := range map[string]checkpoint{
		"2026-01-15T09:00:00Z":                        {nine, ""},
		"2026-01-15T09:00:00Z\n":                      {nine, ""},
		" 2026-01-15T09:00:00Z\r\n\n":                 {nine, ""},
		"2026-01-15T09:00:00Z\n" + siem + "\n":        {nine, siem},
		"2026-01-15T09:00:00Z\r\n" + siem:             {nine, siem},
		string(checkpoint{nine, siem}.text()):         {nine, siem},
		string(checkpoint{nine.Local(), siem}.text()): {nine, siem},
	} {
		got, err := parseCheckpoint("acme", []byte(text))
		require.NoError(t, err, "%q", text)
		assert.Equal(t, want, got, "%q", text)
	}
	for _, text := range []string{"", "\n", siem, "yesterday\n" + siem} {
		_, err := parseCheckpoint("acme", []byte(text))
		assert.ErrorContains(t, err, "the checkpoint of acme is no time", "%q", text)
	}
}

// inputOf is the input of a configuration that is not started, with its only tenant.
func inputOf(t *testing.T, tenant, more string) (*input, *tenantAndLease) {
	t.Helper()
	conf, err := spec().ParseYAML("tenants: ["+tenant+"]\n"+more, nil)
	require.NoError(t, err)
	in, err := newInput(conf, service.MockResources(service.MockResourcesOptAddCache("kept")))
	require.NoError(t, err)
	i := in.(*input)
	l, err := i.leases.take(t.Context(), "acme")
	require.NoError(t, err)
	require.NotNil(t, l, "the lease")
	t.Cleanup(l.release)
	return i, &tenantAndLease{i.settings.tenants[0], l}
}

type tenantAndLease struct {
	*tenant
	*lease
}

// In each store a checkpoint says which feed it is of, and another feed is refused with the names of both.
func TestCheckpointBelongsToItsFeed(t *testing.T) {
	const start = `, start: "2026-01-15T09:00:00Z"}`
	for name, store := range map[string]string{
		"a folder": "checkpoint: {directory: " + t.TempDir() + "}",
		"a cache":  "checkpoint: {cache: kept}",
		"Redis":    "redis: {url: 'redis://" + miniredis.RunT(t).Addr() + "'}",
	} {
		t.Run(name, func(t *testing.T) {
			in, first := inputOf(t, acme+start, store)
			state := in.state
			resume := func(more string) (time.Time, error) {
				_, other := inputOf(t, more, "checkpoint: {directory: unused}")
				return in.resume(first.lease, other.tenant)
			}
			at, err := in.resume(first.lease, first.tenant)
			require.NoError(t, err)
			assert.Equal(t, nine, at, "the start of the configuration")
			got, found, err := state.load(t.Context(), "acme")
			require.NoError(t, err)
			assert.True(t, found, "it is stored before anything is read")
			assert.Equal(t, checkpoint{nine, "tap SIEMAll at https://tap-api-v2.proofpoint.com"}, got)

			const head = "{name: acme, credentials: {id: p, secret: hidden-in-errors}, start: 1h, "
			for other, config := range map[string]string{
				"tap CampaignIDs at https://tap-api-v2.proofpoint.com":                 head + "api: tap, feed: CampaignIDs}",
				"tap SIEMAll at https://other.example.com/api":                         head + "api: tap, feed: SIEMAll, server: 'https://other.example.com/api/'}",
				"essentialsthreat SIEMAll at https://us-siem.proofpointessentials.com": head + "api: essentialsthreat, feed: SIEMAll}",
				"tap SIEMAll at https://tap-api-v2.proofpoint.com with threatType (":   head + "api: tap, feed: SIEMAll, params: {threatType: [url]}}",
			} {
				_, err := resume(config)
				require.ErrorContains(t, err, "the checkpoint of acme belongs to tap SIEMAll at https://tap-api-v2.proofpoint.com, and the configuration asks for "+other)
				assert.NotContains(t, err.Error(), "hidden-in-errors", "a secret in an error")
				assert.NotContains(t, err.Error(), "url", "a parameter's value in an error")
			}
			at, err = resume(head + "api: tap, feed: SIEMAll, server: 'https://tap-api-v2.proofpoint.com/', lag: 40m, poll: 1s}")
			require.NoError(t, err, "the same feed with the server that is the default")
			assert.Equal(t, nine, at, "where it was")

			// As an earlier version stored it: taken once for the feed that reads it first.
			require.NoError(t, state.save(t.Context(), "acme", first.lease.holder, checkpoint{nine.Add(time.Hour), ""}))
			at, err = resume(head + "api: tap, feed: CampaignIDs}")
			require.NoError(t, err, "a checkpoint without a feed")
			assert.Equal(t, nine.Add(time.Hour), at)
			_, err = in.resume(first.lease, first.tenant)
			require.ErrorContains(t, err, "belongs to tap CampaignIDs", "it has been rewritten")
		})
	}
}

// Another value of a parameter is another feed; the order of parameters is not.
func TestIdentity(t *testing.T) {
	of := func(params any) string {
		s, err := identify("threatconnectv3", "Indicators", "https://example.com/api/", params)
		require.NoError(t, err)
		return s
	}
	assert.Equal(t, "threatconnectv3 Indicators at https://example.com/api", of(map[string]any{}))
	assert.Equal(t, of(nil), of(map[string]any{}), "no parameters")
	a := of(map[string]any{"tql": "rating > 3", "fields": []any{"tags"}})
	assert.Regexp(t, `^threatconnectv3 Indicators at https://example\.com/api with fields, tql \([0-9a-f]{16}\)$`, a)
	assert.NotEqual(t, a, of(map[string]any{"tql": "rating > 4", "fields": []any{"tags"}}))
}

// A server that is refused leaves no checkpoint, which would hold the credentials of its URL.
func TestRefusedServerIsNotStored(t *testing.T) {
	dir := t.TempDir()
	in, l := inputOf(t, acme+", server: 'https://user:hidden-in-errors@example.com'}", "checkpoint: {directory: "+dir+"}")
	err := in.run(l.lease, l.tenant)
	require.ErrorContains(t, err, "holds credentials, a query or a fragment")
	assert.NotContains(t, err.Error(), "hidden-in-errors", "a secret in an error")
	assert.NoFileExists(t, filepath.Join(dir, "acme"), "a checkpoint")
}

// A checkpoint after now is refused, that of a configuration before it is stored.
func TestCheckpointAfterNow(t *testing.T) {
	dir := t.TempDir()
	in, l := inputOf(t, acme+`, start: "2999-01-01T00:00:00Z"}`, "checkpoint: {directory: "+dir+"}")
	_, err := in.resume(l.lease, l.tenant)
	require.ErrorContains(t, err, "the checkpoint of acme is 2999-01-01T00:00:00Z, later than now, 2")
	assert.NoFileExists(t, filepath.Join(dir, "acme"), "what cannot be a checkpoint")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "acme"), []byte("2999-01-01T00:00:00Z\n"), 0o600))
	_, err = in.resume(l.lease, l.tenant)
	require.ErrorContains(t, err, "later than now", "a stored one")
	for ahead, refused := range map[time.Duration]bool{-time.Hour: false, 0: false, 59 * time.Second: false, 61 * time.Second: true} {
		err := checkpoint{nine.Add(ahead), ""}.check(l.tenant, nine)
		assert.Equal(t, refused, err != nil, "%s after now: %v", ahead, err)
	}
	assert.NoError(t, checkpoint{at: client.Oldest()}.check(l.tenant, nine), "the beginning")
}
