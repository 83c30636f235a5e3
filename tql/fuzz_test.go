package tql

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever the text is, Parse ends, and what it prints it reads again as the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`a = 1`, `typeName in ("Host", 'URL') and (rating >= 3 or confidence < 20.5)`, `not hasGroup (id not in (1)) or x is not null`,
		`a LIKE ("b%") AND c == TRUE`, "a = 'b\\'\\`\\\\' or", `((((`, `a not contains "é`, `a=-1 or b!=.5`, "\xff = \x00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		if err != nil {
			var e *Error
			require.ErrorAs(t, err, &e)
			require.True(t, n == nil && 1 <= e.Column && e.Column <= len(s)+1, "%q: no tree, and a column of the text, not %d", s, e.Column)
			return
		}
		again, err := Parse(n.String())
		require.NoError(t, err, "print of %q: %s", s, n)
		require.Equal(t, n.String(), again.String(), "print of the print of %q", s)
		require.Equal(t, shape(n), shape(again), "tree of the print of %q", s)
	})
}

// shape is a tree without its columns.
func shape(n Node) any {
	switch n := n.(type) {
	case *Logic:
		terms := []any{n.Word}
		for _, t := range n.Terms {
			terms = append(terms, shape(t))
		}
		return terms
	case *Condition:
		c := *n
		c.Column, c.OpColumn, c.Where = 0, 0, nil
		if n.Where != nil {
			return []any{c, shape(n.Where)}
		}
		return c
	}
	return nil
}

// program is bytes that decide how a query is built.
type program []byte

func (p *program) next() int {
	if len(*p) == 0 {
		return 0
	}
	b := (*p)[0]
	*p = (*p)[1:]
	return int(b)
}

func (p *program) text() string {
	n := min(p.next()%9, len(*p))
	s := string((*p)[:n])
	*p = (*p)[n:]
	return s
}

func (p *program) int() (n int64) {
	for range p.next() % 9 {
		n = n<<8 | int64(p.next())
	}
	return n
}

// build makes a query with any of the builder's methods.
func (p *program) build(depth int) Query {
	if depth > 0 {
		switch p.next() % 8 {
		case 0:
			return And(p.build(depth - 1))
		case 1:
			return And(p.build(depth-1), p.build(depth-1))
		case 2:
			return Or(p.build(depth-1), p.build(depth-1), p.build(depth-1))
		case 3:
			return Not(p.build(depth - 1))
		case 4:
			return SubQuery("hasGroup").Where(p.build(depth - 1))
		}
	}
	switch p.next() % 9 {
	case 0:
		return ordered(p, Integer("id"), p.int(), p.int())
	case 1:
		return ordered(p, BigInteger("addressIpVal"), new(big.Int).SetBytes([]byte(p.text())), big.NewInt(-p.int()))
	case 2:
		v := math.Float64frombits(uint64(p.int()))
		if math.IsNaN(v) || math.IsInf(v, 0) { // no literal says these
			v = 0.5
		}
		return ordered(p, Float("score"), v, float64(p.int()))
	case 3:
		return ordered(p, Date("dateAdded"), HoursAgo(int(p.int())), Moment(p.text()))
	case 4:
		return []Query{Boolean("b").Eq(true), Boolean("b").Ne(false), Boolean("b").IsNull(), Boolean("b").IsNotNull()}[p.next()%4]
	case 5:
		const k = Enum("source")
		a, b := p.text(), p.text()
		return []Query{k.Eq(a), k.Ne(a), k.In(a, b), k.NotIn(a), k.IsNull(), k.IsNotNull()}[p.next()%6]
	case 6:
		return []Query{StringCIDR("c").In(p.text()), StringCIDR("c").NotIn(p.text())}[p.next()%2]
	}
	const k = String("mitre_id")
	a, b := p.text(), p.text()
	return []Query{
		k.Eq(a), k.Ne(a), k.In(a, b), k.NotIn(a, b), k.Like(a), k.NotLike(a), k.Contains(a), k.NotContains(a),
		k.StartsWith(a), k.NotStartsWith(a), k.EndsWith(a), k.NotEndsWith(a), k.IsNull(), k.IsNotNull(),
	}[p.next()%14]
}

func ordered[V operand](p *program, k Ordered[V], a, b V) Query {
	return []Query{
		k.Eq(a), k.Ne(a), k.Gt(a), k.Lt(a), k.Gte(a), k.Lte(a), k.In(a), k.In(a, b), k.NotIn(b), k.IsNull(), k.IsNotNull(),
	}[p.next()%11]
}

// What the builder builds is parsed, prints the same, and fits its keywords.
func FuzzBuildParse(f *testing.F) {
	for i := range 9 {
		f.Add([]byte{1, 2, 7, byte(i), 4, 'a', '"', '\\', '%', byte(i), 3, 7, byte(i), 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 5, 4, 7, 8, 1, '`', 4})
	}
	object := &Object{Keywords: struct {
		ID           Integer
		AddressIPVal BigInteger
		Score        Float
		DateAdded    Date
		B            Boolean
		Source       Enum
		C            StringCIDR
		MitreID      String
		HasGroup     SubQuery
	}{"id", "addressIpVal", "score", "dateAdded", "b", "source", "c", "mitre_id", "hasGroup"}}
	object.Nested = map[SubQuery]*Object{"hasGroup": object}
	f.Fuzz(func(t *testing.T, b []byte) {
		p := program(b)
		q := p.build(6)
		n, err := Parse(string(q))
		require.NoError(t, err, "%s", q)
		require.Equal(t, string(q), n.String(), "print of what was built")
		assert.NoError(t, Check(n, object), "%s", q)
	})
}
