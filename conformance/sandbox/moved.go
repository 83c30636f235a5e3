package sandbox

import (
	"encoding/json"
	"regexp"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// present is the noon at which the fixtures were composed.
var present = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

var instant = regexp.MustCompile(`\b(202[4-8]-\d\d-\d\d)(T\d\d:\d\d)`)

// moved shifts the instants of answers by whole days, so that those of the fixtures' present
// are near now and keep their distances.
func moved(list []*exchange.Exchange, now time.Time) {
	days := int(now.Sub(present) / (24 * time.Hour))
	if now.Before(present) {
		days = -int(present.Sub(now)/(24*time.Hour)) - 1
	}
	if days == 0 {
		return
	}
	for _, e := range list {
		e.Body = json.RawMessage(instant.ReplaceAllFunc(e.Body, func(text []byte) []byte {
			day, err := time.Parse(time.DateOnly, string(text[:10]))
			if err != nil {
				return text
			}
			return append([]byte(day.AddDate(0, 0, days).Format(time.DateOnly)), text[10:]...)
		}))
	}
}
