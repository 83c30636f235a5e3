package check

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseExceptions(t *testing.T) {
	got, err := parseExceptions(strings.NewReader("# why\n\na/b.json  because of c\n"))
	require.NoError(t, err, "read")
	require.Len(t, got, 1, "read")
	assert.Equal(t, "because of c", got["a/b.json"], "read")
	if _, err := parseExceptions(strings.NewReader("a/b.json\n")); err == nil {
		t.Error("an exception without a reason passed")
	}
	Exceptions() // panics when the embedded list is broken
}
