package tql

import (
	"fmt"
	"slices"
)

// MaxDepth is how deep parentheses, sub-queries and NOT may stand in each other.
const MaxDepth = 200

// Error is a query that does not follow the grammar or, from Check, the object's keywords.
type Error struct {
	Column   int    // counts from 1, in bytes
	Expected string // what may stand there
	Found    string // what stands there, without the texts and numbers in it
}

// Error says where, what was expected and what was found.
func (e *Error) Error() string {
	return fmt.Sprintf("tql: column %d: expected %s, found %s", e.Column, e.Expected, e.Found)
}

// Parse reads a query in the documented grammar. A failure is an *Error. ThreatConnect may
// accept more than it documents. The work is linear in the length of the query.
func Parse(query string) (Node, error) {
	p := parser{source: query}
	p.next()
	n := p.query()
	if p.token.Kind != end {
		p.unexpected(`"and", "or" or the end`)
	}
	if p.err != nil {
		return nil, p.err
	}
	return n, nil
}

// parser reads one token ahead. After the first failure there are no more tokens, so every
// loop and every recursion ends.
type parser struct {
	source string
	at     int // index of the byte after token
	token  token
	depth  int
	err    *Error
}

func (p *parser) fail(at int, expected, found string) {
	if p.err == nil {
		p.err = &Error{at + 1, expected, found}
	}
	p.token = token{Value{Kind: end}, at}
}

func (p *parser) unexpected(expected string) { p.fail(p.token.at, expected, p.token.String()) }

// take consumes a word or a symbol if it is next.
func (p *parser) take(s string) bool {
	ok := p.token.is(s)
	if ok {
		p.next()
	}
	return ok
}

func (p *parser) want(s, expected string) {
	if !p.take(s) {
		p.unexpected(expected)
	}
}

// query is terms joined by AND, which are joined by OR.
func (p *parser) query() Node {
	return p.logic("or", func() Node { return p.logic("and", p.term) })
}

func (p *parser) logic(joint string, term func() Node) Node {
	terms := []Node{term()}
	for p.take(joint) {
		terms = append(terms, term())
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return &Logic{joint, terms}
}

func (p *parser) term() Node {
	if p.depth++; p.depth > MaxDepth {
		p.fail(p.token.at, fmt.Sprintf("at most %d levels", MaxDepth), "one more")
	}
	defer func() { p.depth-- }()
	if p.take("not") {
		return &Logic{"not", []Node{p.term()}}
	}
	if p.take("(") {
		return &Logic{"and", []Node{p.inner()}}
	}
	c := &Condition{Keyword: p.token.Text, Column: p.token.at + 1}
	if p.token.Kind != word || slices.ContainsFunc([]string{"and", "or", "is", "null"}, p.token.is) || operator(p.token) != "" {
		p.unexpected("a keyword")
	}
	p.next()
	c.OpColumn = p.token.at + 1
	p.condition(c)
	return c
}

// inner is a query up to the parenthesis that closes it.
func (p *parser) inner() Node {
	n := p.query()
	p.want(")", `"and", "or" or ")"`)
	return n
}

func (p *parser) condition(c *Condition) {
	if p.take("(") {
		c.Op, c.Where = Nested, p.inner()
		return
	}
	if p.take("is") {
		c.Op, c.Not = Null, p.take("not")
		p.want("null", `"null"`)
		return
	}
	c.Not = p.take("not")
	c.Op = operator(p.token)
	spelled := c.Op >= "a" // a word, which alone takes NOT and parentheses
	if c.Op == "" || c.Not && !spelled {
		p.unexpected("an operator (with not: in, like, contains, startswith, endswith)")
	}
	p.next()
	c.List = spelled && p.take("(")
	c.Values = []Value{p.value()}
	for several := c.List && (c.Op == In || c.Op == Contains); several && p.take(","); {
		c.Values = append(c.Values, p.value())
	}
	if c.List {
		p.want(")", `")" (with in and contains: ",")`)
	}
}

func (p *parser) value() Value {
	v := p.token.Value
	if v.Kind != Text && v.Kind != Number && v.Kind != Truth {
		p.unexpected("a value")
	}
	p.next()
	return v
}

// operator is what a token means as an operator, or nothing.
func operator(t token) Operator {
	for _, spellings := range [...][]string{ // that of the builder first
		{"=", "==", "eq", "equals"}, {"!=", "ne"}, {">", "gt"}, {"<", "lt"}, {">=", "geq"}, {"<=", "leq"},
		{"in"}, {"like"}, {"contains"}, {"startswith"}, {"endswith"},
	} {
		if slices.ContainsFunc(spellings, t.is) {
			return Operator(spellings[0])
		}
	}
	return ""
}
