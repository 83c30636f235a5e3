package check

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseExceptions(t *testing.T) {
	got, err := parseExceptions(strings.NewReader("# why\n\na/b.json  because of c\n"))
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a/b.json": "because of c"}, got)
	_, err = parseExceptions(strings.NewReader("a/b.json\n"))
	assert.Error(t, err, "an exception without a reason")
	Exceptions() // panics when the embedded list is broken
}
