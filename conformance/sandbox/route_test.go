package sandbox

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/specs"
)

// The outline that is read from the lines of a document is what its parser reads.
func TestOutlines(t *testing.T) {
	for _, api := range specs.Names() {
		text, err := specs.Document(api)
		require.NoError(t, err)
		outline, err := outlineOf(text)
		require.NoError(t, err)
		spec, err := check.LoadSpec(specs.FS(), api)
		require.NoError(t, err)
		var want, got []string
		for _, op := range spec.Operations {
			want = append(want, op.Template)
		}
		for _, segments := range outline.templates {
			got = append(got, "/"+strings.Join(segments, "/"))
		}
		slices.Sort(got)
		assert.Equal(t, slices.Compact(want), got, api)
		assert.Equal(t, spec.Base, outline.base, api)
	}
}
