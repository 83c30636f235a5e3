package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// decoderOf is the name of the function that reads a type of the package, "" for others.
func decoderOf(typ string) string {
	if typ == "" || !ast.IsExported(typ) || !token.IsIdentifier(typ) {
		return ""
	}
	return "decode" + typ
}

// decoders makes the functions that read the elements of lists, from what counts for
// decoding: the Go types and their tags. It makes those that the client names and those that
// they call; what a function cannot read it leaves to json/v2.
func decoders(marker, pkg string, types, client []byte) (file, error) {
	set := &decoderSet{types: map[string]*ast.TypeSpec{}, own: map[string]bool{}, keeps: map[string]bool{}, made: map[string]string{}}
	parsed, err := parser.ParseFile(token.NewFileSet(), "types.gen.go", types, 0)
	if err != nil {
		return file{}, err
	}
	set.scan(parsed)
	named, err := parser.ParseFile(token.NewFileSet(), "client.gen.go", client, 0)
	if err != nil {
		return file{}, err
	}
	ast.Inspect(named, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && strings.HasPrefix(id.Name, "decode") {
			if name := strings.TrimPrefix(id.Name, "decode"); set.types[name] != nil {
				set.add(name)
			}
		}
		return true
	})
	if len(set.made) == 0 {
		return file{}, nil
	}
	var body strings.Builder
	for _, name := range slices.Sorted(maps.Keys(set.made)) {
		fmt.Fprintf(&body, "\nfunc decode%s(d *engine.Decoder, x *%s) (ok bool) {%s}\n", name, name, set.made[name])
	}
	code := marker + "package " + pkg + "\n\nimport (\n"
	for _, i := range parsed.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		name := path[strings.LastIndexByte(path, '/')+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		if regexp.MustCompile(`\b` + name + `\.`).MatchString(body.String()) {
			code += "\t" + strings.TrimSpace(printed(i.Name)+" "+i.Path.Value) + "\n"
		}
	}
	out, err := format.Source([]byte(code + ")\n" + body.String()))
	return file{"decode.gen.go", out}, err
}

// decoderSet is what is known of the types of a package, and the bodies of their functions.
type decoderSet struct {
	types map[string]*ast.TypeSpec
	own   map[string]bool // types with an UnmarshalJSON of their own meaning
	keeps map[string]bool // types whose UnmarshalJSON keeps unknown members: they have a twin without methods
	made  map[string]string
}

func (s *decoderSet) scan(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok {
					s.types[t.Name.Name] = t
					if twin, ok := strings.CutPrefix(t.Name.Name, "plain"); ok {
						s.keeps[twin] = true
					}
				}
			}
		case *ast.FuncDecl:
			if d.Recv != nil && strings.HasPrefix(d.Name.Name, "Unmarshal") {
				s.own[strings.TrimPrefix(printed(d.Recv.List[0].Type), "*")] = true
			}
		}
	}
}

// add makes the function of a type.
func (s *decoderSet) add(name string) {
	if _, ok := s.made[name]; ok {
		return
	}
	s.made[name] = "" // a type may reach itself
	t := s.types[name]
	st, isStruct := t.Type.(*ast.StructType)
	body := ""
	switch {
	case s.own[name] && !s.keeps[name]:
	case isStruct:
		body = s.object(st, s.keeps[name])
	default:
		body = "\nreturn " + s.call(t.Type, "x") + "\n"
	}
	if body == "" {
		body = "\nreturn engine.ReadOther(d, x)\n"
	}
	s.made[name] = body
}

