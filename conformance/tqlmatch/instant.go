package tqlmatch

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/tql"
)

// instant is what a date or function stands for, in UTC, if it is now that time at the
// server. Forms that the vendor does not document are errors.ErrUnsupported.
func instant(text string, now time.Time) (time.Time, error) {
	now = now.UTC()
	for _, layout := range []string{time.DateTime, time.DateOnly, time.RFC3339} { // the last as x-keyset of the document has it
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	m := tql.Moment(strings.ToUpper(text))
	if m == tql.Today() {
		return now.Truncate(24 * time.Hour), nil
	}
	hours := 0
	if _, err := fmt.Sscanf(string(m), "NOW() - %d HOUR", &hours); m == tql.Now() || err == nil && m == tql.HoursAgo(hours) {
		return now.AddDate(0, 0, -(hours / 24)).Add(-time.Duration(hours%24) * time.Hour), nil
	}
	return time.Time{}, fmt.Errorf("tqlmatch: this form of a date: %w", errors.ErrUnsupported)
}
