package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

// A walk by key over what the fixtures hold ascends and ends, page by page.
func TestWalkByKey(t *testing.T) {
	in := sandbox.New(t, "threatconnectv3")
	c := sandbox.Client(t, in, threatconnectv3.New)
	last, n := int64(0), 0
	for i, err := range c.WalkIndicators(t.Context(), &threatconnectv3.ListIndicatorsParams{ResultLimit: new(int64(5))}) {
		require.NoError(t, err)
		require.Greater(t, *i.ID, last, "the key ascends")
		last, n = *i.ID, n+1
	}
	assert.Greater(t, n, 10, "indicators")
	assert.GreaterOrEqual(t, len(in.Calls()), n/5, "pages of five")
}

// A word of the document, such as fields, names no element.
func TestWordsAreNoElements(t *testing.T) {
	in := sandbox.New(t, "threatconnectv3")
	c := sandbox.Client(t, in, threatconnectv3.New)
	n := 0
	for i, err := range c.ListIndicators(t.Context(), nil) {
		require.NoError(t, err)
		assert.NotContains(t, []string{"enrich", "deleted", "fields"}, i.Summary)
		n++
	}
	assert.Greater(t, n, 10, "indicators")
}
