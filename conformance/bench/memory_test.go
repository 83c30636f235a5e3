//go:build !race

package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const maxMemory = 25 << 20

// Client processes that stream stay small: a SIEM window and a bulk download of 100 MB, and
// a batch file of 100 000 indicators. Seconds are printed only.
func TestStreamingMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the peak of a process is read from /proc")
	}
	if testing.Short() {
		t.Skip("100 MB")
	}
	self := filepath.Join(t.TempDir(), "bench")
	built, err := exec.Command("go", "build", "-o", self, ".").CombinedOutput()
	require.NoError(t, err, "%s", built)
	url, stop, err := startServer(self, 100)
	require.NoError(t, err)
	defer stop()
	for role, least := range map[string]result{
		"streamed": {Bytes: 100 << 20, Events: 50_000},
		"bulk":     {Bytes: 100_000_000, Events: 200_000},
		"upload":   {Bytes: 10 << 20, Events: 100_000},
	} {
		out, err := exec.Command(self, "-role", role, "-server", url).Output()
		require.NoError(t, err, role)
		var r result
		require.NoError(t, json.Unmarshal(out, &r), role)
		t.Logf("%-8s %7d elements, %3.0f MB, peak memory %.1f MB (at most %d), first after %v, %.0f MB/s", role, r.Events, float64(r.Bytes)/1e6, float64(r.PeakMemory)/1e6, maxMemory>>20, r.First, r.speed())
		assert.GreaterOrEqual(t, r.Bytes, least.Bytes, "%s: bytes to the end", role)
		assert.GreaterOrEqual(t, r.Events, least.Events, "%s: elements to the end", role)
		assert.NotZero(t, r.PeakMemory, "%s: the peak is known", role)
		assert.LessOrEqual(t, r.PeakMemory, int64(maxMemory), "%s: bytes at the peak", role)
	}
}
