package client

import (
	"fmt"
	"strings"
	"time"
)

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

// UnmarshalText reads a date.
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
	s := string(b)
	if s == "null" {
		*d = SlashDate{}
		return nil
	}
	if len(s) < 2 || s[0] != '"' {
		return fmt.Errorf("client: not a date of the form %s", slashLayout)
	}
	return d.UnmarshalText([]byte(strings.ReplaceAll(s[1:len(s)-1], `\/`, "/")))
}
