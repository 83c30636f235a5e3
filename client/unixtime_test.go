package client

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUnixTimeAsKey(t *testing.T) {
	var m map[UnixTime]int64
	require.NoError(t, json.Unmarshal([]byte(`{"1768478400":3}`), &m))
	assert.Equal(t, map[UnixTime]int64{1768478400: 3}, m, "a key is seconds since 1970")
	for k := range m {
		assert.Equal(t, time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC), k.Time(), "the instant, in UTC")
	}
	b, err := json.Marshal(m)
	assert.NoError(t, err)
	assert.Equal(t, `{"1768478400":3}`, string(b), "a key is written as it came")
}
