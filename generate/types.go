package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// typeSet is the Go types of a package, as oapi-codegen made them, and the functions that read
// them.
type typeSet struct {
	imports string
	types   map[string]ast.Expr
	own     map[string]bool   // types with an UnmarshalJSON of their own meaning
	keeps   map[string]bool   // types whose UnmarshalJSON keeps unknown members: they have a twin without methods
	made    map[string]string // the bodies of the functions
}

// scan reads the types of a package.
func (s *typeSet) scan(types []byte) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), "types.gen.go", types, 0)
	if err != nil {
		return err
	}
	s.types, s.own, s.keeps, s.made = map[string]ast.Expr{}, map[string]bool{}, map[string]bool{}, map[string]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			s.imports += printed(n) + "\n"
		case *ast.TypeSpec:
			s.types[n.Name.Name] = n.Type
			s.keeps[strings.TrimPrefix(n.Name.Name, "plain")] = strings.HasPrefix(n.Name.Name, "plain")
		case *ast.FuncDecl:
			if n.Recv != nil && strings.HasPrefix(n.Name.Name, "Unmarshal") {
				s.own[strings.TrimPrefix(printed(n.Recv.List[0].Type), "*")] = true
			}
		}
		return true
	})
	return nil
}

// element is the type of the elements of an array in a value of type typ: the one under a
// dotted name, or where that ends in *, the first one there, since all are of one kind.
func (s *typeSet) element(typ, name string) string {
	t, err := parser.ParseExpr(typ)
	if err != nil {
		return ""
	}
	return s.elementOf(t, name)
}

func (s *typeSet) elementOf(t ast.Expr, name string) string {
	switch t := t.(type) {
	case *ast.Ident:
		return s.elementOf(s.types[t.Name], name)
	case *ast.StarExpr:
		return s.elementOf(t.X, name)
	case *ast.MapType:
		return s.elementOf(t.Value, name)
	case *ast.ArrayType:
		if id, ok := t.Elt.(*ast.Ident); ok && name == "" {
			return id.Name
		}
	case *ast.StructType:
		first, rest, _ := strings.Cut(name, ".")
		for _, f := range t.Fields.List {
			switch is, _, _ := strings.Cut(tagOf(f).Get("json"), ","); first {
			case "": // no array
			case "*":
				if found := s.elementOf(f.Type, ""); found != "" {
					return found
				}
			case is:
				return s.elementOf(f.Type, rest)
			}
		}
	}
	return ""
}

func tagOf(f *ast.Field) reflect.StructTag {
	if f.Tag == nil {
		return ""
	}
	text, _ := strconv.Unquote(f.Tag.Value)
	return reflect.StructTag(text)
}

// printed is the source of an expression or an import.
func printed(n ast.Node) string {
	var out bytes.Buffer
	_ = printer.Fprint(&out, token.NewFileSet(), n) // into memory
	return out.String()
}
