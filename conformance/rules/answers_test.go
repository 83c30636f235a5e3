package rules

import (
	"testing"

	"github.com/threatclients/threatclients-go/specs"
)

// The replies that any object passes for. Another one is a decision.
func TestSilences(t *testing.T) {
	known := map[string]map[string]bool{
		specs.Essentials:      {"DomainHealth": true},
		specs.ThreatStackV2:   {"DeletedRuleset": true, "Unpublished": true},
		specs.ThreatConnectV2: {"DatastoreReply": true, "PlaybookReply": true},
		specs.ThreatConnectV3: {"ObjectDescription": true, "Unpublished": true},
	}
	for _, name := range specs.Names() {
		text, err := specs.Document(name)
		if err != nil {
			t.Fatal(err)
		}
		list, err := Silences(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			t.Logf("%s: any object passes for %s: %s", name, s.Schema, s.Reason)
			if !known[name][s.Schema] {
				t.Errorf("%s: %s has x-answer: none and is not in the list", name, s.Schema)
			}
			delete(known[name], s.Schema)
		}
		for schema := range known[name] {
			t.Errorf("%s: %s is in the list and has members in x-answer", name, schema)
		}
	}
}
