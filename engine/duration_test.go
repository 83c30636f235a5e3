package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"PT30S":     30 * time.Second,
		"PT0S":      0,
		"PT1H30M":   90 * time.Minute,
		"PT1H2M3S":  time.Hour + 2*time.Minute + 3*time.Second,
		"P7D":       7 * day,
		"P2W":       14 * day,
		"P1W1D":     8 * day,
		"P1DT12H":   36 * time.Hour,
		"PT090S":    90 * time.Second,
		"PT604800S": 7 * day,
		"P15250W":   15250 * 7 * day, // as many as a time.Duration holds
	} {
		got, ok := parseDuration(text)
		assert.True(t, ok, "%s is a duration", text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "P", "PT", "P1DT", "T1H", "1H", "P1H", "PT1D", "PT1", "P1", "PD", "PTS", "p1d", "P1D ", " P1D",
		"P1Y", "P1M", // have no fixed length
		"PT1S1M", "PT1M1M", // out of order, twice
		"PT-1S", "-PT1S", // negative
		"PT+5S", "PT-0S", // signs
		"PT1.5S", "PT1,5S", // fractions
		"PT9999999999S",        // over the bound of a number
		"P15251W", "P1000000W", // over what a time.Duration holds
		"P106751DT999999H", // over it in the sum only
		"P1D/P1D", "PT1HT1M",
	} {
		got, ok := parseDuration(text)
		assert.False(t, ok, "%q is read as %v", text, got)
	}
}

func TestMustDuration(t *testing.T) {
	assert.Equal(t, time.Hour, mustDuration("PT1H"))
	defer func() { assert.Contains(t, recover(), `"1h"`, "the panic names what is wrong") }()
	mustDuration("1h")
}

func TestParseInstant(t *testing.T) {
	want := time.Date(2026, 1, 10, 12, 30, 0, 0, time.UTC)
	for _, text := range []string{
		"2026-01-10T12:30:00Z", "2026-01-10T12:30:00.000Z", "2026-01-10T13:30:00+01:00",
		"2026-01-10T13:30:00+0100", "2026-01-10T12:30Z", "2026-01-10T07:00-05:30",
	} {
		got, ok := parseInstant(text)
		assert.True(t, ok && got.Equal(want), "%s is read as %v", text, got)
	}
	for _, text := range []string{
		"", "2026-01-10", "12:30:00Z", "1768046400", "2026-02-30T00:00:00Z", "2026-01-10T25:00:00Z",
		"2026-01-10T12:30:00", // without a zone it is no instant
	} {
		got, ok := parseInstant(text)
		assert.False(t, ok, "%q is read as %v", text, got)
	}
}

// A server may state the end of a window with blanks and a zone; nothing else is read so.
func TestParseEnd(t *testing.T) {
	want := time.Date(2026, 1, 10, 12, 30, 0, 0, time.UTC)
	for _, text := range []string{
		"2026-01-10T12:30:00Z", "2026-01-10 12:30:00 +0000 UTC", "2026-01-10 12:30:00.000 +0000 UTC", "2026-01-10 13:30:00 +0100 CET",
	} {
		got, ok := parseEnd(text)
		assert.True(t, ok && got.Equal(want), "%s is read as %v", text, got)
	}
	for _, text := range []string{"", "2026-01-10 12:30:00", "2026-01-10 12:30:00 UTC", "2026-02-30 12:30:00 +0000 UTC"} {
		_, ok := parseEnd(text)
		assert.False(t, ok, "%q names no instant", text)
	}
	_, ok := parseInstant("2026-01-10 12:30:00 +0000 UTC")
	assert.False(t, ok, "a query names no instant with blanks")
}

func TestParseInterval(t *testing.T) {
	from, to := noon.Add(-time.Hour), noon
	for _, text := range []string{
		"2026-01-10T11:00:00Z/2026-01-10T12:00:00Z", "2026-01-10T11:00:00Z/PT1H", "PT60M/2026-01-10T12:00:00Z",
		"2026-01-10T12:00:00+01:00/2026-01-10T12:00Z",
	} {
		a, b, ok := parseInterval(text)
		assert.True(t, ok && a.Equal(from) && b.Equal(to), "%s is read as %v to %v", text, a, b)
	}
	for _, text := range []string{
		"", "/", "PT1H", "PT1H/PT1H", "2026-01-10T11:00:00Z", "2026-01-10T11:00:00Z/", "/2026-01-10T11:00:00Z",
		"2026-01-10T11:00:00Z/soon", "soon/2026-01-10T11:00:00Z", "2026-01-10T11:00:00Z/PT1H/PT1H",
		"2026-01-10T11:00:00Z--2026-01-10T12:00:00Z",
	} {
		a, b, ok := parseInterval(text)
		assert.False(t, ok, "%q is read as %v to %v", text, a, b)
	}
}

// A duration from a query must neither panic nor overflow into a negative one, which would
// pass every upper bound.
func FuzzDuration(f *testing.F) {
	for _, s := range []string{"PT1H", "P7D", "P1W2DT3H4M5S", "P", "PT", "P1000000W", "P106751DT999999H", "PT+1S", "P\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseDuration(s)
		assert.GreaterOrEqual(t, d, time.Duration(0), "%q", s)
		if ok {
			assert.Empty(t, strings.Trim(s, "PTWDHMS0123456789"), "%q is read as %v", s, d)
		} else {
			assert.Zero(t, d, "%q is no duration", s)
		}
	})
}

func FuzzInterval(f *testing.F) {
	for _, s := range []string{"2026-01-10T11:00:00Z/PT1H", "PT1H/2026-01-10T11:00:00Z", "2026-01-10T11:00:00Z/2026-01-10T12:00:00Z", "/", "P1000000W/0000-01-01T00:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		from, to, ok := parseInterval(s)
		if !ok {
			return
		}
		assert.Equal(t, 1, strings.Count(s, "/"), "%q is read", s)
		if strings.Contains(s, "P") {
			assert.False(t, to.Before(from), "%q runs backwards: %v to %v", s, from, to)
		}
	})
}
