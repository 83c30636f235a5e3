package sandbox_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a test that uses the sandbox adds to a user's go.mod beside what the clients need
// already: what reads and checks the documents, and nothing that only this module's own tests
// and generator need.
func TestModulesOfTheSandbox(t *testing.T) {
	modules := func(pkg string) []string {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", pkg).Output()
		require.NoError(t, err, "go list of %s", pkg)
		list := strings.Fields(string(out))
		slices.Sort(list)
		return slices.Compact(list)
	}
	clients := modules("github.com/threatclients/threatclients-go/gen/...")
	added := slices.DeleteFunc(modules("."), func(m string) bool { return slices.Contains(clients, m) })
	t.Logf("clients: %d modules; the sandbox adds %d: %s", len(clients), len(added), strings.Join(added, " "))
	assert.LessOrEqual(t, len(added), 8, "modules that the sandbox adds")
	for _, m := range added {
		assert.NotContains(t, m, "testify", "the sandbox needs no library of assertions")
		assert.NotContains(t, m, "oapi-codegen/oapi-codegen", "the sandbox needs no generator")
	}
}
