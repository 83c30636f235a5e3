package collector

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// What many tenants cost one process and Redis: memory, and commands while nothing happens but
// that leases are kept.
func TestManyTenants(t *testing.T) {
	tenants, lease := 200, 3*time.Second
	if os.Getenv("FULL") != "" {
		tenants, lease = 1000, 30*time.Second
	}
	addr := realRedis(t)
	c := connectTo(t, addr)
	info := func(section, name string) int64 {
		text, err := c.Info(t.Context(), section).Result()
		require.NoError(t, err)
		m := regexp.MustCompile(name + ":([0-9]+)").FindStringSubmatch(text)
		require.NotNil(t, m, "%s of INFO %s", name, section)
		n, err := strconv.ParseInt(m[1], 10, 64)
		require.NoError(t, err)
		return n
	}
	box := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: sandbox.Events{PerHour: 20}})
	var config strings.Builder
	fmt.Fprintf(&config, "    redis: {url: 'redis://%s', lease: %s}\n    tenants:\n", addr, lease)
	for i := range tenants {
		config.WriteString(strings.ReplaceAll(tenantOf(box, fmt.Sprintf("tenant%d", i), "tap", "SIEMAll", ", start: 1h"), "poll: 1s", "poll: 5m"))
	}
	empty := info("memory", "used_memory")
	cmd := collector(t, config.String(), filepath.Join(t.TempDir(), "events"))
	checkpoints := func() int {
		keys, err := c.Keys(t.Context(), "*:checkpoint").Result()
		require.NoError(t, err)
		return len(keys)
	}
	require.Eventually(t, func() bool { return checkpoints() == tenants && len(box.Calls()) >= tenants }, 4*soon, 100*time.Millisecond, "all tenants have read their first window")
	time.Sleep(2 * time.Second)
	before, start := info("stats", "total_commands_processed"), time.Now()
	time.Sleep(2 * lease)
	rate := float64(info("stats", "total_commands_processed")-before-1) / time.Since(start).Seconds()
	want := float64(tenants) * 3 / lease.Seconds()
	// A script is two or three commands beside itself.
	assert.Less(t, rate, 5*want, "commands a second of %d tenants", tenants)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	require.NoError(t, err)
	m := regexp.MustCompile(`VmRSS:\s+([0-9]+)`).FindStringSubmatch(string(status))
	require.NotNil(t, m)
	rss, err := strconv.Atoi(m[1])
	require.NoError(t, err)
	assert.Less(t, rss>>10, 100+tenants, "megabytes")
	t.Logf("%d tenants in one process: %d MB; Redis: %d KB, %.0f commands a second (%.0f scripts) with a lease of %s; %d calls for the first window",
		tenants, rss>>10, (info("memory", "used_memory")-empty)>>10, rate, want, lease, len(box.Calls()))
}
