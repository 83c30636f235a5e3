package tql

import "strings"

// Query is an expression. Build it from keywords; Raw takes any text.
type Query string

// String is the query as it is sent.
func (q Query) String() string { return string(q) }

// Ptr is the query as the pointer that parameters have.
func (q Query) Ptr() *string {
	s := string(q)
	return &s
}

// Raw takes a query unchanged. Put foreign values into it with Quote only.
func Raw(s string) Query { return Query(s) }

// And matches what all of the queries match. Pass them at once: each call nests one level more,
// and Parse reads 200. Without any the service refuses the query.
func And(q ...Query) Query { return join(q, " and ") }

// Or matches what one of the queries matches, as And does.
func Or(q ...Query) Query { return join(q, " or ") }

// Not matches what the query does not. The vendor documents NOT in front of an operator
// only (NotIn, NotContains); prefer those.
func Not(q Query) Query { return "not (" + q + ")" }

// join puts each query into parentheses, as the vendor advises for OR. An empty one becomes
// (), which the service refuses: leaving it out would widen the query.
func join(q []Query, op string) Query {
	if len(q) == 0 {
		return "()"
	}
	return Query(joined(q, op, func(x Query) string { return "(" + string(x) + ")" }))
}

// joined is the text of each value, with that between them.
func joined[T any](values []T, between string, text func(T) string) string {
	s := make([]string, len(values))
	for i, v := range values {
		s[i] = text(v)
	}
	return strings.Join(s, between)
}

// Quote is a text literal. The language escapes both quotes, the backtick and the backslash.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `\'`, "`", "\\`").Replace(s) + `"`
}
