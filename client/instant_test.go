package client

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestInstant(t *testing.T) {
	at := time.Date(2026, 1, 15, 13, 0, 0, 123456789, time.FixedZone("", 3600))
	if b, err := json.Marshal(struct{ At *Instant }{&Instant{at}}); string(b) != `{"At":"2026-01-15T12:00:00Z"}` || err != nil {
		t.Errorf("%s %v", b, err)
	}
	assert.Equal(t, "2026-01-15T12:00:00Z", At(at).String(), At(at))
	for in, want := range map[string]string{`"2026-01-15T12:00:00Z"`: "2026-01-15T12:00:00Z", `"2026-01-15T13:00:00.5+01:00"`: "2026-01-15T12:00:00Z", `"2026-01-15"`: "2026-01-15T00:00:00Z", `null`: "0001-01-01T00:00:00Z"} {
		var i Instant
		if err := json.Unmarshal([]byte(in), &i); err != nil || i.String() != want {
			t.Error(in, i, err)
		}
	}
	var i Instant
	assert.Error(t, json.Unmarshal([]byte(`"yesterday"`), &i), "yesterday was read as %v", i)
}
