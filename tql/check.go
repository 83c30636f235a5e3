package tql

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Object is what a query of one kind of object may ask.
type Object struct {
	// Keywords is a struct of typed keywords, such as threatconnectv3.IndicatorTQL.
	Keywords any
	// Nested is what sub-queries ask, by their keyword. One that is missing here is not
	// looked into.
	Nested map[SubQuery]*Object
}

// Check reports as *Error the first keyword that the object does not have, or an operator
// that does not fit its type. An instance of ThreatConnect may know more keywords than the
// list, so nothing checks on its own. The types of values are not checked.
func Check(n Node, o *Object) error {
	switch n := n.(type) {
	case *Logic:
		for _, t := range n.Terms {
			if err := Check(t, o); err != nil {
				return err
			}
		}
	case *Condition:
		keyword, err := o.find(n)
		if sub, ok := keyword.(SubQuery); ok && o.Nested[sub] != nil {
			return Check(n.Where, o.Nested[sub])
		}
		return err
	}
	return nil
}

// find is the keyword of a condition in the object's list, if the operator fits it.
func (o *Object) find(n *Condition) (any, error) {
	list := reflect.Indirect(reflect.ValueOf(o.Keywords))
	if list.Kind() != reflect.Struct {
		return nil, fmt.Errorf("tql: Keywords of an Object must be a struct, not %T", o.Keywords)
	}
	for _, f := range list.Fields() {
		if f.CanInterface() && strings.EqualFold(f.String(), n.Keyword) {
			fit := operators(f.Interface())
			if !slices.Contains(fit, n.Op) {
				return nil, &Error{n.OpColumn, "one of " + strings.Trim(fmt.Sprintf("%q", fit), "[]"), strconv.Quote(string(n.Op))}
			}
			return f.Interface(), nil
		}
	}
	return nil, &Error{n.Column, "a keyword of the object", token{Value{word, n.Keyword}, 0}.String()}
}

// operators are those that the type of a keyword has methods for, and IS NULL. NOT fits
// wherever the grammar has it.
func operators(keyword any) []Operator {
	switch keyword.(type) {
	case String:
		return []Operator{Equal, NotEqual, In, Like, Contains, StartsWith, EndsWith, Null}
	case Integer, BigInteger, Float, Date:
		return []Operator{Equal, NotEqual, Greater, Less, GreaterOrEqual, LessOrEqual, In, Null}
	case Enum:
		return []Operator{Equal, NotEqual, In, Null}
	case Boolean:
		return []Operator{Equal, NotEqual, Null}
	case StringCIDR:
		return []Operator{In, Null}
	}
	return []Operator{Nested}
}
