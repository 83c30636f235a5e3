package tql

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Every operator of every kind of keyword.
func TestOperators(t *testing.T) {
	const (
		s    String     = "summary"
		n    Integer    = "id"
		f    Float      = "score"
		huge BigInteger = "addressIpVal"
		d    Date       = "dateAdded"
		e    Enum       = "source"
		b    Boolean    = "indicatorActive"
		c    StringCIDR = "addressCidr"
		sub  SubQuery   = "hasGroup"
		who  Assignee   = "assignee"
		user User       = "createdBy"
	)
	when := time.Date(2026, 1, 15, 13, 0, 0, 5, time.FixedZone("", 3600))
	ip, _ := new(big.Int).SetString("42540766411282592856903984951653826561", 10)
	for _, x := range []struct {
		got  Query
		want string
	}{
		{s.Eq("a"), `summary = "a"`},
		{s.Ne("a"), `summary != "a"`},
		{s.In("a", "b"), `summary in ("a", "b")`},
		{s.NotIn("a"), `summary not in ("a")`},
		{s.Like("a%"), `summary like "a%"`},
		{s.NotLike("a%"), `summary not like "a%"`},
		{s.Contains("a"), `summary contains "a"`},
		{s.NotContains("a"), `summary not contains "a"`},
		{s.StartsWith("a"), `summary startswith "a"`},
		{s.NotStartsWith("a"), `summary not startswith "a"`},
		{s.EndsWith("a"), `summary endswith "a"`},
		{s.NotEndsWith("a"), `summary not endswith "a"`},
		{s.IsNull(), `summary is null`},
		{s.IsNotNull(), `summary is not null`},
		{n.Eq(1), `id = 1`},
		{n.Ne(-1), `id != -1`},
		{n.Gt(9223372036854775807), `id > 9223372036854775807`},
		{n.Lt(1), `id < 1`},
		{n.Gte(1), `id >= 1`},
		{n.Lte(1), `id <= 1`},
		{n.In(1, 2), `id in (1, 2)`},
		{n.NotIn(1), `id not in (1)`},
		{n.In(), `id in ()`},
		{And(), `()`}, // what selects nothing must not select everything
		{Or([]Query{}...), `()`},
		{n.IsNull(), `id is null`},
		{n.IsNotNull(), `id is not null`},
		{f.Gte(3), `score >= 3`},
		{f.Lt(0.1), `score < 0.1`},
		{f.Eq(1e21), `score = 1000000000000000000000`},
		{huge.Eq(ip), `addressIpVal = 42540766411282592856903984951653826561`},
		{d.Gte(At(when)), `dateAdded >= "2026-01-15 12:00:00"`},
		{d.Lt(Day(when)), `dateAdded < "2026-01-15"`},
		{d.Gt(HoursAgo(1)), `dateAdded > "NOW() - 1 HOUR"`},
		{d.Eq(Today()), `dateAdded = "TODAY()"`},
		{d.Lte(Now()), `dateAdded <= "NOW()"`},
		{e.Eq("API"), `source = "API"`},
		{e.Ne("API"), `source != "API"`},
		{e.In("API", "DNS"), `source in ("API", "DNS")`},
		{e.NotIn("API"), `source not in ("API")`},
		{e.IsNull(), `source is null`},
		{e.IsNotNull(), `source is not null`},
		{b.Eq(true), `indicatorActive = true`},
		{b.Ne(false), `indicatorActive != false`},
		{b.IsNull(), `indicatorActive is null`},
		{b.IsNotNull(), `indicatorActive is not null`},
		{c.In("192.0.2.0/24"), `addressCidr in "192.0.2.0/24"`},
		{c.NotIn("192.0.2.0/24"), `addressCidr not in "192.0.2.0/24"`},
		{sub.Where(n.In(10, 15)), `hasGroup(id in (10, 15))`},
		{who.Eq("a"), `assignee = "a"`},
		{user.Contains("a"), `createdBy contains "a"`},
		{And(n.Eq(1), s.Eq("a")), `(id = 1) and (summary = "a")`},
		{Or(n.Eq(1), And(s.Eq("a"), b.Eq(true))), `(id = 1) or ((summary = "a") and (indicatorActive = true))`},
		{Not(n.Eq(1)), `not (id = 1)`},
		{Raw("id = 1"), `id = 1`},
		{And(n.Eq(1), ""), `(id = 1) and ()`},
	} {
		assert.Equal(t, x.want, string(x.got), "the query itself")
		assert.Equal(t, x.want, *x.got.Ptr(), "its Ptr, for optional parameters")
		assert.Equal(t, x.want, x.got.String(), "its String")
	}
}

// tokens is a tokenizer of the language that shares nothing with Quote.
func tokens(s string) (literals []string, rest string, ok bool) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\'':
			var b strings.Builder
			for i++; ; i++ {
				if i >= len(s) {
					return nil, "", false // the literal does not end
				}
				if s[i] == c {
					break
				}
				if s[i] == '\\' {
					if i++; i >= len(s) {
						return nil, "", false
					}
				}
				b.WriteByte(s[i])
			}
			literals = append(literals, b.String())
		default:
			rest += string(c)
		}
	}
	return literals, rest, true
}

// Whatever the value is, the query has one literal and nothing else.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a", `"`, `\`, `\"`, `\\"`, `" or 1=1 or summary = "`, "'", "`", "\n\x00", `") and (ownerName = "x`, "é\xff", `\\\`, "%", `a" in ("b`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		literals, rest, ok := tokens(string(String("summary").Eq(s)))
		assert.True(t, ok, "%q: each literal ends", s)
		assert.Equal(t, []string{s}, literals, "the one literal is the value")
		assert.Equal(t, "summary = ", rest, "%q: the query outside its literal", s)
		literals, rest, ok = tokens(string(And(String("a").In(s, "x"), Date("b").Gt(Moment(s)))))
		assert.True(t, ok, "%q: each literal of three ends", s)
		assert.Equal(t, []string{s, "x", s}, literals, "the literals are the values")
		assert.Equal(t, "(a in (, )) and (b > )", rest, "%q: the query outside its literals", s)
	})
}
