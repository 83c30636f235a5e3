// Package tqlmatch evaluates parsed queries of ThreatConnect over records, for the sandbox.
package tqlmatch

import (
	"fmt"
	"time"

	"github.com/threatclients/threatclients-go/tql"
)

// Record is an object that a query can be asked of.
type Record interface {
	// Values are what stands under a keyword, none for null: string, bool, time.Time,
	// netip.Addr, or a number of any type that fmt prints as one. The keyword is spelled as
	// in the query. One that the record does not know must be an error, or it is null.
	Values(keyword string) ([]any, error)
	// Records are the objects that a sub-query looks into.
	Records(keyword string) ([]Record, error)
}

// Match tells whether a query matches a record. NOW() and TODAY() are of the time now.
//
// It decides what the vendor leaves open: a comparison with null is neither true nor false,
// as in SQL; of several values one must match; upper and lower case differ. A literal of the
// wrong kind is a *tql.Error. An operator or function that cannot be evaluated is
// errors.ErrUnsupported.
func Match(n tql.Node, r Record, now time.Time) (bool, error) {
	v, err := match(n, r, now)
	return err == nil && v > 0, err
}

// match is 1 for true, -1 for false and 0 for neither, so that AND is the least of its terms,
// OR the greatest, and NOT a change of sign. Every term is evaluated: an error in one must
// not depend on the others.
func match(n tql.Node, r Record, now time.Time) (int, error) {
	switch n := n.(type) {
	case *tql.Logic:
		var result int
		for i, t := range n.Terms {
			v, err := match(t, r, now)
			switch {
			case err != nil:
				return 0, err
			case n.Word == "not":
				result = -v
			case i == 0 || n.Word == "and" && v < result || n.Word == "or" && v > result:
				result = v
			}
		}
		return result, nil
	case *tql.Condition:
		if n.Op == tql.Nested {
			return matchAny(n, r, now)
		}
		return matchValues(n, r, now)
	}
	return 0, fmt.Errorf("tqlmatch: %T is no part of a query", n)
}

// matchAny is true if one of the other objects matches.
func matchAny(n *tql.Condition, r Record, now time.Time) (int, error) {
	others, err := r.Records(n.Keyword)
	result := -1
	for _, other := range others {
		v, failed := match(n.Where, other, now)
		if v > 0 {
			result = 1
		}
		if err == nil {
			err = failed
		}
	}
	return result, err
}

func matchValues(n *tql.Condition, r Record, now time.Time) (int, error) {
	stored, err := r.Values(n.Keyword)
	if err != nil || len(stored) == 0 && n.Op != tql.Null {
		return 0, err
	}
	found := n.Op == tql.Null && len(stored) == 0
	for _, s := range stored {
		for _, v := range n.Values {
			ok, err := holds(n, s, v, now)
			if err != nil {
				return 0, err
			}
			found = found || ok
		}
	}
	if found == (n.Not || n.Op == tql.NotEqual) {
		return -1, nil
	}
	return 1, nil
}
