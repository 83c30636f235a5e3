package sandbox

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var iso8601 = regexp.MustCompile(`^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`)

// duration reads an ISO 8601 duration of weeks, days, hours, minutes and seconds.
func duration(s string) (d time.Duration, ok bool) {
	m := iso8601.FindStringSubmatch(s)
	if m == nil || s == "P" || strings.HasSuffix(s, "T") {
		return 0, false
	}
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if n, err := strconv.Atoi(m[i+1]); err == nil {
			d += time.Duration(n) * unit
		}
	}
	return d, true
}

// moment reads an ISO 8601 instant with its zone.
func moment(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// dayOrMoment reads a day or an instant; one without a zone is UTC.
func dayOrMoment(s string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return moment(s)
}

// interval reads start/end, start/duration and duration/end.
func interval(s string) (from, to time.Time, ok bool) {
	a, b, _ := strings.Cut(s, "/")
	from, okFrom := moment(a)
	to, okTo := moment(b)
	switch {
	case okFrom && okTo:
		return from, to, true
	case okFrom:
		d, ok := duration(b)
		return from, from.Add(d), ok
	case okTo:
		d, ok := duration(a)
		return to.Add(-d), to, ok
	}
	return from, to, false
}
