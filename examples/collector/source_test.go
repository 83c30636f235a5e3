package collector

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/gen/essentialsthreat"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

// Each Follow… method of the clients is a feed under its name.
func TestEveryFeedIsOffered(t *testing.T) {
	for api, c := range map[string]any{"tap": &tap.Client{}, "essentialsthreat": &essentialsthreat.Client{}, "threatconnectv3": &threatconnectv3.Client{}} {
		var methods []string
		for m := range reflect.TypeOf(c).Methods() {
			if name, ok := strings.CutPrefix(m.Name, "Follow"); ok {
				methods = append(methods, name)
			}
		}
		require.NotEmpty(t, methods, "%s has feeds", api)
		assert.Equal(t, strings.Join(methods, ", "), names(apis[api]), "the feeds of %s", api)
	}
}

func TestParametersHaveTheirNamesOnTheWire(t *testing.T) {
	p, err := paramsOf[tap.ListSIEMAllParams](map[string]any{"threatType": []any{"url"}})
	require.NoError(t, err)
	assert.Equal(t, tap.ThreatTypes{"url"}, p.ThreatType)
	_, err = paramsOf[tap.ListSIEMAllParams](map[string]any{"threattypes": "url"})
	assert.ErrorContains(t, err, "threattypes", "a parameter that the list does not have")
}
