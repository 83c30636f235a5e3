// Package docs holds ARCHITECTURE.md and the other pages against the code.
package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

// read is a page of the root folder.
func read(t *testing.T, page string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, page))
	require.NoError(t, err)
	return string(b)
}

// item is `file.go: F, G` in a page.
type item struct {
	file  string
	names []string
}

var itemForm = regexp.MustCompile("`([a-z0-9_/.]+\\.go): ([A-Za-z0-9_., ]+)`")

func items(text string) (list []item) {
	for _, m := range itemForm.FindAllStringSubmatch(text, -1) {
		list = append(list, item{m[1], strings.Split(m[2], ", ")})
	}
	return list
}

// declared are the functions, methods (Type.Method) and types of a file.
func declared(t *testing.T, file string) (names []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.SkipObjectResolution)
	require.NoError(t, err, "a file that a page names")
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			names = append(names, receiver(d)+d.Name.Name)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if s, ok := s.(*ast.TypeSpec); ok {
					names = append(names, s.Name.Name)
				}
			}
		}
	}
	return names
}

// receiver is the type of a method and a dot, "" for a function.
func receiver(f *ast.FuncDecl) (name string) {
	if f.Recv == nil {
		return ""
	}
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && name == "" {
			name = ident.Name + "."
		}
		return name == ""
	})
	return name
}

// Every function that ARCHITECTURE.md names is in the file that it names.
func TestNamesExist(t *testing.T) {
	list := items(read(t, "ARCHITECTURE.md"))
	require.Greater(t, len(list), 25, "the page names functions as `file.go: Func`")
	for _, i := range list {
		has := declared(t, i.file)
		for _, name := range i.names {
			assert.Contains(t, has, name, "what ARCHITECTURE.md names in %s", i.file)
		}
	}
}

// Links and paths in backticks lead to something. A path with a word in capitals is a pattern.
func TestPathsExist(t *testing.T) {
	form := regexp.MustCompile("\\]\\(([^)#:]+)\\)|`((?:specs|overlays|gen|engine|client|auth|tql|generate|conformance|examples|docs)/[a-z0-9_/.-]*)`")
	pages := []string{"ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "RELEASE.md", "conformance/README.md", "examples/README.md"}
	guide, err := fs.Glob(os.DirFS(root), "docs/*.md")
	require.NoError(t, err)
	for _, page := range append(pages, guide...) {
		for _, m := range form.FindAllStringSubmatch(read(t, page), -1) {
			path := filepath.Join(root, m[2])
			if m[1] != "" {
				path = filepath.Join(root, filepath.Dir(page), m[1])
			}
			_, err := os.Stat(path)
			assert.NoError(t, err, "%s leads to %s", page, m[1]+m[2])
		}
	}
}

// A test that docs/GUARANTEES.md names is in the file that it links, or in a file beside it.
func TestGuaranteesHaveTests(t *testing.T) {
	rows := regexp.MustCompile(`(?m)^\| [^|]+ \| ([^|]+) \| [^|]+ \|$`).FindAllStringSubmatch(read(t, "docs/GUARANTEES.md"), -1)[2:]
	require.Greater(t, len(rows), 15, "guarantees")
	link := regexp.MustCompile(`\[([A-Za-z0-9, ]+)\]\(\.\./([a-z0-9_/]+_test\.go)\)`)
	for _, row := range rows {
		links := link.FindAllStringSubmatch(row[1], -1)
		assert.NotEmpty(t, links, "a guarantee names its test: %s", row[0])
		for _, l := range links {
			has := declared(t, l[2])
			for name := range strings.SplitSeq(l[1], ", ") {
				assert.Contains(t, has, name, "%s", l[2])
			}
		}
	}
}
