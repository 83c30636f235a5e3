package auth

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrCredential is matched by every *Error of this package.
var ErrCredential = errors.New("unusable credential")

// Error is a credential that cannot be used or a signature that does not hold. It names
// the role of the value and never shows it.
type Error struct{ Role, Reason string }

func (e *Error) Error() string { return "auth: " + e.Role + " " + e.Reason }

// Is matches ErrCredential.
func (e *Error) Is(target error) bool { return target == ErrCredential }

// check refuses empty values and the traces of copying (line breaks, blanks at the ends,
// invisible characters). It takes pairs of role and value.
func check(pairs ...string) error { return checkAll(false, pairs) }

// checkASCII is check for values that a header carries unencoded. It also refuses non-ASCII
// characters, whose meaning in a header RFC 9110 leaves open.
func checkASCII(pairs ...string) error { return checkAll(true, pairs) }

func checkAll(ascii bool, pairs []string) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		role, v := pairs[i], pairs[i+1]
		switch {
		case v == "":
			return &Error{role, "is empty"}
		case !utf8.ValidString(v):
			return &Error{role, "is not UTF-8"}
		case strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsPrint(r) }):
			return &Error{role, "holds control characters or others that do not print"}
		case strings.TrimSpace(v) != v:
			return &Error{role, "begins or ends with a blank"}
		case ascii && strings.ContainsFunc(v, func(r rune) bool { return r > unicode.MaxASCII }):
			return &Error{role, "holds characters that a header cannot carry"}
		}
	}
	return nil
}
