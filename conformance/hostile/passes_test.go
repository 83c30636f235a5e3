package hostile_test

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listed are the reasons that passes.txt lists operation by operation. The others follow from
// the kind of the method: a raw reply, a file, a reply that is declared to be empty, an empty array.
var listed = []string{"decoded", "status-only", "none", "unread", "no-members", "blank-page", "null-list", "null-member", "open-elements", "object-for-no-elements", "no-elements-status"}

// passes is the list of what passes without coming from the service.
const passes = "passes.txt"

// holdPasses holds what passed against the list: all of it must be in there, and after a full
// run the list must hold nothing else. UPDATE=1 adds what is missing; with FULL=1 it writes the
// list anew.
func holdPasses(t *testing.T, passed map[string]bool, full bool) {
	t.Helper()
	comment, want := readPasses(t)
	got := slices.Sorted(maps.Keys(passed))
	if os.Getenv("UPDATE") != "" {
		if !full {
			got = slices.Compact(slices.Sorted(slices.Values(append(got, want...))))
		}
		require.NoError(t, os.WriteFile(passes, []byte(comment+strings.Join(got, "\n")+"\n"), 0o644))
		return
	}
	known := map[string]bool{}
	counts := map[string]int{}
	for _, line := range want {
		known[line] = true
		counts[line[strings.LastIndexByte(line, ' ')+1:]]++
	}
	for _, line := range got {
		assert.True(t, known[line], "%s passes and stands in %s", line, passes)
	}
	if full {
		assert.Equal(t, want, got, "%s holds what passes and nothing else", passes)
	}
	t.Logf("hostile: operations by the reason why something passes: %s", strings.TrimPrefix(fmt.Sprint(counts), "map"))
}

// readPasses splits the list into its comment and its lines.
func readPasses(t *testing.T) (comment string, lines []string) {
	t.Helper()
	f, err := os.Open(passes)
	require.NoError(t, err)
	defer f.Close()
	in := bufio.NewScanner(f)
	for in.Scan() {
		if strings.HasPrefix(in.Text(), "#") {
			comment += in.Text() + "\n"
		} else if in.Text() != "" {
			lines = append(lines, in.Text())
		}
	}
	require.NoError(t, in.Err())
	return comment, lines
}
