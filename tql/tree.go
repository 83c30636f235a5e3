package tql

import "strings"

// Node is a part of a parsed query: *Logic or *Condition. String prints it in the spelling
// of the builder.
type Node interface{ String() string }

// Logic is terms joined by a word. OR binds loosest, then AND, then NOT. One term of "and"
// stands in parentheses.
type Logic struct {
	Word  string // and, or, not
	Terms []Node // one for not
}

// String adds parentheses only where a tree that was made by hand needs them.
func (n *Logic) String() string {
	s := joined(n.Terms, " "+n.Word+" ", func(t Node) string {
		if l, ok := t.(*Logic); ok && len(l.Terms) > 1 && (n.Word == "not" || n.Word == "and" && len(n.Terms) > 1 && l.Word == "or") {
			return "(" + t.String() + ")"
		}
		return t.String()
	})
	switch {
	case n.Word == "not":
		return "not " + s
	case len(n.Terms) == 1:
		return "(" + s + ")"
	}
	return s
}

// Condition is a keyword, an operator and its values or its sub-query.
type Condition struct {
	Keyword          string
	Column, OpColumn int  // of the keyword and of the operator or its NOT; from 1, in bytes
	Not              bool // NOT IN, IS NOT NULL and so on
	Op               Operator
	List             bool    // the values stand in parentheses
	Values           []Value // none for Null and Nested
	Where            Node    // of Nested only: a query in the keywords of another object
}

// String spells the operator as the builder does, whichever alias was used.
func (n *Condition) String() string {
	op := string(n.Op)
	switch {
	case n.Op == Nested:
		return string(SubQuery(n.Keyword).Where(Query(n.Where.String())))
	case n.Not && n.Op == Null:
		op = "is not null"
	case n.Not:
		op = "not " + op
	}
	s := joined(n.Values, ", ", Value.String)
	if n.List {
		s = "(" + s + ")"
	}
	return strings.TrimSuffix(n.Keyword+" "+op+" "+s, " ")
}

// Operator is an operator in the spelling of the builder.
type Operator string

// The operators of the language. Nested is a sub-query, such as hasGroup(id = 1).
const (
	Equal, NotEqual         Operator = "=", "!="
	Greater, GreaterOrEqual Operator = ">", ">="
	Less, LessOrEqual       Operator = "<", "<="
	In, Contains            Operator = "in", "contains"
	StartsWith, EndsWith    Operator = "startswith", "endswith"
	Like                    Operator = "like"
	Null                    Operator = "is null"
	Nested                  Operator = "(...)"
)

// Kind tells literals apart. A date is a Text: the keyword says that it is one.
type Kind string

// The kinds of literals.
const (
	Text   Kind = "a text"
	Number Kind = "a number"
	Truth  Kind = "true or false"
)

// Value is a literal.
type Value struct {
	Kind Kind
	Text string // a text without its quotes and escapes, a number as written, true or false
}

// String is the literal, a text in quotes.
func (v Value) String() string {
	if v.Kind == Text {
		return Quote(v.Text)
	}
	return v.Text
}
