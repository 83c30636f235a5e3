//go:build size

// What a user pays in bytes and seconds: everything is built anew, so that it takes minutes.
// Run by make size.
package budget

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSize(t *testing.T) {
	size := func(program string) int64 {
		out := filepath.Join(t.TempDir(), "program")
		run(t, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, "./conformance/budget/"+program)
		info, err := os.Stat(out)
		require.NoError(t, err)
		return info.Size()
	}
	base, tap := size("baseline"), size("onetap")
	t.Logf("a program that uses TAP: %d bytes stripped, %d over the baseline (at most %d)", tap, tap-base, maxBytes)
	assert.LessOrEqual(t, tap-base, int64(maxBytes), "bytes over the baseline")
}

// What a user of one client compiles besides the standard library. Seconds are printed
// only: they say more of the machine than of the code.
func TestColdBuild(t *testing.T) {
	gens, err := filepath.Glob(filepath.Join(root, "gen", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, gens, "generated packages")
	std := t.TempDir() // the standard library, compiled once
	build := func(cache string, pkgs ...string) time.Duration {
		cmd := exec.Command("go", append([]string{"build"}, pkgs...)...)
		cmd.Dir, cmd.Env = root, append(os.Environ(), "GOCACHE="+cache)
		start := time.Now()
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return time.Since(start)
	}
	listed := strings.Fields(run(t, "go", "list", "-deps", "-f", "{{if .Standard}}{{.ImportPath}}{{end}}", "./gen/..."))
	build(std, slices.DeleteFunc(listed, func(p string) bool {
		return p == "unsafe" || strings.HasPrefix(p, "vendor/") || strings.Contains(p, "internal/")
	})...)
	for _, dir := range gens {
		cache := filepath.Join(t.TempDir(), "cache")
		require.NoError(t, os.CopyFS(cache, os.DirFS(std)))
		t.Logf("%-16s %5.1f s", filepath.Base(dir), build(cache, "./gen/"+filepath.Base(dir)).Seconds())
	}
}