// object is the body for a struct, "" if a tag says what only json/v2 knows.
func (s *decoderSet) object(st *ast.StructType, aliased bool) string {
	cases, aliases := "", ""
	unknown, extra := "d.Unknown()", ""
	for _, f := range st.Fields.List {
		if len(f.Names) != 1 || f.Tag == nil || strings.ContainsAny(f.Tag.Value, `'\`) {
			return ""
		}
		text, _ := strconv.Unquote(f.Tag.Value)
		tag, field := reflect.StructTag(text), "&x."+f.Names[0].Name
		name, options, _ := strings.Cut(tag.Get("json"), ",")
		switch options {
		case "", "omitempty", "omitzero", "omitempty,omitzero":
		case "inline,embed":
			if extra, unknown = field, "d.Extra(name, "+field+")"; printed(f.Type) != "map[string]json.RawMessage" {
				m, ok := f.Type.(*ast.MapType)
				if !ok {
					return ""
				}
				unknown = "engine.ReadEntry(d, name, " + field + ", " + s.function(m.Value) + ")"
			}
			continue
		default:
			return ""
		}
		if name == "" {
			return ""
		}
		if name == "-" {
			continue
		}
		cases += fmt.Sprintf("case %q:\nok = %s\n", name, s.call(f.Type, field))
		for alias := range strings.SplitSeq(tag.Get("aliases"), ",") {
			if alias != "" && aliased {
				aliases += fmt.Sprintf(" && engine.Alias(d, &x.Extra, %q, %s, %s)", alias, field, s.function(f.Type))
			}
		}
	}
	if extra != "&x.Extra" {
		aliases = ""
	}
	return "\nif !d.Enter('{') {\nreturn engine.ReadNull(d, x)\n}\nfor ok = true; ok && d.More('}'); {\nswitch name := d.Name(); string(name) {\n" + cases +
		"default:\nok = " + unknown + "\n}\n}\nreturn ok && d.Done()" + aliases + "\n"
}

// call reads a t into the pointer p.
func (s *decoderSet) call(t ast.Expr, p string) string {
	name, of := s.reader(t)
	if of == "" {
		return name + "(d, " + p + ")"
	}
	return name + "(d, " + p + ", " + of + ")"
}

// function is a function that reads a t.
func (s *decoderSet) function(t ast.Expr) string {
	name, of := s.reader(t)
	if of == "" {
		return name
	}
	return "func(d *engine.Decoder, x *" + printed(t) + ") bool {" + strings.TrimSuffix("return "+s.call(t, "x"), "\n") + "}"
}

// reader is the function that reads a t, and the one for what t holds.
func (s *decoderSet) reader(t ast.Expr) (name, of string) {
	switch t := t.(type) {
	case *ast.Ident:
		switch t.Name {
		case "string":
			return "engine.ReadString", ""
		case "bool":
			return "engine.ReadBool", ""
		case "int", "int64", "int32":
			return "engine.ReadInt", ""
		case "float64":
			return "engine.ReadFloat", ""
		}
		spec := s.types[t.Name]
		if spec == nil || s.own[t.Name] && !s.keeps[t.Name] {
			return "engine.ReadOther", ""
		}
		if _, ok := spec.Type.(*ast.StructType); !ok {
			return s.reader(spec.Type)
		}
		s.add(t.Name)
		return "decode" + t.Name, ""
	case *ast.SelectorExpr:
		if printed(t) == "time.Time" {
			return "engine.ReadTime", ""
		}
	case *ast.StarExpr:
		return "engine.ReadPointer", s.function(t.X)
	case *ast.ArrayType:
		if id, ok := t.Elt.(*ast.Ident); t.Len != nil || ok && (id.Name == "byte" || id.Name == "uint8") {
			break
		}
		if name, _ := s.reader(t.Elt); name == "engine.ReadString" {
			return "engine.ReadStrings", ""
		}
		return "engine.ReadSlice", s.function(t.Elt)
	case *ast.MapType:
		if key, _ := s.reader(t.Key); key == "engine.ReadString" {
			return "engine.ReadMap", s.function(t.Value)
		}
	case *ast.StructType:
		if body := s.object(t, false); body != "" {
			return "func(d *engine.Decoder, x *" + printed(t) + ") (ok bool) {" + body + "}", ""
		}
	}
	return "engine.ReadOther", ""
}

// printed is the source of an expression, "" of none.
func printed(e ast.Expr) string {
	if e == nil || reflect.ValueOf(e).IsNil() {
		return ""
	}
	var out bytes.Buffer
	_ = printer.Fprint(&out, token.NewFileSet(), e) // into memory
	return out.String()
}
