package tql

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testObjects() *Object {
	group := &Object{Keywords: struct{ TypeName String }{"typeName"}}
	return &Object{
		Keywords: &struct {
			ID       Integer
			Huge     BigInteger
			Score    Float
			Added    Date
			Active   Boolean
			Source   Enum
			Block    StringCIDR
			Summary  String
			HasGroup SubQuery
			HasTag   SubQuery
			note     string // no keyword of anything
			Limit    int
		}{ID: "id", Huge: "huge", Score: "score", Added: "dateAdded", Active: "indicatorActive", Source: "source", Block: "addressCidr",
			Summary: "summary", HasGroup: "hasGroup", HasTag: "hasTag", note: "note"},
		Nested: map[SubQuery]*Object{"hasGroup": group},
	}
}

func TestCheck(t *testing.T) {
	const (
		textual = `one of "=" "!=" "in" "like" "contains" "startswith" "endswith" "is null"`
		ordered = `one of "=" "!=" ">" "<" ">=" "<=" "in" "is null"`
	)
	for _, x := range []struct {
		query string
		want  *Error
	}{
		{`id > 1 and huge in (1) and score <= 0.5 and dateAdded >= "TODAY()"`, nil},
		{`indicatorActive = true or source != "API" or addressCidr not in "192.0.2.0/24"`, nil},
		{`summary not like "a%" and not (summary is not null)`, nil},
		{`SUMMARY eq "a" and ID geq 1`, nil},
		{`hasGroup(typeName in ("Campaign"))`, nil},
		{`HASGROUP(typeName = "Campaign")`, nil},
		{`hasTag(unknown = 1)`, nil}, // its list is not given

		{`summry = "a"`, &Error{1, "a keyword of the object", `"summry"`}},
		{`id = 1 and (not (typeName = "a"))`, &Error{18, "a keyword of the object", `"typeName"`}},
		{`id = 1 or aKeywordThatIsLongerThanTwenty = 1`, &Error{11, "a keyword of the object", "a long word"}},
		{`note = "a"`, &Error{1, "a keyword of the object", `"note"`}},
		{`hasCase(id = 1)`, &Error{1, "a keyword of the object", `"hasCase"`}},
		{`hasGroup(id = 1)`, &Error{10, "a keyword of the object", `"id"`}},
		{`hasGroup(typeName > "a")`, &Error{19, textual, `">"`}},
		{`HasGroup(id = 1)`, &Error{10, "a keyword of the object", `"id"`}},
		{`summary  >= "a"`, &Error{10, textual, `">="`}},
		{`id not contains 1`, &Error{4, ordered, `"contains"`}},
		{`huge like "1"`, &Error{6, ordered, `"like"`}},
		{`score startswith 1`, &Error{7, ordered, `"startswith"`}},
		{`dateAdded endswith "1"`, &Error{11, ordered, `"endswith"`}},
		{`indicatorActive in (true)`, &Error{17, `one of "=" "!=" "is null"`, `"in"`}},
		{`source gt "API"`, &Error{8, `one of "=" "!=" "in" "is null"`, `">"`}},
		{`addressCidr = "192.0.2.0/24"`, &Error{13, `one of "in" "is null"`, `"="`}},
		{`hasGroup = 1`, &Error{10, `one of "(...)"`, `"="`}},
		{`hasGroup is null`, &Error{10, `one of "(...)"`, `"is null"`}},
		{`summary (id = 1)`, &Error{9, textual, `"(...)"`}},
	} {
		n, err := Parse(x.query)
		require.NoError(t, err, x.query)
		err = Check(n, testObjects())
		if x.want == nil {
			assert.NoError(t, err, x.query)
			continue
		}
		var e *Error
		require.ErrorAs(t, err, &e, x.query)
		assert.Equal(t, x.want, e, x.query)
	}
}

// A sub-query's own sub-queries are asked of its object, which may be the same one again.
func TestCheckNested(t *testing.T) {
	tag, group := &Object{Keywords: struct{ Name String }{"name"}}, &Object{}
	group.Keywords = struct{ HasTag, HasGroup SubQuery }{"hasTag", "hasGroup"}
	group.Nested = map[SubQuery]*Object{"hasTag": tag, "hasGroup": group}
	n, err := Parse(`hasGroup(hasGroup(hasTag(name = "a"))) and hasGroup(hasGroup(hasTag(hasTag(name = "a"))))`)
	require.NoError(t, err)
	var e *Error
	require.ErrorAs(t, Check(n, group), &e)
	assert.Equal(t, &Error{69, "a keyword of the object", `"hasTag"`}, e)
}

func TestCheckWithoutKeywords(t *testing.T) {
	n, err := Parse(`id = 1`)
	require.NoError(t, err)
	assert.EqualError(t, Check(n, &Object{}), "tql: Keywords of an Object must be a struct, not <nil>")
	assert.EqualError(t, Check(n, &Object{Keywords: []string{"id"}}), "tql: Keywords of an Object must be a struct, not []string")
}
