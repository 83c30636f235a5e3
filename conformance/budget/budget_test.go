// Package budget holds what users pay for the clients, as tests that print their figure.
package budget

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/threatclients/threatclients-go"
	root   = "../.."

	maxPackages = 6         // third-party packages linked by a program that uses one client
	maxBytes    = 1_375_000 // stripped size over a program that uses net/http and encoding/json
	maxLines    = 5100      // hand-written lines of code that users import
	maxGenerate = 1040      // and of the command that generates
)

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = root
	out, err := cmd.Output()
	var said string
	if ee, ok := err.(*exec.ExitError); ok {
		said = string(ee.Stderr)
	}
	require.NoError(t, err, "%s %s\n%s", name, strings.Join(args, " "), said)
	return string(out)
}

// The packages of other modules that end up in the program. A module's own internal
// packages are part of the package that needs them.
func TestThirdPartyPackages(t *testing.T) {
	var found []string
	for p := range strings.FieldsSeq(run(t, "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./conformance/budget/onetap")) {
		if !strings.HasPrefix(p, module) && !strings.Contains(p, "/internal") {
			found = append(found, p)
		}
	}
	t.Logf("%d third-party packages (at most %d): %s", len(found), maxPackages, strings.Join(found, " "))
	assert.LessOrEqual(t, len(found), maxPackages, "third-party packages")
}

// A line counts when it holds more than brackets and is no comment.
func TestHandWrittenLines(t *testing.T) {
	total := 0
	for _, dir := range []string{"auth", "client", "engine", "tql", "specs"} {
		n := lines(t, dir)
		t.Logf("%-6s %5d lines", dir, n)
		total += n
	}
	t.Logf("%d hand-written lines (at most %d)", total, maxLines)
	assert.LessOrEqual(t, total, maxLines, "hand-written lines that users import")
	n := lines(t, "generate")
	t.Logf("%d lines of generate (at most %d)", n, maxGenerate)
	assert.LessOrEqual(t, n, maxGenerate, "lines of generate")
}

func lines(t *testing.T, dir string) (n int) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		for s := bufio.NewScanner(f); s.Scan(); {
			if line := strings.TrimSpace(s.Text()); strings.Trim(line, "(){}[],;") != "" && !strings.HasPrefix(line, "//") {
				n++
			}
		}
		return nil
	}))
	return n
}

// Operations are static data: the compiled init of a client is a return.
func TestCompiledInitIsEmpty(t *testing.T) {
	for line := range strings.Lines(run(t, "go", "list", "-export", "-f", "{{.ImportPath}} {{.Export}}", "./gen/...")) {
		pkg, object, _ := strings.Cut(strings.TrimSpace(line), " ")
		for symbol := range strings.Lines(run(t, "go", "tool", "nm", "-size", object)) {
			f := strings.Fields(symbol) // address, size, kind, name
			if len(f) != 4 || f[3] != pkg+".init" {
				continue
			}
			size, err := strconv.Atoi(f[1])
			require.NoError(t, err, symbol)
			assert.LessOrEqual(t, size, 8, "%s runs code at the import", pkg)
		}
	}
}

// Importing a client runs nothing and leaves nothing that a program could change by
// accident: no init, no globals but error values and the filter keywords of a generated
// client, no look at the environment.
func TestNoInitNoGlobals(t *testing.T) {
	for _, dir := range []string{"auth", "client", "engine", "tql", "gen"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			for _, d := range file.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					assert.False(t, d.Name.Name == "init" && d.Recv == nil, "%s: init", set.Position(d.Pos()))
				case *ast.GenDecl:
					for _, s := range d.Specs {
						v, ok := s.(*ast.ValueSpec)
						if !ok || d.Tok != token.VAR {
							continue
						}
						for _, n := range v.Names {
							// A cache of what the tags of types say changes nothing that a program sees.
							operation := n.Name == "aliasCache" || n.Name == "fieldCache" || n.Name == "errNoElement" || n.Name == "errNotYet" || dir == "gen" && strings.HasPrefix(n.Name, "op") // read only, and seen by no program
							assert.True(t, n.Name == "_" || strings.HasPrefix(n.Name, "Err") || strings.HasSuffix(n.Name, "TQL") || n.Name == "errSkip" || operation, "%s: global %s", set.Position(n.Pos()), n.Name)
						}
					}
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := sel.X.(*ast.Ident); ok && x.Name == "os" {
						assert.NotContains(t, sel.Sel.Name, "env", "%s: reads the environment", set.Position(n.Pos()))
					}
				}
				return true
			})
			return nil
		})
		if !os.IsNotExist(err) {
			require.NoError(t, err, dir)
		}
	}
}

func TestNoFloat32InGenerated(t *testing.T) {
	err := filepath.WalkDir(filepath.Join(root, "gen"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		assert.NotContains(t, string(b), "float32", path)
		return err
	})
	require.NoError(t, err)
}
