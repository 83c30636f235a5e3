package client

import (
	"encoding/json"
	"fmt"
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
		i.Time, err = time.Parse(time.DateOnly, s)
	}
	return err
}

// SlashDate is a calendar date written 2006/01/02 on the wire. It reads 2006-01-02 too,
// and an empty text as the zero date. It has no time and no zone.
type SlashDate struct{ time.Time }

// NewSlashDate is the date of that year, month and day.
func NewSlashDate(year int, month time.Month, day int) SlashDate {
	return SlashDate{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

const slashLayout = "2006/01/02"

// String is the date as it is sent; the zero date is empty.
func (d SlashDate) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Format(slashLayout)
}

// MarshalText writes the date as it is sent.
func (d SlashDate) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// MarshalJSON writes the date as it is sent.
func (d SlashDate) MarshalJSON() ([]byte, error) { return []byte(`"` + d.String() + `"`), nil }

// UnmarshalText reads a date; of an instant it keeps the day that stands there.
func (d *SlashDate) UnmarshalText(b []byte) error {
	s := strings.TrimSpace(string(b))
	if s == "" {
		*d = SlashDate{}
		return nil
	}
	for _, layout := range []string{slashLayout, time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			*d = NewSlashDate(t.Date())
			return nil
		}
	}
	return fmt.Errorf("client: not a date of the form %s", slashLayout)
}

// UnmarshalJSON reads a date; null is the zero date.
func (d *SlashDate) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	return d.UnmarshalText([]byte(s))
}

// UnixTime is an instant in Unix seconds, such as the key of a time slot in a report. It
// can be the key of a map.
type UnixTime int64

// Time is the instant in UTC.
func (t UnixTime) Time() time.Time { return time.Unix(int64(t), 0).UTC() }
