package rules

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/specs"
)

// README.md and the schema know the same extensions, and the same members of
// x-pagination and x-keyset.
func TestReadmeAndSchemaAgree(t *testing.T) {
	text, err := os.ReadFile("../../specs/README.md")
	require.NoError(t, err)
	var schema struct {
		Defs map[string]struct {
			Properties map[string]any `json:"properties"`
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(specs.Extensions(), &schema))
	known := map[string]bool{}
	for _, place := range []string{"operation", "parameter", "schema", "header"} {
		for name := range schema.Defs[place].Properties {
			if strings.HasPrefix(name, "x-") {
				known[name] = true
			}
		}
	}
	written := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(x-[a-z-]+)").FindAllStringSubmatch(string(text), -1) {
		written[m[1]] = true
	}
	compare(t, "extension", written, known)

	for _, place := range []string{"pagination", "keyset", "selects"} {
		_, table, _ := strings.Cut(string(text), "`x-"+place+"` has these members:")
		table, _, _ = strings.Cut(table, "\n\n`x-")
		table, _, _ = strings.Cut(table, "###")
		members := map[string]bool{}
		for _, line := range regexp.MustCompile("(?m)^\\| (`[a-zA-Z]+`(, `[a-zA-Z]+`)*) \\|").FindAllStringSubmatch(table, -1) {
			for name := range strings.SplitSeq(line[1], ", ") {
				members[strings.Trim(name, "`")] = true
			}
		}
		known = map[string]bool{}
		for name := range schema.Defs[place].Properties {
			known[name] = true
		}
		compare(t, "member of x-"+place, members, known)
	}
}

func compare(t *testing.T, what string, written, known map[string]bool) {
	t.Helper()
	assert.GreaterOrEqual(t, len(written), min(9, len(known)), "README.md lists %v: is it still a table?", sortedKeys(written))
	for name := range written {
		assert.True(t, known[name], "%s %s stands in README.md and not in the schema", what, name)
	}
	for name := range known {
		assert.True(t, written[name], "%s %s stands in the schema and not in README.md", what, name)
	}
}
