package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

// A walk by key over what the fixtures hold ascends and ends, page by page.
func TestWalkByKey(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv3"}})
	c, err := threatconnectv3.New(in.Sign("threatconnectv3"), client.Server(in.Server("threatconnectv3")), client.AllowHTTP())
	require.NoError(t, err)
	last, n := int64(0), 0
	for i, err := range c.WalkIndicators(t.Context(), &threatconnectv3.ListIndicatorsParams{ResultLimit: new(int64(5))}) {
		require.NoError(t, err)
		require.Greater(t, *i.ID, last, "the key ascends")
		last, n = *i.ID, n+1
	}
	assert.Greater(t, n, 10, "indicators")
	assert.GreaterOrEqual(t, len(in.Calls()), n/5, "pages of five")
}
