package tql

import (
	"fmt"
	"math/big"
	"strconv"
)

// operand is what a keyword can be compared with.
type operand interface {
	~string | int64 | float64 | bool | *big.Int
}

// Ordered is a keyword whose values have an order.
type Ordered[V operand] string

type (
	// Integer is a keyword of whole numbers.
	Integer = Ordered[int64]
	// BigInteger is one of numbers that may exceed 64 bits, such as an IPv6 address as number.
	BigInteger = Ordered[*big.Int]
	// Float is a keyword of numbers with a fraction.
	Float = Ordered[float64]
	// Date is a keyword of instants.
	Date = Ordered[Moment]
)

// Eq is =.
func (k Ordered[V]) Eq(v V) Query { return compare(k, "=", v) }

// Ne is !=.
func (k Ordered[V]) Ne(v V) Query { return compare(k, "!=", v) }

// Gt is >.
func (k Ordered[V]) Gt(v V) Query { return compare(k, ">", v) }

// Lt is <.
func (k Ordered[V]) Lt(v V) Query { return compare(k, "<", v) }

// Gte is >=.
func (k Ordered[V]) Gte(v V) Query { return compare(k, ">=", v) }

// Lte is <=.
func (k Ordered[V]) Lte(v V) Query { return compare(k, "<=", v) }

// In matches one of the values. Without any the service refuses the query.
func (k Ordered[V]) In(v ...V) Query { return list(k, "in", v) }

// NotIn matches none of the values.
func (k Ordered[V]) NotIn(v ...V) Query { return list(k, "not in", v) }

// IsNull matches where there is no value.
func (k Ordered[V]) IsNull() Query { return Query(k) + " is null" }

// IsNotNull matches where there is a value.
func (k Ordered[V]) IsNotNull() Query { return Query(k) + " is not null" }

// Enum is a keyword whose values come from a list.
type Enum string

// Eq is =.
func (k Enum) Eq(v string) Query { return compare(k, "=", v) }

// Ne is !=.
func (k Enum) Ne(v string) Query { return compare(k, "!=", v) }

// In matches one of the values. Without any the service refuses the query.
func (k Enum) In(v ...string) Query { return list(k, "in", v) }

// NotIn matches none of the values.
func (k Enum) NotIn(v ...string) Query { return list(k, "not in", v) }

// IsNull matches where there is no value.
func (k Enum) IsNull() Query { return Query(k) + " is null" }

// IsNotNull matches where there is a value.
func (k Enum) IsNotNull() Query { return Query(k) + " is not null" }

// Boolean is a keyword that is true or false.
type Boolean string

// Eq is =.
func (k Boolean) Eq(v bool) Query { return compare(k, "=", v) }

// Ne is !=.
func (k Boolean) Ne(v bool) Query { return compare(k, "!=", v) }

// IsNull matches where there is no value.
func (k Boolean) IsNull() Query { return Query(k) + " is null" }

// IsNotNull matches where there is a value.
func (k Boolean) IsNotNull() Query { return Query(k) + " is not null" }

// SubQuery is a keyword that looks into the objects which belong to one.
type SubQuery string

// Where takes a query in the keywords of those objects, such as
// IndicatorTQL.HasGroup.Where(GroupTQL.TypeName.Eq("Campaign")).
func (k SubQuery) Where(q Query) Query { return Query(k) + "(" + q + ")" }

func compare[K ~string, V operand](k K, op string, v V) Query {
	return Query(string(k) + " " + op + " " + literal(v))
}

func list[K ~string, V operand](k K, op string, values []V) Query {
	return Query(string(k) + " " + op + " (" + joined(values, ", ", literal[V]) + ")")
}

// literal writes numbers and booleans bare, and everything else in quotes.
func literal[V operand](v V) string {
	switch v := any(v).(type) {
	case int64, bool, *big.Int:
		return fmt.Sprint(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return Quote(fmt.Sprint(v))
	}
}
