package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
)

// compiles type-checks the package of the files, with what else its folder holds, before
// anything is written. It needs no other package: what those declare is taken to be right.
func compiles(dir string, files []file) error {
	set := token.NewFileSet()
	var parsed []*ast.File
	add := func(path string, code any) error {
		f, err := parser.ParseFile(set, path, code, parser.SkipObjectResolution)
		if err == nil && (len(parsed) == 0 || f.Name.Name == parsed[0].Name.Name) { // tests are another package
			parsed = append(parsed, f)
		}
		return err
	}
	ours := map[string]bool{}
	for _, f := range files {
		ours[f.name] = true
		if err := add(f.name, f.code); err != nil {
			return err
		}
	}
	others, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, path := range others {
		name := filepath.Base(path)
		if matches, _ := build.Default.MatchFile(dir, name); !matches || ours[name] || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if err := add(path, nil); err != nil {
			return err
		}
	}
	var first error
	c := types.Config{Importer: noPackage{}, Error: func(err error) {
		if first == nil && !strings.Contains(err.Error(), errNoPackage.Error()) {
			first = fmt.Errorf("the code would not compile%s: %w; an overlay can give a schema, member or parameter another x-go-name, or an operation another operationId",
				within(parsed, err), err)
		}
	}}
	_, _ = c.Check(parsed[0].Name.Name, set, parsed, nil) // the first error is kept above
	return first
}

// within names the type, or the method and its type, that an error is in.
func within(parsed []*ast.File, err error) string {
	var at types.Error
	errors.As(err, &at)
	for _, f := range parsed {
		for _, d := range f.Decls {
			if at.Pos < d.Pos() || at.Pos > d.End() {
				continue
			}
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv != nil {
					return " at " + strings.TrimPrefix(printed(d.Recv.List[0].Type), "*") + "." + d.Name.Name
				}
				return " at " + d.Name.Name
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if t, ok := s.(*ast.TypeSpec); ok && at.Pos <= t.End() {
						return " at " + t.Name.Name
					}
				}
			}
		}
	}
	return ""
}

// noPackage imports nothing, so that the type checker does not look into other packages.
type noPackage struct{}

var errNoPackage = errors.New("not looked at")

func (noPackage) Import(string) (*types.Package, error) { return nil, errNoPackage }
