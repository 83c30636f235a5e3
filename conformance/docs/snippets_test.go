package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exported are the names that a package offers, methods and fields as well.
func exported(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "%s is a package", folder)
	names := map[string]bool{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range parsed.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					names[n.Name.Name] = true
				case *ast.TypeSpec:
					names[n.Name.Name] = true
				case *ast.ValueSpec:
					for _, name := range n.Names {
						names[name.Name] = true
					}
				}
				return true
			})
		}
	}
	return names
}

// Programs in the guide are Go, and what they and the text name exists.
func TestGuide(t *testing.T) {
	packages := map[string]map[string]bool{
		"auth": exported(t, "auth"), "client": exported(t, "client"), "tql": exported(t, "tql"), "sandbox": exported(t, "conformance/sandbox"),
		"tap": exported(t, "gen/tap"), "essentials": exported(t, "gen/essentials"), "threatconnectv3": exported(t, "gen/threatconnectv3"),
	}
	block := regexp.MustCompile("(?s)```go\n(.*?)```")
	name := regexp.MustCompile(`\b(auth|client|tql|sandbox|tap|essentials|threatconnectv3)\.([A-Z]\w*)`)
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(pages), 11, "pages in docs/")
	for _, page := range pages {
		b, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range block.FindAllStringSubmatch(string(b), -1) {
			source := m[1]
			if !strings.HasPrefix(source, "package ") {
				source = "package p\n" + source
				if !strings.HasPrefix(m[1], "func ") {
					source = "package p\nfunc f() error {\n" + m[1] + "}\n"
				}
			}
			_, err := parser.ParseFile(token.NewFileSet(), page, source, parser.SkipObjectResolution)
			assert.NoError(t, err, "a program of %s", page)
		}
		for _, m := range name.FindAllStringSubmatch(string(b), -1) {
			assert.True(t, packages[m[1]][m[2]], "%s names %s.%s", page, m[1], m[2])
		}
	}
}
