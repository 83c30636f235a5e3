package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// signature is that of a function whose parameters all have names, so that it can call a copy of
// itself.
type signature struct {
	receiver, receiverName string // "" for a function
	typeParams, results    string
	params                 []string
	typeArguments          []string
	arguments              []string
}

func signatureOf(fn *ast.FuncDecl, slice func(from, to token.Pos) string) (s signature) {
	unnamed := 0
	fields := func(list *ast.FieldList) (declared, names []string) {
		if list == nil {
			return nil, nil
		}
		for _, field := range list.List {
			idents := field.Names
			if len(idents) == 0 {
				idents = []*ast.Ident{ast.NewIdent("_")}
			}
			for _, id := range idents {
				name, typ := id.Name, slice(field.Type.Pos(), field.Type.End())
				if name == "_" {
					unnamed++
					name = fmt.Sprintf("mutantParam%d", unnamed)
				}
				declared = append(declared, name+" "+typ)
				if strings.HasPrefix(typ, "...") {
					name += "..."
				}
				names = append(names, name)
			}
		}
		return declared, names
	}
	if declared, names := fields(fn.Recv); len(names) > 0 {
		s.receiver, s.receiverName = "("+declared[0]+") ", names[0]+"."
	}
	s.params, s.arguments = fields(fn.Type.Params)
	if list := fn.Type.TypeParams; list != nil {
		s.typeParams = slice(list.Pos(), list.End())
		_, s.typeArguments = fields(list)
	}
	if list := fn.Type.Results; list != nil {
		s.results = " " + slice(list.Pos(), list.End())
	}
	return s
}

// head is the declaration of a function of that name, up to its body.
func (s signature) head(name string) string {
	return "func " + s.receiver + name + s.typeParams + "(" + strings.Join(s.params, ", ") + ")" + s.results + " "
}

// call ends the function with what the one of that name does.
func (s signature) call(name string) string {
	call := s.receiverName + name
	if len(s.typeArguments) > 0 {
		call += "[" + strings.Join(s.typeArguments, ", ") + "]"
	}
	call += "(" + strings.Join(s.arguments, ", ") + ")"
	if s.results == "" {
		return call + "; return"
	}
	return "return " + call
}
