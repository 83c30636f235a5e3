package auth

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is text that does not print: fmt with every verb, slog, encoders and panics show
// [redacted]. The constructors of this package take it and plain strings alike; convert it
// to string to see it.
type Secret string

const redacted = "[redacted]"

// String hides the secret.
func (Secret) String() string { return redacted }

// GoString hides the secret.
func (Secret) GoString() string { return redacted }

// Format hides the secret from every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue hides the secret from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the secret from encoders.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalBinary hides the secret from encoders of binary forms.
func (Secret) MarshalBinary() ([]byte, error) { return []byte(redacted), nil }
