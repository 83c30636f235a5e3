package client

import (
	"strings"
	"time"
)

// Instant is a moment that is written in whole seconds of UTC with a Z, where a service
// promises to read no other form. It reads RFC 3339, and a plain day as its beginning.
type Instant struct{ time.Time }

// At is the moment t.
func At(t time.Time) Instant { return Instant{t} }

// String is the moment as it is sent.
func (i Instant) String() string { return i.UTC().Format("2006-01-02T15:04:05Z") }

// MarshalJSON writes the moment as it is sent.
func (i Instant) MarshalJSON() ([]byte, error) { return []byte(`"` + i.String() + `"`), nil }

// UnmarshalJSON reads a moment; null is the zero moment.
func (i *Instant) UnmarshalJSON(b []byte) (err error) {
	s := strings.Trim(string(b), `"`)
	if s == "null" {
		return nil
	}
	if i.Time, err = time.Parse(time.RFC3339, s); err != nil {
		if day, dayErr := time.Parse(time.DateOnly, s); dayErr == nil {
			i.Time, err = day, nil
		}
	}
	return err
}
