package engine

import (
	"github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// Encode writes JSON as encoding/json does, but for a nil list, which is [] and not null: a
// service that wants a list takes an empty one and refuses null.
func Encode(v any) ([]byte, error) {
	return json.Marshal(v, jsonv1.DefaultOptionsV1(), json.FormatNilSliceAsNull(false))
}
