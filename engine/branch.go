package engine

import (
	"github.com/go-json-experiment/json"

	"github.com/threatclients/threatclients-go/client"
)

// Branch decodes what a union holds into one of its types, as tolerantly as a reply, with one
// difference: there is no OnMismatch here, so a member that would be lost is an error. method is
// the union's method that the error names.
func Branch(raw []byte, v any, method string) error {
	err := json.Unmarshal(raw, v, lenient())
	if misfit(err) {
		lost := false
		other := tolerantly(raw, v, "", func(m client.Mismatch) { lost = lost || !m.Kept })
		if other != nil || !lost {
			err = other
		}
	}
	if err != nil {
		return &client.DecodeError{Operation: method, Reason: decodeReason(err), Err: err}
	}
	return nil
}
