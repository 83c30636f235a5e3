package collector

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/traffic"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// measure is what a process says of its work: six windows of 40 MB each.
type measure struct {
	Events     int
	Core, Wall time.Duration // Core: time of processors, in the system too
	Peak       int64         // memory, bytes
}

func (m measure) perCore() float64 { return float64(m.Events) / m.Core.Seconds() }

// The plugin does at least half as many events a second and core as the feed alone, over the
// same windows, each in its own process. What it adds is the JSON of each event, its metadata,
// Benthos and the acknowledgements.
func TestThroughput(t *testing.T) {
	server := process(t, "serve")
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	in, err := server.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() { _ = in.Close(); _ = server.Wait() })
	var url string
	_, err = fmt.Fscanln(out, &url)
	require.NoError(t, err)
	best := map[string]measure{}
	for range 2 { // the better of two: the machine has other work
		for _, role := range []string{"follow", "measured"} {
			b, err := process(t, role, "COLLECTOR_SERVER="+url, "COLLECTOR_DIR="+t.TempDir()).Output()
			require.NoError(t, err)
			var m measure
			require.NoError(t, json.Unmarshal(b, &m))
			if m.perCore() > best[role].perCore() || best[role].Events == 0 {
				best[role] = m
			}
		}
	}
	alone, plugin := best["follow"], best["measured"]
	require.Greater(t, min(alone.Events, plugin.Events), 100_000, "both read six windows")
	ratio := plugin.perCore() / alone.perCore()
	assert.GreaterOrEqual(t, ratio, 0.5, "of the feed alone")
	t.Logf("events a second and core: FollowSIEMAll %.0f, the plugin %.0f, ratio %.2f; %d events; peak memory %d and %d MB",
		alone.perCore(), plugin.perCore(), ratio, plugin.Events, alone.Peak>>20, plugin.Peak>>20)
}

// serveProcess answers every window with the same 40 MB until its input ends.
func serveProcess() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var body strings.Builder
	made := time.Now().UTC().Truncate(time.Second)
	if _, err := (traffic.Window{Bytes: 40 << 20, End: made, Distinct: true}).WriteTo(&body); err != nil {
		return err
	}
	before, after, _ := strings.Cut(body.String(), made.Format(time.RFC3339))
	go func() {
		_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, end, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
			w.Header().Set("Content-Type", "application/json")
			for _, s := range []string{before, end, after} {
				_, _ = io.WriteString(w, s)
			}
		}))
	}()
	fmt.Println("http://" + l.Addr().String())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// measured runs work and prints what it took.
func measured(work func(begin, end time.Time) (int, error)) error {
	end := time.Now().UTC().Add(-30 * time.Minute).Truncate(time.Minute)
	usage := func() time.Duration {
		var u syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before, start := usage(), time.Now()
	n, err := work(end.Add(-6*time.Hour), end)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(measure{n, usage() - before, time.Since(start), traffic.PeakMemory()})
}

// followProcess is the feed alone.
func followProcess() error {
	return measured(func(begin, end time.Time) (n int, err error) {
		c, err := tap.New(auth.Basic("principal", "secret-of-the-test"), client.Server(os.Getenv("COLLECTOR_SERVER")), client.AllowHTTP())
		if err != nil {
			return 0, err
		}
		for f, err := range c.FollowSIEMAll(context.Background(), begin, nil) {
			if err != nil {
				return n, err
			}
			if f.Event != nil {
				n++
			} else if !f.Checkpoint.Before(end) {
				break
			}
		}
		return n, nil
	})
}

// measuredProcess is the plugin in Benthos, into an output that counts.
func measuredProcess() error {
	return measured(func(begin, end time.Time) (n int, err error) {
		env, dir := service.NewEnvironment(), os.Getenv("COLLECTOR_DIR")
		count := func(_ context.Context, batch service.MessageBatch) error {
			for _, m := range batch {
				if b, err := m.AsBytes(); err != nil || len(b) == 0 {
					return fmt.Errorf("a message without a body: %w", err)
				}
			}
			n += len(batch)
			return nil
		}
		if err := env.RegisterBatchOutput("test", service.NewConfigSpec(), func(*service.ParsedConfig, *service.Resources) (service.BatchOutput, service.BatchPolicy, int, error) {
			return output(count), service.BatchPolicy{}, 1, nil
		}); err != nil {
			return 0, err
		}
		b := env.NewStreamBuilder()
		if err := b.SetYAML(fmt.Sprintf(`
input:
  threatclients:
    checkpoint: {directory: %s}
    tenants: [{name: acme, api: tap, feed: SIEMAll, server: %q, allow_http: true, start: %q, credentials: {id: principal, secret: secret-of-the-test}}]
output: {test: {}}
logger: {level: OFF}
`, dir, os.Getenv("COLLECTOR_SERVER"), begin.Format(time.RFC3339))); err != nil {
			return 0, err
		}
		s, err := b.Build()
		if err != nil {
			return 0, err
		}
		go func() {
			for stored(dir, "acme").Before(end) {
				time.Sleep(10 * time.Millisecond)
			}
			_ = s.StopWithin(10 * time.Second)
		}()
		err = s.Run(context.Background())
		return n, err
	})
}
