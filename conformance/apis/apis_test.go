package apis_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/apis"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/specs"
)

// place is somewhere beside specs/ where every API is to be named.
type place struct {
	where string
	add   string                // what to add for an API, whose stem is %[1]s
	names func(api string) bool // whether the API is named there
}

func places(t *testing.T) []place {
	t.Helper()
	constants, stops := constantsOf(t, "../../specs/embed.go"), stopsOf(t, "../tour")
	instructions := instructionsOf(t, "../../generate.go")
	return []place{
		{
			"conformance/apis/apis.go", `a line "%[1]s" in All`,
			func(api string) bool { _, ok := apis.All()[api]; return ok },
		},
		{
			"specs/embed.go", `a constant with the value "%[1]s"`,
			func(api string) bool { return slices.Contains(constants, api) },
		},
		{
			"README.md", "a row of the table of packages that begins with `gen/%[1]s`",
			found(t, "../../README.md", "(?m)^\\| `gen/%s` \\|"),
		},
		{
			"specs/README.md", "`%[1]s.yaml` in the table of files",
			found(t, "../../specs/README.md", "(?m)^\\|[^|]*`%s\\.yaml`[^|]*\\|"),
		},
		{
			"conformance/sandbox/account.go", `an account in AccountOf, case "%[1]s"`,
			func(api string) bool { _, err := sandbox.AccountOf(api); return err == nil },
		},
		{
			"conformance/tour/main.go", `a stop whose name is "%[1]s" in stops`,
			func(api string) bool { return slices.Contains(stops, api) },
		},
		{
			"generate.go", "a go:generate line that makes gen/%[1]s from specs/%[1]s.yaml",
			func(api string) bool {
				return slices.ContainsFunc(instructions, func(line string) bool { return slices.Contains(wordsOf(line), api) })
			},
		},
	}
}

// unnamed says of each place that does not name an API what is to be added there.
func unnamed(places []place, api string) (list []string) {
	for _, p := range places {
		if !p.names(api) {
			list = append(list, fmt.Sprintf("%s is missing in %s: add %s", api, p.where, fmt.Sprintf(p.add, api)))
		}
	}
	return list
}

// Every document of specs/ is named wherever an API must be.
func TestEveryAPIIsNamed(t *testing.T) {
	require.NotEmpty(t, specs.Names(), "specs/ has documents")
	places := places(t)
	for _, api := range specs.Names() {
		assert.Empty(t, unnamed(places, api), "where %s is missing", api)
	}
	for api := range apis.All() {
		assert.Contains(t, specs.Names(), api, "an API of the list has a document in specs/")
	}
}

// A document that is named nowhere is missed in each place.
func TestNewAPIIsMissedEverywhere(t *testing.T) {
	places := places(t)
	missing := unnamed(places, "lookout")
	require.Len(t, missing, len(places), "places that do not know lookout")
	for i, p := range places {
		assert.Contains(t, missing[i], "lookout is missing in "+p.where+": add ", "the message names the place and what to add")
	}
}

// found reports whether a file has a match of pattern, in which %s stands for the API.
func found(t *testing.T, file, pattern string) func(api string) bool {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return func(api string) bool {
		return regexp.MustCompile(strings.ReplaceAll(pattern, "%s", regexp.QuoteMeta(api))).Match(text)
	}
}

// instructionsOf lists the go:generate lines of a file that make something of gen/; those
// below conformance/ make what only tests use.
func instructionsOf(t *testing.T, file string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "//go:generate ") && !strings.Contains(line, "conformance/") {
			lines = append(lines, line)
		}
	}
	return lines
}

// wordsOf splits a line into its runs of letters and digits.
func wordsOf(line string) []string {
	return strings.FieldsFunc(line, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
}

// constantsOf lists the values of the string constants of a Go file.
func constantsOf(t *testing.T, name string) (values []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			for _, v := range s.(*ast.ValueSpec).Values {
				values = append(values, text(v))
			}
		}
	}
	return values
}

// stopsOf lists the names of the stops that the demo visits: function stops calls one
// function for each, which returns stop{name, …}.
func stopsOf(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	functions := map[string]*ast.FuncDecl{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), dir+"/"+e.Name(), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				functions[f.Name.Name] = f
			}
		}
	}
	require.Contains(t, functions, "stops", "the demo lists its stops in a function")
	ast.Inspect(functions["stops"], func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		ident, ok := call.Fun.(*ast.Ident)
		if !ok || functions[ident.Name] == nil {
			return true
		}
		ast.Inspect(functions[ident.Name], func(n ast.Node) bool {
			made, ok := n.(*ast.CompositeLit)
			if ok && isNamed(made.Type, "stop") && len(made.Elts) > 0 {
				names = append(names, text(made.Elts[0]))
			}
			return true
		})
		return true
	})
	return names
}

func isNamed(e ast.Expr, name string) bool {
	ident, ok := e.(*ast.Ident)
	return ok && ident.Name == name
}

// text is the value of a string literal, and "" for anything else.
func text(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
