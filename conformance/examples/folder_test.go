package examples

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const folder = "../../examples"

// An example is read as a whole: its files are short, its page says what it shows, and a test
// runs it.
func TestFolders(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(folder, "README.md"))
	require.NoError(t, err)
	var tests bytes.Buffer
	own, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, name := range own {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		tests.Write(b)
	}
	mains, err := filepath.Glob(filepath.Join(folder, "*", "main.go"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(mains), 14, "programs in examples/")
	for _, main := range mains {
		dir := filepath.Dir(main)
		name := filepath.Base(dir)
		if name == "collector" { // a service with tests of its own
			continue
		}
		assert.Contains(t, string(page), "| ["+name+"](", "examples/README.md has a row for the program")
		ownTest, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		require.NoError(t, err)
		assert.True(t, len(ownTest) > 0 || strings.Contains(tests.String(), `build(t, "`+name+`"`), "a test runs %s", name)
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			b, err := os.ReadFile(file)
			require.NoError(t, err)
			if !strings.HasSuffix(file, "_test.go") {
				assert.LessOrEqual(t, bytes.Count(b, []byte("\n")), 80, "lines of %s", file)
			}
		}
	}
}
