package tql

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"time"
)

// holds compares one stored value with one literal, without regard to NOT; NotEqual is Equal.
func (n *Condition) holds(stored any, v Value, now time.Time) (bool, error) {
	wrong := func(expected string) error { return &Error{n.OpColumn, expected, string(v.Kind)} }
	switch stored := stored.(type) {
	case string:
		if v.Kind != Text {
			return false, wrong(string(Text))
		}
		return n.holdsText(stored, v.Text)
	case bool:
		if v.Kind != Truth {
			return false, wrong(string(Truth))
		}
		return n.inOrder(cmp.Compare(fmt.Sprint(stored), v.Text))
	case time.Time:
		if v.Kind != Text {
			return false, wrong("a date")
		}
		t, err := Moment(v.Text).Time(now)
		if err != nil {
			return false, err
		}
		return n.inOrder(stored.Compare(t))
	case netip.Addr:
		block, err := netip.ParsePrefix(v.Text)
		if v.Kind != Text || err != nil {
			return false, wrong("a block of addresses")
		}
		return block.Contains(stored) && n.Op == In, n.only(In)
	}
	number, ok := new(big.Rat).SetString(fmt.Sprint(stored))
	if !ok {
		return false, fmt.Errorf("tql: a stored %T: %w", stored, errors.ErrUnsupported)
	}
	literal, ok := new(big.Rat).SetString(v.Text)
	if v.Kind != Number || !ok {
		return false, wrong(string(Number))
	}
	return n.inOrder(number.Cmp(literal))
}

func (n *Condition) holdsText(stored, v string) (bool, error) {
	switch n.Op {
	case Contains:
		return strings.Contains(stored, v), nil
	case StartsWith:
		return strings.HasPrefix(stored, v), nil
	case EndsWith:
		return strings.HasSuffix(stored, v), nil
	case Like:
		return like(stored, v), nil
	}
	return n.inOrder(strings.Compare(stored, v))
}

// inOrder judges a stored value that is less than the literal (negative), equal or greater.
func (n *Condition) inOrder(c int) (bool, error) {
	switch n.Op {
	case Equal, NotEqual, In:
		return c == 0, nil
	case Greater:
		return c > 0, nil
	case GreaterOrEqual:
		return c >= 0, nil
	case Less:
		return c < 0, nil
	case LessOrEqual:
		return c <= 0, nil
	}
	return false, n.only("")
}

// only is an error unless the operator is op.
func (n *Condition) only(op Operator) error {
	if n.Op == op {
		return nil
	}
	return fmt.Errorf("tql: column %d: %q of such a value: %w", n.OpColumn, string(n.Op), errors.ErrUnsupported)
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
