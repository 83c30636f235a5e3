package overlays

import (
	"io/fs"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A template can be read beside what it makes: no line is over 120 columns. Where a line
// must not end in the output, a break stands between an action and its trim mark.
func TestTemplatesFitTheScreen(t *testing.T) {
	names, err := fs.Glob(Templates, "*.tmpl")
	require.NoError(t, err)
	require.NotEmpty(t, names, "templates are embedded")
	for _, name := range names {
		text, err := fs.ReadFile(Templates, name)
		require.NoError(t, err)
		n := 0
		for line := range strings.SplitSeq(string(text), "\n") {
			n++
			assert.LessOrEqual(t, utf8.RuneCountInString(line), 120, "columns of line %d of %s", n, name)
		}
	}
}
