package sandbox_test

import (
	"fmt"
	"net/url"
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

// The keyword id of owners asks for memberships: a walk goes on behind ownerId and finds all.
func TestWalkOwners(t *testing.T) {
	in := sandbox.New(t, "threatconnectv3")
	c := sandbox.Client(t, in, threatconnectv3.New)
	want := map[int64]bool{}
	for n := int64(5000); n < 5005; n++ {
		require.NoError(t, in.Put("threatconnectv3", fmt.Sprintf("/v3/security/owners/%d", n), map[string]any{"id": n, "name": fmt.Sprintf("Owner %d", n)}))
	}
	for o, err := range c.ListOwners(t.Context(), nil) {
		require.NoError(t, err)
		want[*o.ID] = true
	}
	require.Greater(t, len(want), 5, "owners of the sandbox")
	got, last, calls := map[int64]bool{}, int64(0), len(in.Calls())
	for o, err := range c.WalkOwners(t.Context(), &threatconnectv3.ListOwnersParams{ResultLimit: new(int64(2))}) {
		require.NoError(t, err)
		require.Greater(t, *o.ID, last, "the key ascends")
		last, got[*o.ID] = *o.ID, true
	}
	assert.Equal(t, want, got, "every owner once")
	for _, call := range in.Calls()[calls+1:] {
		target, err := url.Parse(call.Target)
		require.NoError(t, err)
		assert.Regexp(t, `^ownerId > \d+$`, target.Query().Get("tql"), "the condition of a later page")
		assert.Equal(t, "ownerId asc", target.Query().Get("sorting"), "the order")
	}

	_, err := c.ListOwnersPage(t.Context(), &threatconnectv3.ListOwnersParams{TQL: new("id > 1")})
	require.Error(t, err, "memberships are not stored")
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
