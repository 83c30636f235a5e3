package client

import (
	"encoding/json"
	"testing"
	"time"
)

func TestUnixTimeAsKey(t *testing.T) {
	var m map[UnixTime]int64
	if err := json.Unmarshal([]byte(`{"1768478400":3}`), &m); err != nil || m[1768478400] != 3 {
		t.Fatal(m, err)
	}
	for k := range m {
		if want := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC); !k.Time().Equal(want) || k.Time().Location() != time.UTC {
			t.Error(k.Time())
		}
	}
	if b, err := json.Marshal(m); string(b) != `{"1768478400":3}` || err != nil {
		t.Errorf("%s %v", b, err)
	}
}
