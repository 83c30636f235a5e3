package exchange

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAPIOf(t *testing.T) {
	for name, want := range map[string]string{
		"proofpoint-tap/x.json":        "tap",
		"fixtures/tap/op/ok.json":      "tap",
		"proofpoint-essentials/x.json": "essentials",
		"threatstack/V1-getX.json":     "threatstackv1",
		"threatstack/V2-getX.json":     "threatstackv2",
		"threatstackv1/op/ok.json":     "threatstackv1",
		"threatconnect-v2/x.json":      "threatconnectv2",
		"threatconnectv3/op/ok.json":   "threatconnectv3",
		"other/x.json":                 "",
	} {
		assert.Equal(t, want, APIOf(name), name)
	}
}
