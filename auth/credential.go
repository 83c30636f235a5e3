package auth

import (
	"errors"
	"strings"
	"unicode"
)

// ErrCredential is matched by every *Error of this package.
var ErrCredential = errors.New("unusable credential")

// Error is a credential that cannot be used or a signature that does not hold. It names
// the role of the value and never shows it.
type Error struct{ Role, Reason string }

func (e *Error) Error() string { return "auth: " + e.Role + " " + e.Reason }

// Is matches ErrCredential.
func (e *Error) Is(target error) bool { return target == ErrCredential }

// check refuses what a header cannot carry as it is. It takes pairs of role and value.
func check(pairs ...string) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		role, v := pairs[i], pairs[i+1]
		switch {
		case v == "":
			return &Error{role, "is empty"}
		case strings.ContainsFunc(v, unicode.IsControl):
			return &Error{role, "holds control characters"}
		case strings.TrimSpace(v) != v:
			return &Error{role, "begins or ends with white space, which a header loses"}
		}
	}
	return nil
}
