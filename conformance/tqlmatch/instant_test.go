package tqlmatch

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/threatclients/threatclients-go/tql"
)

func TestInstant(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 30, 5, 0, time.FixedZone("", 3600))
	for m, want := range map[tql.Moment]string{
		tql.At(now):              "2026-02-28T23:30:05Z",
		tql.Day(now):             "2026-02-28T00:00:00Z",
		tql.Now():                "2026-02-28T23:30:05Z",
		tql.Today():              "2026-02-28T00:00:00Z",
		tql.HoursAgo(1):          "2026-02-28T22:30:05Z",
		tql.HoursAgo(24 * 365):   "2025-02-28T23:30:05Z",
		tql.HoursAgo(10_000_001): "0885-05-14T06:30:05Z",
		"now() - 2 hour":         "2026-02-28T21:30:05Z",
		"2023-02-01 12:00:00":    "2023-02-01T12:00:00Z",
		"2023-02-01":             "2023-02-01T00:00:00Z",
		"":                       "",
		"2023-02-30":             "",
		"2023-02-01T12:00:00Z":   "2023-02-01T12:00:00Z",
		"NOW() - 1 DAY":          "",
		"NOW() - 1 HOURS":        "",
		"NOW() + 1 HOUR":         "",
		"TODAY() - 1 HOUR":       "",
		"NOW() - 1e1 HOUR":       "",
	} {
		got, err := instant(string(m), now)
		if want == "" {
			assert.ErrorIs(t, err, errors.ErrUnsupported, "%s", m)
			continue
		}
		require.NoError(t, err, "%s", m)
		assert.Equal(t, want, got.Format(time.RFC3339), "%s", m)
	}
}
