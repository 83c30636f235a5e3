package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// What a union holds is converted as a reply is; what would be lost is an error without values.
func TestBranch(t *testing.T) {
	for raw, want := range map[string]event{`{"id":7,"text":"a"}`: {ID: 7, Text: "a"}, `{"id":"7","text":5}`: {ID: 7, Text: "5"}, `{}`: {}, `{"id":7,"more":[1]}`: {ID: 7}} {
		var got event
		require.NoError(t, Branch([]byte(raw), &got, "Rule.AsEvent"), raw)
		assert.Equal(t, want, got, raw)
	}
	for _, raw := range []string{`{"id":"seven-of-a-secret"}`, `{"id":{"a":1}}`, `["x"]`, `{"id":`, ``} {
		var got event
		err := Branch([]byte(raw), &got, "Rule.AsEvent")
		var de *client.DecodeError
		require.ErrorAs(t, err, &de, raw)
		assert.Regexp(t, `^Rule\.AsEvent: undecodable: [^:]`, err.Error(), raw)
		assert.NotContains(t, err.Error(), "seven", raw)
	}
}
