package engine

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// "Not me" must be what the JSON engine of this build understands: otherwise every record
// that is decoded tolerantly would fail.
func TestErrSkip(t *testing.T) {
	asked := 0
	skip := json.UnmarshalFromFunc(func(*jsontext.Decoder, any) error { asked++; return errSkip })
	var v struct{ N int }
	if err := json.Unmarshal([]byte(`{"N":7}`), &v, json.WithUnmarshalers(skip)); err != nil || v.N != 7 || asked == 0 {
		t.Error(v, err, asked)
	}
}
