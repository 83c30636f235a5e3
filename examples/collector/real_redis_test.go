package collector

import (
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// realRedis starts a redis-server for a test and stops it with the test. It comes from
// Debian's package where it is missing; without either the test is skipped.
func realRedis(t testing.TB) (addr string) {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil && os.Getuid() == 0 {
		_ = exec.Command("sh", "-c", "apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server").Run()
		binary, err = exec.LookPath("redis-server")
	}
	if err != nil {
		t.Skip("redis-server cannot be had")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr = l.Addr().String()
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	require.NoError(t, l.Close())
	cmd := exec.Command(binary, "--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", t.TempDir())
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	c := connectTo(t, addr)
	require.Eventually(t, func() bool { return c.Ping(t.Context()).Err() == nil }, soon, 10*time.Millisecond, "redis-server answers")
	return addr
}
