package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/imports"
)

// decoder is the name of the function that reads a type of the package, "" for others. Those
// that the client names are made, for the elements of lists, and those that they call, from
// what counts for decoding: the types and their tags. What one cannot read it leaves to json/v2.
func (s *typeSet) decoder(typ string) string {
	if s.types[typ] == nil {
		return ""
	}
	s.add(typ)
	return "decode" + typ
}

// file has the functions, no code if there are none.
func (s *typeSet) file(marker, pkg string) (file, error) {
	if len(s.made) == 0 {
		return file{}, nil
	}
	code := marker + "package " + pkg + "\n\nimport (\n" + s.imports + ")\n"
	for _, name := range slices.Sorted(maps.Keys(s.made)) {
		code += fmt.Sprintf("\nfunc decode%s(d *engine.Decoder, x *%s) (ok bool) {%s}\n", name, name, s.made[name])
	}
	out, err := imports.Process("decode.gen.go", []byte(code), nil)
	return file{"decode.gen.go", out}, err
}

// add makes the function of a type.
func (s *typeSet) add(name string) {
	if _, ok := s.made[name]; ok {
		return
	}
	s.made[name] = "" // a type may reach itself
	body := ""
	if st, ok := s.types[name].(*ast.StructType); !ok {
		body = "\nreturn " + s.call(ast.NewIdent(name), "x") + "\n"
	} else if !s.own[name] || s.keeps[name] {
		body = s.object(st, s.keeps[name])
	}
	s.made[name] = cmp.Or(body, "\nreturn engine.ReadOther(d, x)\n")
}

// object is the body for a struct, "" if a tag says what only json/v2 knows.
func (s *typeSet) object(st *ast.StructType, aliased bool) string {
	cases, renamed, aliases := "", "", ""
	unknown, extra := "d.Unknown()", ""
	for _, f := range st.Fields.List {
		if len(f.Names) != 1 || f.Tag == nil || strings.ContainsAny(f.Tag.Value, `'\`) {
			return ""
		}
		tag, field := tagOf(f), "&x."+f.Names[0].Name
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
				renamed += fmt.Sprintf(", %q", alias)
				aliases += fmt.Sprintf(" && engine.Alias(d, &x.Extra, %q, %s, %s)", alias, field, s.function(f.Type))
			}
		}
	}
	start, end := "", "\n"
	if aliases != "" && extra == "&x.Extra" {
		start, end = "aliased := false\n", " && (!aliased || "+aliases[4:]+")\n"
		cases += "case " + renamed[2:] + ":\naliased, ok = true, " + unknown + "\n"
	}
	return "\nif !d.Enter('{') {\nreturn d.ReadNull(x)\n}\n" + start + "for ok = true; ok && d.More('}'); {\nswitch name := d.Name(); string(name) {\n" + cases +
		"default:\nok = " + unknown + "\n}\n}\nreturn ok && d.Done()" + end
}

// call reads a t into the pointer p.
func (s *typeSet) call(t ast.Expr, p string) string {
	name, of := s.reader(t)
	if of == "" {
		return name + "(d, " + p + ")"
	}
	return name + "(d, " + p + ", " + of + ")"
}

// function is a function that reads a t.
func (s *typeSet) function(t ast.Expr) string {
	name, of := s.reader(t)
	if of == "" {
		return name
	}
	return "func(d *engine.Decoder, x *" + printed(t) + ") bool { return " + s.call(t, "x") + " }"
}

// reader is the function that reads a t, and the one for what t holds.
func (s *typeSet) reader(t ast.Expr) (name, of string) {
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
		if s.own[t.Name] && !s.keeps[t.Name] {
			break
		}
		if _, ok := s.types[t.Name].(*ast.StructType); !ok {
			return s.reader(s.types[t.Name])
		}
		return s.decoder(t.Name), ""
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
