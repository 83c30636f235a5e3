package main

import (
	"go/ast"
	"go/parser"
	"go/token"
)

// cases makes the mutants in the conditions of cases runnable: the coverage of Go has no block
// for them, so that gremlins calls all of them not covered.
func (f *source) cases() error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, f.Name, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	lines := set.File(file.Pos())
	ast.Inspect(file, func(n ast.Node) bool {
		clause, ok := n.(*ast.CaseClause)
		if !ok {
			return true
		}
		for _, condition := range clause.List {
			for _, m := range f.Mutants {
				at := lines.LineStart(m.Line) + token.Pos(m.Column-1)
				if m.Status == notCovered && condition.Pos() <= at && at < condition.End() {
					m.Status = runnable
				}
			}
		}
		return true
	})
	return nil
}
