package sandbox_test

import (
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// clockOf is a minute after the latest instant of a request's query, or the time of the
// fixtures when it has none.
func clockOf(e *exchange.Exchange) time.Time {
	latest := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	found := time.Time{}
	for _, values := range e.Query {
		for _, part := range strings.FieldsFunc(strings.Join(values, "/"), func(r rune) bool { return r == '/' }) {
			for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
				if t, err := time.Parse(layout, part); err == nil && t.After(found) {
					found = t
				}
			}
		}
	}
	if !found.IsZero() {
		latest = found.Add(time.Minute)
	}
	return latest
}
