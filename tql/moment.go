package tql

import (
	"strconv"
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

// HoursAgo is that many hours before the server's time.
func HoursAgo(n int) Moment { return Moment("NOW() - " + strconv.Itoa(n) + " HOUR") }
