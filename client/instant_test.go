package client

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestInstant(t *testing.T) {
	at := time.Date(2026, 1, 15, 13, 0, 0, 123456789, time.FixedZone("", 3600))
	b, err := json.Marshal(struct{ At *Instant }{&Instant{at}})
	assert.NoError(t, err)
	assert.Equal(t, `{"At":"2026-01-15T12:00:00Z"}`, string(b), "written in UTC, in whole seconds")
	assert.Equal(t, "2026-01-15T12:00:00Z", At(at).String(), "printed in UTC, in whole seconds")
	for in, want := range map[string]string{`"2026-01-15T12:00:00Z"`: "2026-01-15T12:00:00Z", `"2026-01-15T13:00:00.5+01:00"`: "2026-01-15T12:00:00Z", `"2026-01-15"`: "2026-01-15T00:00:00Z", `null`: "0001-01-01T00:00:00Z"} {
		var i Instant
		assert.NoError(t, json.Unmarshal([]byte(in), &i), in)
		assert.Equal(t, want, i.String(), in)
	}
	var i Instant
	assert.Error(t, json.Unmarshal([]byte(`"yesterday"`), &i), "yesterday is no instant")
}
