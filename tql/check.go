package tql

import (
	"errors"
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
	// Of returns the Keywords of the kind of object that the tag "of" of a sub-query names,
	// for what Nested does not have; nil for a kind that is not looked into.
	Of func(kind string) any
}

// Check reports as *Error the first keyword that the object does not have, or an operator
// that does not fit its type. An instance of ThreatConnect may know more keywords than the
// list, so a check runs only on request. The types of values are not checked.
func Check(n Node, o *Object) error {
	switch n := n.(type) {
	case *Logic:
		for _, t := range n.Terms {
			if err := Check(t, o); err != nil {
				return err
			}
		}
	case *Condition:
		keyword, nested, err := o.find(n)
		if sub, ok := keyword.(SubQuery); ok && o.Nested[sub] != nil {
			nested = o.Nested[sub]
		}
		if err == nil && nested != nil {
			return Check(n.Where, nested)
		}
		return err
	}
	return nil
}

// find is the keyword of a condition in the object's list, if the operator fits it, and the
// object that its tag names.
func (o *Object) find(n *Condition) (keyword any, nested *Object, err error) {
	list := reflect.Indirect(reflect.ValueOf(o.Keywords))
	if list.Kind() != reflect.Struct {
		return nil, nil, fmt.Errorf("tql: Keywords of an Object must be a struct, not %T", o.Keywords)
	}
	for field, f := range list.Fields() {
		if f.CanInterface() && strings.EqualFold(f.String(), n.Keyword) {
			fit := operators(f.Interface())
			if !slices.Contains(fit, n.Op) {
				return nil, nil, &Error{n.OpColumn, "one of " + strings.Trim(fmt.Sprintf("%q", fit), "[]"), strconv.Quote(string(n.Op))}
			}
			if o.Of != nil {
				nested = o.of(field.Tag.Get("of"))
			}
			return f.Interface(), nested, nil
		}
	}
	return nil, nil, &Error{n.Column, "a keyword of the object", token{Value{word, n.Keyword}, 0}.String()}
}

// of is a kind of object with the same Of; nil when it is not known.
func (o *Object) of(kind string) *Object {
	if keywords := o.Of(kind); keywords != nil {
		return &Object{Keywords: keywords, Of: o.Of}
	}
	return nil
}

// Checker is what a client asks of each query parameter that it sends, see CheckTQL of a
// generated package. keywords returns the Keywords of "operation parameter" where that is a
// query, and those of each kind of object. The error says nothing of what stands in the query.
func Checker(keywords func(of string) any) func(operation, parameter, value string) error {
	return func(operation, parameter, value string) error {
		o := (&Object{Of: keywords}).of(operation + " " + parameter)
		if o == nil || value == "" {
			return nil
		}
		n, err := Parse(value)
		if err == nil {
			err = Check(n, o)
		}
		if e, ok := errors.AsType[*Error](err); ok {
			return &Error{Column: e.Column, Expected: e.Expected, Found: "something else"}
		}
		return err
	}
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
