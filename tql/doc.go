// Package tql builds, reads and checks queries in ThreatConnect's query language.
//
// A query is built from the keywords that a generated client has for each object. A value of
// the wrong type does not compile, and no text can leave its literal.
//
//	q := tql.And(
//		threatconnectv3.IndicatorTQL.TypeName.In("Host", "URL"),
//		threatconnectv3.IndicatorTQL.Rating.Gte(3),
//	)
//	for ind, err := range c.ListIndicators(ctx, &threatconnectv3.ListIndicatorsParams{TQL: q.Ptr()}) { … }
//
// Parse reads a query that came as text, from a user or a file, and says where it goes
// wrong. Check compares its keywords and operators with the list of an object. Neither is
// asked unless a program says so: ThreatConnect may accept more than it documents, and an
// instance may know more keywords.
//
//	n, err := tql.Parse(text)
//	if err == nil {
//		err = tql.Check(n, &tql.Object{Keywords: threatconnectv3.IndicatorTQL})
//	}
//
// A client that is made with the option threatconnectv3.CheckTQL asks both of each query
// before it sends it.
//
// # Grammar
//
//	query     = and { "or" and }
//	and       = term { "and" term }
//	term      = "not" term | "(" query ")" | keyword condition
//	condition = ( "=" | "!=" | ">" | "<" | ">=" | "<=" ) value
//	          | [ "not" ] ( "in" | "contains" ) ( value | "(" value { "," value } ")" )
//	          | [ "not" ] ( "like" | "startswith" | "endswith" ) ( value | "(" value ")" )
//	          | "is" [ "not" ] "null"
//	          | "(" query ")"                  a sub-query, such as hasGroup(id = 1)
//	value     = text | number | "true" | "false"
//
// The case of words and keywords does not matter. The symbols have aliases: ==, EQ, EQUALS,
// NE, GT, LT, GEQ and LEQ. A text stands in double or single quotes; a backslash escapes
// both quotes, the backtick and itself, and nothing else. A number is an integer or a
// decimal fraction. Dates and the functions NOW() and TODAY() stand inside the quotes of a
// text. NOT in front of a keyword or a parenthesis is not documented by the vendor; Not
// builds it, so Parse reads it.
package tql
