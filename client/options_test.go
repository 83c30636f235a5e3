package client

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
)

func TestOptionsRefuseNonsense(t *testing.T) {
	for name, o := range map[string]Option{
		"Server that is no URL":        Server("https://a b/\x7f"),
		"Server without a scheme":      Server("api.example.com"),
		"Server of the API":            Server(""),
		"Transport(nil)":               Transport(nil),
		"Attempts(0)":                  Attempts(0),
		"Attempts(-1)":                 Attempts(-1),
		"Backoff below zero":           Backoff(-1, time.Second),
		"Backoff over its limit":       Backoff(2, 1),
		"MaxBody(0)":                   MaxBody(0),
		"MaxBody(-1)":                  MaxBody(-1),
		"Header without a name":        Header("", "x"),
		"Header with a line in it":     Header("X-A", "x\r\nX-B: y"),
		"Header with a line in a name": Header("X-A: x\r\nX-B", "y"),
		"UserAgent with a line in it":  UserAgent("x\ny"),
		"Clock(nil)":                   Clock(nil),
		"Sleep(nil)":                   Sleep(nil),
		"DiscoveredServer of nothing":  DiscoveredServer(""),
		"DiscoveredServer of a path":   DiscoveredServer("/v2"),
		"DiscoveredServer that is odd": DiscoveredServer("https://\x7f"),
	} {
		_, err := Configure("https://api.example.com", auth.Anonymous(), o)
		require.Error(t, err, name)
		assert.True(t, strings.HasPrefix(err.Error(), "client: "), name)
		assert.False(t, strings.ContainsAny(err.Error(), "\r\n\x7f"), name)
	}
}

// Times below zero mean none; a nil hook is no hook, and what is not said has a default.
func TestConfigure(t *testing.T) {
	c, err := Configure("https://api.example.com", auth.Anonymous(), MaxWait(-1), Timeout(-1), Lag(-1), Throttle(nil), OnMismatch(nil), OnAttempt(nil), Attempts(1), Backoff(0, 0), MaxBody(math.MaxInt64))
	require.NoError(t, err)
	assert.Zero(t, [...]time.Duration{c.MaxWait, c.Timeout, c.Lag, c.Backoff, c.BackoffLimit})
	assert.Nil(t, c.Limiter)
	assert.True(t, c.OnMismatch == nil && c.OnAttempt == nil, "a hook that is nil")
	assert.Equal(t, 1, c.Attempts)
	assert.Equal(t, int64(math.MaxInt64), c.MaxBody)

	slept := errors.New("slept")
	rt := http.NewFileTransport(http.Dir("."))
	c, err = Configure("https://api.example.com", auth.Anonymous(), Transport(rt),
		Clock(func() time.Time { return noon }), Sleep(func(context.Context, time.Duration) error { return slept }))
	require.NoError(t, err)
	assert.Equal(t, rt, c.Transport)
	assert.Equal(t, noon, c.Now())
	assert.Equal(t, slept, c.Sleep(t.Context(), time.Hour))

	c, err = Configure("https://api.example.com", auth.Anonymous())
	require.NoError(t, err)
	assert.Equal(t, 3, c.Attempts)
	assert.Equal(t, []time.Duration{500 * time.Millisecond, 30 * time.Second, time.Minute, 2 * time.Minute, -1},
		[]time.Duration{c.Backoff, c.BackoffLimit, c.MaxWait, c.Timeout, c.Lag})
	assert.Equal(t, int64(256<<20), c.MaxBody)
	assert.NotNil(t, c.OnMismatch)
	assert.WithinDuration(t, time.Now(), c.Now(), time.Minute)
	own, ok := c.Transport.(*http.Transport)
	require.True(t, ok, "%T", c.Transport)
	assert.NotSame(t, http.DefaultTransport, own, "the transport is shared")
}

// The last of two options for one header counts; an empty value stays, as the wish for none.
func TestHeader(t *testing.T) {
	for _, c := range []struct {
		opts []Option
		name string
		want []string
	}{
		{nil, "User-Agent", []string{userAgent()}},
		{[]Option{UserAgent("mine/1")}, "User-Agent", []string{"mine/1"}},
		{[]Option{UserAgent("")}, "User-Agent", []string{""}},
		{[]Option{Header("x-a", "1"), Header("X-A", "2")}, "X-A", []string{"2"}},
		{[]Option{Header("X-A", "")}, "X-A", []string{""}},
	} {
		config, err := Configure("https://api.example.com", auth.Anonymous(), c.opts...)
		require.NoError(t, err)
		assert.Equal(t, c.want, config.Header[c.name], c.name)
	}
}

func TestUnfiltered(t *testing.T) {
	assert.False(t, IsUnfiltered(t.Context()))
	assert.True(t, IsUnfiltered(Unfiltered(t.Context())))
}

func TestConfigureNeedsCredentials(t *testing.T) {
	_, err := Configure("https://api.example.com", nil)
	assert.ErrorContains(t, err, "package auth", "a client without credentials")
}

func TestUserAgentNamesTheModule(t *testing.T) {
	name, version, _ := strings.Cut(userAgent(), "/")
	assert.Equal(t, "threatclients-go", name)
	assert.NotEmpty(t, version, "a version stands behind the name")
	assert.False(t, strings.ContainsAny(version, " ()"), "the version %q is one word", version)
}

// The default warns once per operation and place: a list of a million odd records is one
// line in the log, and another client warns for itself.
func TestWarnOnce(t *testing.T) {
	var log bytes.Buffer
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	for range 2 {
		log.Reset()
		warn := warnOnce()
		for range 3 {
			warn(Mismatch{"listA", "/data/*/n", "int64", "string", true})
			warn(Mismatch{"listA", "/data/*/m", "int64", "string", false})
			warn(Mismatch{"listB", "/data/*/n", "int64", "string", true})
		}
		assert.Equal(t, 3, strings.Count(log.String(), "\n"))
		for _, s := range []string{"level=WARN", "operation=listA", "pointer=/data/*/m", "want=int64", "got=string", "kept=false"} {
			assert.Contains(t, log.String(), s, "no %s in", s)
		}
	}
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		assert.NoError(t, sleep(t.Context(), time.Hour))
		assert.Equal(t, time.Hour, time.Since(start), "it sleeps as long as it is told")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start = time.Now()
		assert.ErrorIs(t, sleep(ctx, time.Hour), context.DeadlineExceeded)
		assert.Equal(t, time.Minute, time.Since(start), "the context ends it")
	})
}
