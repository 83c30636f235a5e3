package tql_test

import (
	"errors"
	"fmt"

	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/tql"
)

// The keywords are those of an object; a value of another type does not compile.
func ExampleAnd() {
	keyword := threatconnectv3.IndicatorTQL
	fmt.Println(tql.And(
		keyword.TypeName.In("Host", "URL"),
		tql.Or(keyword.Rating.Gte(3), keyword.Confidence.Gt(80)),
		tql.Not(keyword.Summary.EndsWith(".example.com")),
		keyword.DateAdded.Gt(tql.HoursAgo(24)),
	))
	// Output: (typeName in ("Host", "URL")) and ((rating >= 3) or (confidence > 80)) and (not (summary endswith ".example.com")) and (dateAdded > "NOW() - 24 HOUR")
}

// A sub-query looks into the objects that belong to one.
func ExampleSubQuery_Where() {
	fmt.Println(threatconnectv3.IndicatorTQL.HasGroup.Where(threatconnectv3.GroupTQL.TypeName.Eq("Campaign")))
	// Output: hasGroup(typeName = "Campaign")
}

// Whatever a text holds, it stays inside its quotes.
func ExampleQuote() {
	fmt.Println(tql.Quote(`host" or rating > 0 or summary = "`))
	// Output: "host\" or rating > 0 or summary = \""
}

func ExampleParse() {
	n, err := tql.Parse(`typeName IN ('Host','URL') AND rating GEQ 3`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n)
	for _, term := range n.(*tql.Logic).Terms {
		c := term.(*tql.Condition)
		fmt.Println(c.Keyword, c.Op, c.Values)
	}
	// Output:
	// typeName in ("Host", "URL") and rating >= 3
	// typeName in ["Host" "URL"]
	// rating >= [3]
}

func ExampleParse_error() {
	_, err := tql.Parse(`typeName in ("Host", "URL" and rating >= 3`)
	fmt.Println(err)
	var e *tql.Error
	fmt.Println(errors.As(err, &e), e.Column)
	// Output:
	// tql: column 28: expected ")" (with in and contains: ","), found "and"
	// true 28
}

func ExampleCheck() {
	indicators := &tql.Object{
		Keywords: threatconnectv3.IndicatorTQL,
		Nested: map[tql.SubQuery]*tql.Object{
			threatconnectv3.IndicatorTQL.HasGroup: {Keywords: threatconnectv3.GroupTQL},
		},
	}
	for _, query := range []string{
		`rating >= 3 and hasGroup(typeName = "Campaign")`,
		`ratting >= 3`,
		`rating contains 3`,
		`hasGroup(rating = 3)`,
	} {
		n, err := tql.Parse(query)
		if err == nil {
			err = tql.Check(n, indicators)
		}
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// tql: column 1: expected a keyword of the object, found "ratting"
	// tql: column 8: expected one of "=" "!=" ">" "<" ">=" "<=" "in" "is null", found "contains"
	// tql: column 10: expected a keyword of the object, found "rating"
}
