package check

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/apis"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/fixtures"
	"github.com/threatclients/threatclients-go/specs"
)

// Every fixture goes through the generated client of its API, over real HTTP: the request
// must be that of the fixture, and the answer must come back without a loss.
func TestFixturesThroughTheClients(t *testing.T) {
	dirs, err := fs.ReadDir(fixtures.FS(), ".")
	require.NoError(t, err, "no fixtures")
	require.NotEmpty(t, dirs, "no fixtures")
	for _, d := range dirs {
		if !d.IsDir() {
			continue
		}
		t.Run(d.Name(), func(t *testing.T) {
			t.Parallel()
			spec, err := LoadSpec(specs.FS(), d.Name())
			require.NoError(t, err)
			api, ok := apis.All()[d.Name()]
			require.True(t, ok, "no client")
			list, err := exchange.Load(fixtures.FS(), d.Name())
			require.NoError(t, err)
			seen := map[string]bool{}
			for _, e := range list {
				seen[e.OperationID] = true
				assert.NoError(t, send(api, spec, e, Fixture), e.File)
			}
			for _, op := range api.Operations() {
				assert.True(t, seen[op.ID], "%s has no fixture", op.ID)
			}
			t.Logf("%d exchanges, %d operations", len(list), len(api.Operations()))
		})
	}
}

// The runner must see what it claims to see: a fixture that was tampered with fails.
func TestRunnerNotices(t *testing.T) {
	spec, err := LoadSpec(specs.FS(), "tap")
	require.NoError(t, err)
	api := apis.All()["tap"]
	const good = `{"operationId":"getThreatSummary","method":"GET","path":"/v2/threat/summary/abc","query":{},"status":200,"contentType":"application/json",
		"body":{"id":"abc","severityScore":85,"attackSpread":0,"notable":false,"identifiedAt":"2026-01-15T10:00:00.000Z","actors":[{"id":"1","name":"Example"}]}}`
	check := func(text string) error {
		e, err := exchange.Parse([]byte(text))
		require.NoError(t, err)
		return send(api, spec, e, Fixture)
	}
	require.NoError(t, check(good))
	assert.NoError(t, check(strings.Replace(good, `"id":"abc"`, `"id":"abc","nobodyKnows":[1, {"a": null}]`, 1)), "an unknown member is kept, and this says")
	for name, x := range map[string][2]string{
		"a query that is not sent": {`"query":{}`, `"query":{"window":"14"}`},
		"a body that is not sent":  {`"status"`, `"requestBody":{"a":1},"status"`},
		"a value that cannot fit":  {`85`, `"very high"`},
	} {
		assert.Error(t, check(strings.Replace(good, x[0], x[1], 1)), "%s is noticed", name)
	}
}
