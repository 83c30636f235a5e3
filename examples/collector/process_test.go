package collector

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// TestMain is also the processes that tests start: Benthos with a configuration, and those of
// the measurement.
func TestMain(m *testing.M) {
	role, ok := map[string]func() error{"collector": collectorProcess, "serve": serveProcess, "follow": followProcess, "measured": measuredProcess}[os.Getenv("COLLECTOR_ROLE")]
	if !ok {
		os.Exit(m.Run())
	}
	if err := role(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// collectorProcess runs a configuration until it is told to end.
func collectorProcess() error {
	config, err := os.ReadFile(os.Getenv("COLLECTOR_CONFIG"))
	if err != nil {
		return err
	}
	b := service.NewStreamBuilder()
	if err := b.SetYAML(string(config)); err != nil {
		return err
	}
	s, err := b.Build()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = s.StopWithin(10 * time.Second)
	}()
	return s.Run(context.Background())
}

// process starts this test binary in a role.
func process(t testing.TB, role string, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "COLLECTOR_ROLE="+role), env...)
	cmd.Stderr = os.Stderr
	return cmd
}

// collector starts a process that writes to a file.
func collector(t testing.TB, input, file string) *exec.Cmd {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(config, []byte("input:\n  threatclients:\n"+input+"\noutput: {file: {path: "+file+", codec: lines}}\nlogger: {level: OFF}\n"), 0o600))
	cmd := process(t, "collector", "COLLECTOR_CONFIG="+config)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

// events of a file of lines, of which those that a kill cut off are not whole.
func eventsIn(t testing.TB, file string, from int64) (guids []string, size int64) {
	t.Helper()
	b, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return nil, 0
	}
	require.NoError(t, err)
	for line := range bytes.Lines(b[from:]) {
		for len(line) > 0 {
			d := json.NewDecoder(bytes.NewReader(line))
			var event struct{ GUID string }
			if d.Decode(&event) != nil { // cut off: what follows on the line begins with the next brace
				next := bytes.IndexByte(line[1:], '{')
				if next < 0 {
					break
				}
				line = line[1+next:]
				continue
			}
			if event.GUID != "" {
				guids = append(guids, event.GUID)
			}
			line = bytes.TrimSpace(line[d.InputOffset():])
		}
	}
	return guids, int64(len(b))
}

// times are those of the sandbox's events by their GUID.
func times(o sandbox.Events, from, to time.Time) map[string]time.Time {
	all := map[string]time.Time{}
	for _, kind := range []string{"messagesDelivered", "messagesBlocked", "clicksPermitted", "clicksBlocked"} {
		for _, e := range o.Between(kind, from, to) {
			all[e.GUID()] = e.Time
		}
	}
	return all
}
