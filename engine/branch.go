package engine

import (
	"reflect"

	"github.com/go-json-experiment/json"

	"github.com/threatclients/threatclients-go/client"
)

// Branch decodes what a union holds into one of its types, as tolerantly as a reply, with one
// difference: nobody is told, so that a member that would be lost is an error.
func Branch(raw []byte, v any) error {
	err := json.Unmarshal(raw, v, lenient())
	if misfit(err) {
		reflect.ValueOf(v).Elem().SetZero()
		lost := false
		t := tolerance{root: reflect.TypeOf(v), report: func(m client.Mismatch) { lost = lost || !m.Kept }}
		if other := json.Unmarshal(raw, v, lenient(), json.WithUnmarshalers(json.UnmarshalFromFunc(t.value))); other != nil || !lost {
			err = other
		}
	}
	if err != nil {
		return &client.DecodeError{Operation: "union", Reason: decodeReason(err), Err: err}
	}
	return nil
}
