package engine

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// parseDuration reads an ISO 8601 duration of weeks, days, hours, minutes and seconds,
// such as P7D, PT1H30M or P1DT12H. A day is 24 hours.
func parseDuration(s string) (total time.Duration, ok bool) {
	date, clock, hasClock := strings.Cut(strings.TrimPrefix(s, "P"), "T")
	if !strings.HasPrefix(s, "P") || date == "" && clock == "" || hasClock && clock == "" {
		return 0, false
	}
	for _, unit := range []struct {
		part   *string
		letter string
		length time.Duration
	}{
		{&date, "W", 7 * 24 * time.Hour}, {&date, "D", 24 * time.Hour},
		{&clock, "H", time.Hour}, {&clock, "M", time.Minute}, {&clock, "S", time.Second},
	} {
		number, rest, found := strings.Cut(*unit.part, unit.letter)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 32)
		if err != nil || n > uint64((math.MaxInt64-total)/unit.length) {
			return 0, false
		}
		total += time.Duration(n) * unit.length
		*unit.part = rest
	}
	if date != "" || clock != "" {
		return 0, false
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
	return parseLayout(s, time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00")
}

// parseLayout reads an instant in the first of the layouts that fits.
func parseLayout(s string, layouts ...string) (time.Time, bool) {
	for _, layout := range layouts {
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
	return parseLayout(s, "2006-01-02 15:04:05 -0700 MST")
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
