package collector

import (
	"strings"
	"testing"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

const acme = "{name: acme, api: tap, feed: SIEMAll, credentials: {id: p, secret: hidden-in-errors}"

// A configuration that cannot work is refused before anything is sent, with a reason that shows no secret.
func TestConfigurationIsChecked(t *testing.T) {
	for reason, yaml := range map[string]string{
		"there are no tenants":           "tenants: []",
		"would share a checkpoint":       "tenants: [" + acme + "}, " + acme + "}]",
		"tap has CampaignIDs, SIEMAll":   strings.Replace("tenants: ["+acme+"}]", "SIEMAll", "Everything", 1),
		"credentials need an id":         strings.Replace("tenants: ["+acme+"}]", "id: p, ", "", 1),
		"need secret or secret_file":     strings.Replace("tenants: ["+acme+"}]", ", secret: hidden-in-errors", "", 1),
		"not oldest, a time":             "tenants: [" + acme + ", start: yesterday}]",
		"params":                         "tenants: [" + acme + ", params: {colour: red}}]",
		"max_in_flight at least batch":   "tenants: [" + acme + "}]\nbatch: 10\nmax_in_flight: 5",
		"the url cannot be read":         "tenants: [" + acme + "}]\nredis: {url: 'redis://:hidden-in-errors@[::1'}",
		"there is no cache resource odd": "tenants: [" + acme + "}]\ncheckpoint: {cache: odd}",
	} {
		conf, err := spec().ParseYAML(yaml, nil)
		require.NoError(t, err, yaml)
		_, err = newInput(conf, service.MockResources())
		require.ErrorContains(t, err, reason, yaml)
		assert.NotContains(t, err.Error(), "hidden-in-errors", "a secret in an error")
	}
}

func TestStart(t *testing.T) {
	now := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{"oldest": client.Oldest(), "24h": now.Add(-24 * time.Hour), "0s": now, "2026-01-01T00:00:00Z": time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} {
		start, err := parseStart(text)
		require.NoError(t, err)
		assert.Equal(t, want, start(now), text)
	}
}
