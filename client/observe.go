package client

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"
)

// Attempt is what OnAttempt is called with: enough for metrics and traces, and nothing of what
// was sent or received.
type Attempt struct {
	Operation string
	Method    string
	Path      string        // template of the operation, so that it can be a metric's label
	Status    int           // 0 when no answer began
	Attempt   int           // 1 for the first
	Wait      time.Duration // pause before this attempt
	Duration  time.Duration // until the body was closed, or until it failed
	Bytes     int64         // of the decompressed body
	Err       error         // typed as what the call returns; nil for success
}

// Log writes one line for each attempt: operation, path template, status, durations and bytes.
// Never a body, a query or a credential. Failed attempts are warnings, others have level Debug.
func Log(l *slog.Logger) Option {
	return OnAttempt(func(a Attempt) {
		level, attrs := slog.LevelDebug, []slog.Attr{slog.String("operation", a.Operation), slog.String("method", a.Method), slog.String("path", a.Path),
			slog.Int("status", a.Status), slog.Int("attempt", a.Attempt), slog.Duration("wait", a.Wait), slog.Duration("duration", a.Duration), slog.Int64("bytes", a.Bytes)}
		if a.Err != nil {
			level, attrs = slog.LevelWarn, append(attrs, slog.String("error", a.Err.Error()))
		}
		l.LogAttrs(context.Background(), level, "attempt", attrs...)
	})
}

// Mismatch is a member of a reply that does not have its specified type.
type Mismatch struct {
	Operation string
	Pointer   string // JSON pointer, * for array indexes
	Want, Got string // types, never values
	Kept      bool   // the value could be converted without loss
}

// RawElement is an element of a list as it came: the untouched bytes, for programs that
// forward what a service sent.
type RawElement struct {
	Array string // dotted name of the array that it stood in; "" where the reply is the array
	JSON  json.RawMessage
}
