package auth

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is text that does not print, however deep in a value it is: fmt with every verb,
// slog, encoders and panics show [redacted] or an address. The constructors of this package
// take it and plain strings alike. Two Secrets of the same text are not equal.
//
// The text is behind a pointer and a function: fmt asks no method of a value in an unexported
// field, and the diffs of testify follow pointers there, but nothing calls a function.
type Secret struct{ text *func() string }

// Text is a credential: a plain string, or a Secret.
type Text interface{ string | Secret }

// NewSecret hides text.
func NewSecret(text string) Secret { return Secret{new(func() string { return text })} }

// Reveal is the text that the secret hides; that of the zero Secret is empty.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return (*s.text)()
}

func reveal[S Text](text S) string {
	if s, ok := any(text).(Secret); ok {
		return s.Reveal()
	}
	return any(text).(string)
}

const redacted = "[redacted]"

// String hides the secret, also from a panic.
func (Secret) String() string { return redacted }

// Format hides the secret from every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue hides the secret from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the secret from encoders: JSON, XML and others.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalBinary hides the secret from encoders of binary forms, such as gob.
func (Secret) MarshalBinary() ([]byte, error) { return []byte(redacted), nil }
