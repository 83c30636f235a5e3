package engine

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// parseDuration reads an ISO 8601 duration of weeks, days, hours, minutes and seconds,
// such as P7D, PT1H30M or P1DT12H. A day is 24 hours.
func parseDuration(s string) (time.Duration, bool) {
	date, clock, hasClock := strings.Cut(strings.TrimPrefix(s, "P"), "T")
	if !strings.HasPrefix(s, "P") || date == "" && clock == "" || hasClock && clock == "" {
		return 0, false
	}
	var total time.Duration
	for _, part := range []struct {
		text, units string
		of          []time.Duration
	}{
		{date, "WD", []time.Duration{7 * 24 * time.Hour, 24 * time.Hour}},
		{clock, "HMS", []time.Duration{time.Hour, time.Minute, time.Second}},
	} {
		text, next := part.text, 0
		for text != "" {
			i := strings.IndexAny(text, part.units)
			if i < 1 {
				return 0, false
			}
			n, err := strconv.ParseUint(text[:i], 10, 32)
			unit := strings.IndexByte(part.units, text[i])
			if err != nil || unit < next || n > uint64((math.MaxInt64-total)/part.of[unit]) {
				return 0, false
			}
			total += time.Duration(n) * part.of[unit]
			text, next = text[i+1:], unit+1
		}
	}
	return total, true
}

// mustDuration reads a duration that a specification states, 0 where it states none; a test of
// the specifications reads each of them.
func mustDuration(s string) time.Duration {
	d, ok := parseDuration(s)
	if !ok && s != "" {
		panic("engine: a specification states the duration " + strconv.Quote(s))
	}
	return d
}

// parseInstant reads an ISO 8601 instant with its zone.
func parseInstant(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// parseEnd reads the end of a window as a server states it: an instant, or one written
// with blanks and the name of the zone, as in "2026-01-15 10:00:00 +0000 UTC".
func parseEnd(s string) (time.Time, bool) {
	if t, ok := parseInstant(s); ok {
		return t, true
	}
	t, err := time.Parse("2006-01-02 15:04:05 -0700 MST", s)
	return t, err == nil
}

// parseInterval reads start/end, start/duration and duration/end.
func parseInterval(s string) (from, to time.Time, ok bool) {
	a, b, _ := strings.Cut(s, "/")
	from, okFrom := parseInstant(a)
	to, okTo := parseInstant(b)
	switch {
	case okFrom && okTo:
		return from, to, true
	case okFrom:
		d, ok := parseDuration(b)
		return from, from.Add(d), ok
	case okTo:
		d, ok := parseDuration(a)
		return to.Add(-d), to, ok
	}
	return from, to, false
}
