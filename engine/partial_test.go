package engine

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// In a 207 whatever is under the name of the errors is a failure, in other letters too; missing,
// null and empty are none.
func TestFailuresOfABatch(t *testing.T) {
	op := &Operation{ID: "createUsers", Method: "POST", Path: "/users", Status: []int{201, 207}, Answer: []string{"users", "errors"},
		Partial: &Partial{Errors: "errors", Identifier: "email", Status: "status", Message: "message"}}
	for body, want := range map[string]int{
		`{"users":[],"errors":[{"email":"a@example.com","status":409}]}`: 1,
		`{"users":[],"Errors":[{"email":"a@example.com"},{}]}`:           2,
		`{"users":[],"ERRORS":{"a@example.com":{"status":409}}}`:         1,
		`{"users":[]}`:                               0,
		`{"users":[],"errors":null}`:                 0,
		`{"users":[],"errors":[]}`:                   0,
		`{"users":[],"errors":[],"Errors":[{}]}`:     0, // the document's own name has the word
		`{"users":[],"errorsOfYesterday":[{"a":1}]}`: 0,
	} {
		f := newFake(t, []answer{says(207, body)})
		_, err := get[map[string]any](t.Context(), f.Pipeline, request(op, ""), nil)
		if want == 0 {
			require.NoError(t, err, body)
			continue
		}
		var partial *client.PartialError
		require.ErrorAs(t, err, &partial, body)
		assert.Len(t, partial.Failures, want, body)
	}
}

// A header that an editor broke is refused before anything is sent.
func TestHeaderWithLineBreaks(t *testing.T) {
	for name, header := range map[string]http.Header{"value": {"X-Note": {"a\r\nX-Other: b"}}, "name": {"X-Note\n": {"a"}}, "NUL": {"X-Note": {"a\x00"}}} {
		f := newFake(t, []answer{says(200, `{}`)})
		edit := auth.Editor(func(_ context.Context, r *http.Request) error {
			for k, v := range header {
				r.Header[k] = v
			}
			return nil
		})
		_, err := f.Send(t.Context(), request(&Operation{ID: "get", Method: "GET", Path: "/a", Idempotent: true}, ""), []auth.Editor{edit})
		var refused *client.RequestError
		require.ErrorAs(t, err, &refused, name)
		assert.Empty(t, f.sent, "nothing was sent: %s", name)
	}
}
