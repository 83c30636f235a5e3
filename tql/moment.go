package tql

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Moment is an instant or an expression for one, as it stands inside the quotes.
type Moment string

// At is an instant, in UTC and whole seconds.
func At(t time.Time) Moment { return Moment(t.UTC().Format(time.DateTime)) }

// Day is the beginning of the day of t in UTC.
func Day(t time.Time) Moment { return Moment(t.UTC().Format(time.DateOnly)) }

// Now is the time of the server.
func Now() Moment { return "NOW()" }

// Today is the beginning of the server's day.
func Today() Moment { return "TODAY()" }

// HoursAgo is so many hours before the time of the server.
func HoursAgo(n int) Moment { return Moment("NOW() - " + strconv.Itoa(n) + " HOUR") }

// Time is the instant that a moment stands for, in UTC, if it is now that time at the server.
// Forms that the vendor does not document are errors.ErrUnsupported.
func (m Moment) Time(now time.Time) (time.Time, error) {
	now = now.UTC()
	for _, layout := range []string{time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, string(m)); err == nil {
			return t, nil
		}
	}
	s := strings.ToUpper(string(m))
	if s == string(Today()) {
		return now.Truncate(24 * time.Hour), nil
	}
	hours := 0
	if _, err := fmt.Sscanf(s, "NOW() - %d HOUR", &hours); s == string(Now()) || err == nil && s == string(HoursAgo(hours)) {
		return now.AddDate(0, 0, -(hours / 24)).Add(-time.Duration(hours%24) * time.Hour), nil
	}
	return time.Time{}, fmt.Errorf("tql: this form of a date: %w", errors.ErrUnsupported)
}
