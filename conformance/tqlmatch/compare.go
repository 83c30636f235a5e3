package tqlmatch

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/tql"
)

// holds compares one stored value with one literal, without regard to NOT; != is =.
func holds(n *tql.Condition, stored any, v tql.Value, now time.Time) (bool, error) {
	wrong := func(expected string) error {
		return &tql.Error{Column: n.OpColumn, Expected: expected, Found: string(v.Kind)}
	}
	switch stored := stored.(type) {
	case string:
		if v.Kind != tql.Text {
			return false, wrong(string(tql.Text))
		}
		return holdsText(n, stored, v.Text)
	case bool:
		if v.Kind != tql.Truth {
			return false, wrong(string(tql.Truth))
		}
		return inOrder(n, cmp.Compare(fmt.Sprint(stored), v.Text))
	case time.Time:
		if v.Kind != tql.Text {
			return false, wrong("a date")
		}
		t, err := instant(v.Text, now)
		if err != nil {
			return false, err
		}
		return inOrder(n, stored.Compare(t))
	case netip.Addr:
		block, err := netip.ParsePrefix(v.Text)
		if v.Kind != tql.Text || err != nil {
			return false, wrong("a block of addresses")
		}
		return block.Contains(stored) && n.Op == tql.In, only(n, tql.In)
	}
	number, ok := new(big.Rat).SetString(fmt.Sprint(stored))
	if !ok {
		return false, fmt.Errorf("tqlmatch: a stored %T: %w", stored, errors.ErrUnsupported)
	}
	literal, ok := new(big.Rat).SetString(v.Text)
	if v.Kind != tql.Number || !ok {
		return false, wrong(string(tql.Number))
	}
	return inOrder(n, number.Cmp(literal))
}

func holdsText(n *tql.Condition, stored, v string) (bool, error) {
	switch n.Op {
	case tql.Contains:
		return strings.Contains(stored, v), nil
	case tql.StartsWith:
		return strings.HasPrefix(stored, v), nil
	case tql.EndsWith:
		return strings.HasSuffix(stored, v), nil
	case tql.Like:
		return like(stored, v), nil
	}
	return inOrder(n, strings.Compare(stored, v))
}

// inOrder judges a stored value that is less than the literal (negative), equal or greater.
func inOrder(n *tql.Condition, c int) (bool, error) {
	switch n.Op {
	case tql.Equal, tql.NotEqual, tql.In:
		return c == 0, nil
	case tql.Greater:
		return c > 0, nil
	case tql.GreaterOrEqual:
		return c >= 0, nil
	case tql.Less:
		return c < 0, nil
	case tql.LessOrEqual:
		return c <= 0, nil
	}
	return false, only(n, "")
}

// only is an error unless the operator is op.
func only(n *tql.Condition, op tql.Operator) error {
	if n.Op == op {
		return nil
	}
	return fmt.Errorf("tqlmatch: column %d: %q of such a value: %w", n.OpColumn, string(n.Op), errors.ErrUnsupported)
}

// like matches a pattern in which % is any text. Each part is sought where the one before
// ends, so the work is linear in the number of parts.
func like(s, pattern string) bool {
	first, rest, wild := strings.Cut(pattern, "%")
	s, ok := strings.CutPrefix(s, first)
	if !ok || !wild {
		return ok && s == ""
	}
	parts := strings.Split(rest, "%")
	for _, part := range parts[:len(parts)-1] {
		if _, s, ok = strings.Cut(s, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}
