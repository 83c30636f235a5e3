package tql

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each production of the grammar: one query that passes with its print, and one that fails
// with the place and the reason.
func TestGrammar(t *testing.T) {
	productions := []struct {
		name        string
		pass, print string
		fail, err   string
	}{
		{"equal", `id = 1`, `id = 1`, `id = `, `column 6: expected a value, found the end`},
		{"equal, ==", `id == 1`, `id = 1`, `id === 1`, `column 4: expected an operator (with not: in, like, contains, startswith, endswith), found "==="`},
		{"equal, EQ", `associatedGroup EQ 11`, `associatedGroup = 11`, `id eqs 1`, `column 4: expected an operator (with not: in, like, contains, startswith, endswith), found "eqs"`},
		{"equal, EQUALS", `id equals 1`, `id = 1`, `id equals (1)`, `column 11: expected a value, found "("`},
		{"not equal", `id!=1`, `id != 1`, `id ! = 1`, `column 4: expected an operator (with not: in, like, contains, startswith, endswith), found "!"`},
		{"not equal, NE", `summary NE ''`, `summary != ""`, `summary NE`, `column 11: expected a value, found the end`},
		{"greater", `cvss_score_v2>7.0`, `cvss_score_v2 > 7.0`, `id >> 1`, `column 4: expected an operator (with not: in, like, contains, startswith, endswith), found ">>"`},
		{"greater, GT", `id gt 1`, `id > 1`, `gt 1`, `column 1: expected a keyword, found "gt"`},
		{"less", `id < 1`, `id < 1`, `id <> 1`, `column 4: expected an operator (with not: in, like, contains, startswith, endswith), found "<>"`},
		{"less, LT", `id Lt 1`, `id < 1`, `id lt and`, `column 7: expected a value, found "and"`},
		{"greater or equal", `rating >= 4`, `rating >= 4`, `rating => 4`, `column 8: expected an operator (with not: in, like, contains, startswith, endswith), found "=>"`},
		{"greater or equal, GEQ", `dateAdded GEQ "2023-01-01"`, `dateAdded >= "2023-01-01"`, `dateAdded GEQ 2023-01-01`, `column 15: expected a value, found "2023-01-01"`},
		{"less or equal", `rating <= 4`, `rating <= 4`, `rating <= 4 4`, `column 13: expected "and", "or" or the end, found a number`},
		{"less or equal, LEQ", `rating leq 4`, `rating <= 4`, `rating not leq 4`, `column 12: expected an operator (with not: in, like, contains, startswith, endswith), found "leq"`},
		{"list", `typeName IN ("Address","Host")`, `typeName in ("Address", "Host")`, `typeName in ()`, `column 14: expected a value, found ")"`},
		{"list, separator", `id in ( 10 , 15 )`, `id in (10, 15)`, `id in (10 15)`, `column 11: expected ")" (with in and contains: ","), found a number`},
		{"list, end", `id in (10)`, `id in (10)`, `id in (10, `, `column 12: expected a value, found the end`},
		{"list, bare value", `addressCIDR not in '192.0.2.0/24'`, `addressCIDR not in "192.0.2.0/24"`, `addressCIDR not in 192.0.2.0/24`, `column 20: expected a value, found "192.0.2.0"`},
		{"not in", `id NOT IN (1)`, `id not in (1)`, `id in not (1)`, `column 7: expected a value, found "not"`},
		{"like", `typeName LIKE ("Email%")`, `typeName like ("Email%")`, `typeName like ("a", "b")`, `column 19: expected ")" (with in and contains: ","), found ","`},
		{"not like", `a not like "b%"`, `a not like "b%"`, `a not not like "b"`, `column 7: expected an operator (with not: in, like, contains, startswith, endswith), found "not"`},
		{"contains", `summary CONTAINS "bad"`, `summary contains "bad"`, `summary contains bad`, `column 18: expected a value, found "bad"`},
		{"not contains, list", `a not contains ("b", "c")`, `a not contains ("b", "c")`, `a contains not "b"`, `column 12: expected a value, found "not"`},
		{"startswith", `techniqueId startswith "T1001"`, `techniqueId startswith "T1001"`, `a startswith ("b"`, `column 18: expected ")" (with in and contains: ","), found the end`},
		{"not startswith", `a NOT STARTSWITH 'b'`, `a not startswith "b"`, `a starts with "b"`, `column 3: expected an operator (with not: in, like, contains, startswith, endswith), found "starts"`},
		{"endswith", `a endsWith ".com"`, `a endswith ".com"`, `endswith ".com"`, `column 1: expected a keyword, found "endswith"`},
		{"not endswith", `a not endswith "b"`, `a not endswith "b"`, `a not`, `column 6: expected an operator (with not: in, like, contains, startswith, endswith), found the end`},
		{"null", `techniqueId IS NULL`, `techniqueId is null`, `techniqueId is`, `column 15: expected "null", found the end`},
		{"not null", `a is not null`, `a is not null`, `a is not "null"`, `column 10: expected "null", found a text`},
		{"and", `a = 1 AND b = 2 and c = 3`, `a = 1 and b = 2 and c = 3`, `a = 1 and and b = 2`, `column 11: expected a keyword, found "and"`},
		{"or", `a = 1 OR b = 2`, `a = 1 or b = 2`, `or a = 1`, `column 1: expected a keyword, found "or"`},
		{"and binds tighter", `a=1 or b=2 and c=3`, `a = 1 or b = 2 and c = 3`, `a=1 b=2`, `column 5: expected "and", "or" or the end, found "b"`},
		{"not", `NOT a = 1 and b = 2`, `not a = 1 and b = 2`, `not`, `column 4: expected a keyword, found the end`},
		{"not, of parentheses", `not(a = 1)`, `not (a = 1)`, `not (not)`, `column 9: expected a keyword, found ")"`},
		{"parentheses", `((a=1)or(b=2))and c=3`, `((a = 1) or (b = 2)) and c = 3`, `((a = 1)`, `column 9: expected "and", "or" or ")", found the end`},
		{"parentheses, not empty", `(a = 1)`, `(a = 1)`, `()`, `column 2: expected a keyword, found ")"`},
		{"parentheses, too many", `(((a = 1)))`, `(((a = 1)))`, `(a = 1))`, `column 8: expected "and", "or" or the end, found ")"`},
		{"sub-query", `hasCommonGroup (cvss_score_v2>7.0 OR cvss_score_v3>7.0)`, `hasCommonGroup(cvss_score_v2 > 7.0 or cvss_score_v3 > 7.0)`, `hasGroup()`, `column 10: expected a keyword, found ")"`},
		{"sub-query in a sub-query", `hasGroup(hasTag(id=1)) AND associable=true`, `hasGroup(hasTag(id = 1)) and associable = true`, `hasGroup(hasTag(id=1)`, `column 22: expected "and", "or" or ")", found the end`},
		{"double quotes", `a = "it's"`, `a = "it\'s"`, `a = "b`, `column 5: expected a text that ends with ", found the end`},
		{"single quotes", `a = 'say "b"'`, `a = "say \"b\""`, `a = 'b"`, `column 5: expected a text that ends with ', found the end`},
		{"escapes", "a = '\\\\ \\' \\\" \\`'", "a = \"\\\\ \\' \\\" \\`\"", `a = "b\n"`, "column 7: expected one of \\\\ \\\" \\' and \\`, found another escape"},
		{"escape at the end", `a = "\\"`, `a = "\\"`, `a = "\`, "column 6: expected one of \\\\ \\\" \\' and \\`, found another escape"},
		{"integer", `id = 42540766411282592856903984951653826561`, `id = 42540766411282592856903984951653826561`, `id = 1a`, `column 6: expected a value, found "1a"`},
		{"negative", `id = -1`, `id = -1`, `id = - 1`, `column 6: expected a value, found "-"`},
		{"fraction", `score < 0.50`, `score < 0.50`, `score < 1.`, `column 9: expected a value, found "1."`},
		{"no exponent", `score < 10`, `score < 10`, `score < 1e1`, `column 9: expected a value, found "1e1"`},
		{"boolean", `associable=TRUE or b=False`, `associable = true or b = false`, `associable = yes`, `column 14: expected a value, found "yes"`},
		{"null is no value", `a is null`, `a is null`, `a = null`, `column 5: expected a value, found "null"`},
		{"instant", `dateAdded < "2023-02-01 12:00:00"`, `dateAdded < "2023-02-01 12:00:00"`, `dateAdded < 2023-02-01 12:00:00`, `column 13: expected a value, found "2023-02-01"`},
		{"function", `completedTime > "NOW() - 1 HOUR"`, `completedTime > "NOW() - 1 HOUR"`, `completedTime > NOW() - 1 HOUR`, `column 17: expected a value, found "NOW"`},
		{"blanks", "\ta\r\n=\n1 ", `a = 1`, ``, `column 1: expected a keyword, found the end`},
		{"keyword", `mitre_id = 1`, `mitre_id = 1`, `"id" = 1`, `column 1: expected a keyword, found a text`},
		{"keyword, spelling", `_a1 = 1`, `_a1 = 1`, `1a = 1`, `column 1: expected a keyword, found "1a"`},
		{"keyword, no symbols", `a = 1`, `a = 1`, `>> = 1`, `column 1: expected a keyword, found ">>"`},
		{"keyword, letters", `typename = "all"`, `typename = "all"`, `naïve = 1`, `column 3: expected an operator (with not: in, like, contains, startswith, endswith), found "ï"`},
		{"long words are not shown", `abcdefghijklmnopqrstuvwxyz = 1`, `abcdefghijklmnopqrstuvwxyz = 1`, `a = abcdefghijklmnopqrstuvwxyz`, `column 5: expected a value, found a long word`},
	}
	for _, x := range productions {
		t.Run(x.name, func(t *testing.T) {
			n, err := Parse(x.pass)
			require.NoError(t, err, "%s must pass", x.pass)
			assert.Equal(t, x.print, n.String(), "print of %s", x.pass)
			again, err := Parse(x.print)
			require.NoError(t, err, "the print must pass")
			assert.Equal(t, x.print, again.String(), "the print of the print")

			n, err = Parse(x.fail)
			assert.Nil(t, n, "%s has no tree", x.fail)
			var e *Error
			require.ErrorAs(t, err, &e, "%s must fail", x.fail)
			assert.EqualError(t, err, "tql: "+x.err, "error of %s", x.fail)
		})
	}
	t.Logf("%d productions, each with a query that passes and one that fails", len(productions))
}

// The tree that a sandbox evaluates.
func TestTree(t *testing.T) {
	n, err := Parse(`a=1 or not hasB (c not in ("x", 'y')) and (d is not null)`)
	require.NoError(t, err)
	assert.Equal(t, &Logic{"or", []Node{
		&Condition{Keyword: "a", Column: 1, OpColumn: 2, Op: Equal, Values: []Value{{Number, "1"}}},
		&Logic{"and", []Node{
			&Logic{"not", []Node{&Condition{Keyword: "hasB", Column: 12, OpColumn: 17, Op: Nested,
				Where: &Condition{Keyword: "c", Column: 18, OpColumn: 20, Not: true, Op: In, List: true, Values: []Value{{Text, "x"}, {Text, "y"}}}}}},
			&Logic{"and", []Node{&Condition{Keyword: "d", Column: 44, OpColumn: 46, Not: true, Op: Null}}},
		}},
	}}, n)
}

// A tree that was made by hand prints a query of the same meaning.
func TestPrintByHand(t *testing.T) {
	a, b, c := &Condition{Keyword: "a", Op: Null}, &Condition{Keyword: "b", Op: Null}, &Condition{Keyword: "c", Op: Null}
	or, and := &Logic{"or", []Node{a, b}}, &Logic{"and", []Node{a, b}}
	for want, n := range map[string]Node{
		"(a is null or b is null) and c is null": &Logic{"and", []Node{or, c}},
		"a is null and b is null or c is null":   &Logic{"or", []Node{and, c}},
		"not (a is null or b is null)":           &Logic{"not", []Node{or}},
		"not (a is null and b is null)":          &Logic{"not", []Node{and}},
		"not not a is null":                      &Logic{"not", []Node{&Logic{"not", []Node{a}}}},
		"not (a is null)":                        &Logic{"not", []Node{&Logic{"and", []Node{a}}}},
	} {
		assert.Equal(t, want, n.String())
	}
}

// Nesting is bounded, whatever nests.
func TestDepth(t *testing.T) {
	for open, shut := range map[string]string{"(": ")", "a(": ")", "not ": ""} {
		deep := func(n int) string { return strings.Repeat(open, n) + "a = 1" + strings.Repeat(shut, n) }
		_, err := Parse(deep(MaxDepth - 1))
		require.NoError(t, err, "%d levels of %s with the condition", MaxDepth, open)
		_, err = Parse(deep(MaxDepth))
		var e *Error
		require.ErrorAs(t, err, &e, "one level of %s more", open)
		assert.Equal(t, Error{MaxDepth*len(open) + 1, "at most 200 levels", "one more"}, *e)
		_, err = Parse(strings.Repeat(open, 1_000_000))
		assert.ErrorAs(t, err, &e, "a million of %s", open)
	}
	_, err := Parse(strings.Repeat("(a = 1) and ", 10*MaxDepth) + "a = 1")
	assert.NoError(t, err, "width is not depth")
}

// The work is linear: a query that is 16 times as long may not take much longer per byte. The
// shortest of three runs counts, because another program may take the processor.
func TestLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("times are measured")
	}
	perByte := func(q string) float64 {
		best := time.Hour
		for range 3 {
			start := time.Now()
			if n, err := Parse(q); err == nil {
				_ = n.String()
			}
			best = min(best, time.Since(start))
		}
		return float64(best) / float64(len(q))
	}
	linear := func(begin, part string) {
		short, long := begin+strings.Repeat(part, 1_000)+"a = 1", begin+strings.Repeat(part, 16_000)+"a = 1"
		assert.Less(t, perByte(long), 6*perByte(short)+100, "nanoseconds per byte of %q with %q repeated", begin, part)
	}
	for _, part := range []string{"a = 1 and ", "not a = 1 or ", "(a = 1) or ", "a(a(a = 1)) and ", "a in (1, 2, 3) and ", "a = \"\\\\\\\"\" or ", "((a = 1) and a = 1 or a = 1) and "} {
		linear("", part)
	}
	for _, part := range []string{"(", "\"", "1,", "1", "a", "-", "=", "é", "\\\\", " ", "not "} {
		for _, begin := range []string{"", "a = \"", "a in (", "a = "} {
			linear(begin, part)
		}
	}
}

// An error shows a short word of the query, and of what is longer that it is a word: it may hold
// a value that lost its quotes.
func TestErrorsShowShortWords(t *testing.T) {
	for n, found := range map[int]string{20: strconv.Quote(strings.Repeat("x", 20)), 21: "a long word"} {
		_, err := Parse("id " + strings.Repeat("x", n) + " 1")
		assert.ErrorContains(t, err, "found "+found, "%d letters", n)
	}
}
