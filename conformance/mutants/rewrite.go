package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
)

// operators are the changes that gremlins makes by default.
var operators = map[string]map[token.Token]string{
	"ARITHMETIC_BASE":       {token.ADD: "-", token.SUB: "+", token.MUL: "/", token.QUO: "*", token.REM: "*"},
	"CONDITIONALS_BOUNDARY": {token.GEQ: ">", token.GTR: ">=", token.LEQ: "<", token.LSS: "<="},
	"CONDITIONALS_NEGATION": {token.EQL: "!=", token.NEQ: "==", token.GEQ: "<", token.GTR: "<=", token.LEQ: ">", token.LSS: ">="},
	"INCREMENT_DECREMENT":   {token.INC: "--", token.DEC: "++"},
	"INVERT_NEGATIVES":      {token.SUB: "+"},
}

// chosen is the switch of a package: the number of the mutant that runs.
const chosen = "\nvar mutantChosen = func() (n int) { for _, c := range mutantOS.Getenv(\"MUTANT\") { n = n*10 + int(c-'0') }; return }()\n"

// rewrite is the file with its runnable mutants. of tells which of them stands in a line of it.
func (f *source) rewrite(choose bool) (text []byte, of map[int]*mutant, err error) {
	text, err = os.ReadFile(f.Name)
	if err != nil {
		return nil, nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, f.Name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	lines := set.File(file.Pos())
	operator := func(m *mutant) token.Pos { return lines.LineStart(m.Line) + token.Pos(m.Column-1) }
	slice := func(from, to token.Pos) string { return string(text[lines.Offset(from):lines.Offset(to)]) }

	var out, copies bytes.Buffer
	type lineRange struct {
		from, to int
		m        *mutant
	}
	var ranges []lineRange
	rest := file.FileStart
	if choose {
		out.WriteString(slice(rest, file.Name.End()) + "; import mutantOS \"os\"")
		rest = file.Name.End()
	}
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		s := signatureOf(fn, slice)
		var branches strings.Builder
		for _, m := range f.Mutants {
			at := operator(m)
			if m.Status != runnable || at < fn.Body.Pos() || at >= fn.Body.End() {
				continue
			}
			old, change := operatorAt(text[lines.Offset(at):], operators[m.Type])
			if old == "" {
				return nil, nil, fmt.Errorf("%s:%d:%d: no operator for %s: the list is of another version", f.Name, m.Line, m.Column, m.Type)
			}
			name := fmt.Sprintf("%s__%d", fn.Name.Name, m.number)
			fmt.Fprintf(&branches, "case %d: %s; ", m.number, s.call(name))
			from := bytes.Count(copies.Bytes(), []byte("\n"))
			copies.WriteString(s.head(name) + slice(fn.Body.Pos(), at) + " " + change + " " + slice(at+token.Pos(len(old)), fn.Body.End()) + "\n")
			ranges = append(ranges, lineRange{from, bytes.Count(copies.Bytes(), []byte("\n")), m})
		}
		if branches.Len() == 0 {
			continue
		}
		out.WriteString(slice(rest, fn.Pos()) + s.head(fn.Name.Name) + "{ switch mutantChosen { " + branches.String() + "}; " + slice(fn.Body.Lbrace+1, fn.Body.End()))
		rest = fn.Body.End()
	}
	out.WriteString(slice(rest, file.FileEnd))
	if choose {
		out.WriteString(chosen)
	}
	of = map[int]*mutant{}
	before := bytes.Count(out.Bytes(), []byte("\n"))
	for _, r := range ranges {
		for line := r.from; line < r.to; line++ {
			of[before+line+1] = r.m
		}
	}
	return append(out.Bytes(), copies.Bytes()...), of, nil
}

// operatorAt is the longest of the operators that text begins with, and what it becomes.
func operatorAt(text []byte, changes map[token.Token]string) (old, change string) {
	for t, c := range changes {
		if len(t.String()) > len(old) && bytes.HasPrefix(text, []byte(t.String())) {
			old, change = t.String(), c
		}
	}
	return old, change
}
