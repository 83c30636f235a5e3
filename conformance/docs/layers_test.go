package docs

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/threatclients/threatclients-go/"

// layers are the rows of the table of ARCHITECTURE.md: what each folder may import of this
// module; nil is everything.
func layers(t *testing.T) map[string][]string {
	t.Helper()
	row := regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| ([^|]+) \\| ([^|]+) \\|$")
	all := map[string][]string{}
	for _, m := range row.FindAllStringSubmatch(read(t, "ARCHITECTURE.md"), -1) {
		all[m[1]] = []string{m[1]}
		if m[2] == "all" {
			all[m[1]] = nil
		}
		for _, name := range regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(m[2], -1) {
			all[m[1]] = append(all[m[1]], name[1])
		}
	}
	return all
}

// No import goes against the arrows, and every folder has a row that says why it is there.
func TestLayers(t *testing.T) {
	all := layers(t)
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		allowed, ok := all[e.Name()]
		if !assert.True(t, ok, "ARCHITECTURE.md has a row for %s", e.Name()) || allowed == nil {
			continue
		}
		for file, imports := range importsOf(t, e.Name()) {
			for _, name := range imports {
				assert.Contains(t, allowed, name, "%s imports only what its row in ARCHITECTURE.md says", file)
			}
		}
	}
}

// importsOf are the folders of this module that the files of one import, tests apart.
func importsOf(t *testing.T, folder string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	require.NoError(t, filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range file.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if inner, ok := strings.CutPrefix(name, module); ok {
				top, _, _ := strings.Cut(inner, "/")
				found[path] = append(found[path], top)
			}
		}
		return nil
	}))
	return found
}
