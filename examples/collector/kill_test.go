package collector

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// days is how far back the feed of a kill test begins, and how often it is killed.
func days() (start time.Duration, kills int) {
	if os.Getenv("FULL") != "" {
		return 6 * 24 * time.Hour, 200
	}
	return 36 * time.Hour, 20
}

// killed is a sandbox whose windows take their time, and the configuration of its tenant. What
// waits for an acknowledgement, and so may come again, is less than overlap.
func killed(t *testing.T, events sandbox.Events, begin time.Time) (tenant string) {
	delay, err := sandbox.ParseFault("=delay=20ms,slow=40ms")
	require.NoError(t, err)
	in := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: events, Faults: []sandbox.Fault{delay}})
	return "    batch: 10\n    max_in_flight: 50\n    tenants:\n" + tenantOf(in, "acme", "tap", "SIEMAll", fmt.Sprintf(", window: 10m, start: %q", begin.Format(time.RFC3339)))
}

const overlap = 30 * time.Minute // 120 events: a window, and those that wait

// kill -9 at random moments, one process and a checkpoint in a file: nothing is lost, and what
// comes twice lies right behind the checkpoint that the killed process left.
func TestKillWithFile(t *testing.T) {
	span, kills := days()
	events := sandbox.Events{Seed: 11}
	begin := time.Now().UTC().Add(-span).Truncate(time.Second)
	dir := t.TempDir()
	config := "    checkpoint: {directory: " + dir + "}\n" + killed(t, events, begin)
	file := filepath.Join(dir, "events")
	random, at := rand.New(rand.NewPCG(1, 2)), times(events, begin, time.Now())
	seen, twice := map[string]int{}, 0
	var read int64
	// account adds what a process wrote that had begun at a checkpoint.
	account := func(from time.Time) {
		guids, size := eventsIn(t, file, read)
		read = size
		for _, id := range guids {
			if seen[id]++; seen[id] > 1 {
				twice++
				assert.False(t, at[id].Before(from), "an event of %s came again, behind a checkpoint of %s", at[id], from)
				assert.True(t, at[id].Before(from.Add(overlap)), "an event of %s came again, far from the checkpoint %s", at[id], from)
			}
		}
	}
	for n := range kills {
		from := stored(dir, "acme")
		cmd := collector(t, config, file)
		if n%4 > 0 { // three of four while it fetches, the others at any time
			require.Eventually(t, func() bool { return stored(dir, "acme").After(from) }, soon, 5*time.Millisecond, "the process fetches")
		}
		time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait()
		account(from)
	}
	from := stored(dir, "acme")
	require.True(t, from.Before(time.Now().Add(-2*time.Hour)), "the last kill was before the end: %s", from)
	cmd := collector(t, config, file)
	require.Eventually(t, func() bool { return stored(dir, "acme").After(time.Now().Add(-32 * time.Minute)) }, 4*soon, often, "it reaches now, less the lag")
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait(), "an ordered end")
	account(from)
	lost := missing(events, begin, stored(dir, "acme"), seen)
	assert.Empty(t, lost, "events that never came")
	t.Logf("file: killed %d times, %d events: %d lost, %d twice, each within %s of its checkpoint", kills, len(seen), len(lost), twice, overlap)
}

// Two processes and a real Redis: the one that fetches is killed, the other takes the lease
// over, each time.
func TestKillWithRedis(t *testing.T) {
	addr := realRedis(t)
	_, kills := days()
	const ttl = 600 * time.Millisecond
	events := sandbox.Events{Seed: 12}
	span := 48 * time.Hour
	if kills > 20 {
		span = 6 * 24 * time.Hour
	}
	begin := time.Now().UTC().Add(-span).Truncate(time.Second)
	dir := t.TempDir()
	config := fmt.Sprintf("    redis: {url: 'redis://%s', lease: %s}\n", addr, ttl) + killed(t, events, begin)
	c := connectTo(t, addr)
	holder := func() (pid int) {
		v, err := c.Get(t.Context(), leaseKey("threatclients:", "acme")).Result()
		if err != nil {
			return 0
		}
		pid, _ = strconv.Atoi(strings.Split(v, "/")[1])
		return pid
	}
	state := redisState{c, "threatclients:"}
	checkpoint := func() time.Time {
		c, _, err := state.load(t.Context(), "acme")
		require.NoError(t, err)
		return c.at
	}
	start := func(i int) *running { return &running{collector(t, config, filepath.Join(dir, strconv.Itoa(i))), i} }
	processes := []*running{start(0), start(1)}
	random, left := rand.New(rand.NewPCG(3, 4)), []time.Time{}
	var longest time.Duration
	takeovers, before, killedAt := 0, 0, time.Time{}
	for range kills {
		var pid int
		require.Eventually(t, func() bool { pid = holder(); return pid != 0 && pid != before }, soon, 5*time.Millisecond, "somebody takes over")
		if before != 0 {
			takeovers++
			longest = max(longest, time.Since(killedAt))
			for i, p := range processes {
				if p.cmd.Process.Pid == before {
					processes[i] = start(p.file)
				}
			}
		}
		from := checkpoint()
		require.Eventually(t, func() bool { return checkpoint().After(from) }, soon, 5*time.Millisecond, "it fetches")
		time.Sleep(time.Duration(random.IntN(120)) * time.Millisecond)
		for _, p := range processes {
			if p.cmd.Process.Pid == pid {
				require.NoError(t, p.cmd.Process.Kill())
				_ = p.cmd.Wait()
			}
		}
		before, killedAt = pid, time.Now()
		left = append(left, checkpoint())
	}
	require.Eventually(t, func() bool { pid := holder(); return pid != 0 && pid != before }, soon, 5*time.Millisecond, "somebody takes over")
	takeovers++
	require.True(t, left[len(left)-1].Before(time.Now().Add(-2*time.Hour)), "the last kill was before the end")
	require.Eventually(t, func() bool { return checkpoint().After(time.Now().Add(-32 * time.Minute)) }, 4*soon, often, "it reaches now, less the lag")
	for _, p := range processes {
		if p.cmd.Process.Pid != before {
			require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
			require.NoError(t, p.cmd.Wait(), "an ordered end")
		}
	}
	assert.Zero(t, holder(), "a lease that was given back")
	assert.Equal(t, kills, takeovers, "a takeover for each kill")

	seen, twice, at := map[string]int{}, 0, times(events, begin, time.Now())
	for i := range 2 {
		guids, _ := eventsIn(t, filepath.Join(dir, strconv.Itoa(i)), 0)
		for _, id := range guids {
			if seen[id]++; seen[id] > 1 {
				twice++
				near := false
				for _, from := range left {
					near = near || !at[id].Before(from) && at[id].Before(from.Add(overlap))
				}
				assert.True(t, near, "an event of %s came again, far from every checkpoint that a killed process left", at[id])
			}
		}
	}
	lost := missing(events, begin, checkpoint(), seen)
	assert.Empty(t, lost, "events that never came")
	t.Logf("redis: killed %d times, %d takeovers, the longest after %s with a lease of %s, %d events: %d lost, %d twice, each within %s of a checkpoint",
		kills, takeovers, longest.Round(time.Millisecond), ttl, len(seen), len(lost), twice, overlap)
}

// running is a process and the number of its file.
type running struct {
	cmd  *exec.Cmd
	file int
}
