package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// compiles type-checks the package of the files, with what else its folder holds, before
// anything is written. It needs no other package: what those declare is taken to be right.
func compiles(dir string, files []file) error {
	beside, _ := build.ImportDir(dir, 0) // a folder that is not there yet has no files
	all := slices.Clone(files)
	for _, name := range beside.GoFiles {
		if !slices.ContainsFunc(files, func(f file) bool { return f.name == name }) {
			code, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			all = append(all, file{name, code})
		}
	}
	set, parsed := token.NewFileSet(), []*ast.File(nil)
	for _, f := range all {
		if strings.HasSuffix(f.name, "_test.go") { // another package
			continue
		}
		p, err := parser.ParseFile(set, f.name, f.code, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		parsed = append(parsed, p)
	}
	var first error
	c := types.Config{Importer: noPackage{}, Error: func(err error) {
		if first == nil && !strings.Contains(err.Error(), errNoPackage.Error()) {
			first = err
		}
	}}
	if _, err := c.Check(dir, set, parsed, nil); err != nil && first != nil {
		return fmt.Errorf("the code would not compile at %s: %w; an overlay can give a schema, member or parameter another x-go-name, or an operation another operationId",
			within(parsed, first), first)
	}
	return nil
}

// within names the type, or the method and its type, that an error is in.
func within(parsed []*ast.File, err error) (name string) {
	var at types.Error
	errors.As(err, &at)
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil || at.Pos < n.Pos() || at.Pos > n.End() {
				return false
			}
			switch n := n.(type) {
			case *ast.FuncDecl:
				name = n.Name.Name
				if n.Recv != nil {
					name = strings.TrimPrefix(printed(n.Recv.List[0].Type), "*") + "." + name
				}
			case *ast.ValueSpec:
				name = n.Names[0].Name
			case *ast.TypeSpec:
				name = n.Name.Name
			}
			return true
		})
	}
	return name
}

// noPackage imports nothing, so that the type checker does not look into other packages.
type noPackage struct{}

var errNoPackage = errors.New("not looked at")

func (noPackage) Import(string) (*types.Package, error) { return nil, errNoPackage }
