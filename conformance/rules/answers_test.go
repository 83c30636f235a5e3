package rules

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/specs"
)

// The replies for which any object passes. Another one is a decision.
func TestSilences(t *testing.T) {
	known := map[string][]string{
		specs.Essentials:      {"DomainHealth"},
		specs.ThreatStackV2:   {"DeletedRuleset", "Unpublished"},
		specs.ThreatConnectV2: {"DatastoreReply", "PlaybookReply"},
		specs.ThreatConnectV3: {"ObjectDescription", "Unpublished"},
	}
	for _, name := range specs.Names() {
		text, err := specs.Document(name)
		require.NoError(t, err)
		list, err := Silences(text)
		require.NoError(t, err)
		var schemas []string
		for _, s := range list {
			t.Logf("%s: any object passes for %s: %s", name, s.Schema, s.Reason)
			schemas = append(schemas, s.Schema)
		}
		assert.Equal(t, known[name], schemas, "%s: schemas with x-answer: none", name)
	}
}
