//go:build !race

package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

const maxMemory = 25 << 20

// A client process that streams a window of 100 MB stays small. Its throughput and the
// time to the first event are printed only.
func TestStreamingMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the peak of a process is read from /proc")
	}
	if testing.Short() {
		t.Skip("100 MB")
	}
	self := filepath.Join(t.TempDir(), "bench")
	if out, err := exec.Command("go", "build", "-o", self, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	url, stop, err := startServer(self, 100)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	out, err := exec.Command(self, "-role", "streamed", "-server", url).Output()
	if err != nil {
		t.Fatal(err)
	}
	var r result
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d events, %.0f MB, peak memory %.1f MB (at most %d), first event after %v, %.0f MB/s", r.Events, float64(r.Bytes)/1e6, float64(r.PeakMemory)/1e6, maxMemory>>20, r.First, r.speed())
	if r.Bytes < 100<<20 || r.Events < 50_000 {
		t.Error("the window was not read to its end")
	}
	if r.PeakMemory == 0 || r.PeakMemory > maxMemory {
		t.Error("over the budget")
	}
}
