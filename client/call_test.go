package client_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// The options of a call replace those of the client that a call may have, and no others.
func TestForCall(t *testing.T) {
	c, err := client.Configure("https://api.example.com", auth.Basic("principal", "secret"), client.Header("X-One", "1"), client.Attempts(5))
	require.NoError(t, err)
	same, err := c.ForCall(t.Context())
	require.NoError(t, err)
	assert.Same(t, c, same, "a call without options")

	ctx := client.ForCall(client.ForCall(t.Context(), client.Attempts(1), client.Header("X-Two", "2")), client.Timeout(0), client.UserAgent("mine"))
	got, err := c.ForCall(ctx)
	require.NoError(t, err)
	assert.Equal(t, 1, got.Attempts)
	assert.Zero(t, got.Timeout, "no timeout")
	assert.Equal(t, http.Header{"X-One": {"1"}, "X-Two": {"2"}, "User-Agent": {"mine"}}, got.Header)
	assert.Equal(t, 5, c.Attempts, "the client is as it was")
	assert.Empty(t, c.Header["X-Two"], "the client is as it was")

	got, err = c.ForCall(client.ForCall(t.Context(), client.Header("X-Two", "2")))
	require.NoError(t, err)
	assert.Equal(t, 5, got.Attempts, "the client's, where the call says nothing of them")
	assert.Equal(t, c.Timeout, got.Timeout, "the client's, where the call says nothing of it")

	for name, o := range map[string]client.Option{"server": client.Server("https://other.example.com"), "http": client.AllowHTTP(), "clock": client.Clock(time.Now),
		"lag": client.Lag(time.Hour), "an attempt's observer": client.OnAttempt(func(client.Attempt) {})} {
		_, err := c.ForCall(client.ForCall(t.Context(), o))
		assert.ErrorContains(t, err, "only a client can have", name)
	}
	_, err = c.ForCall(client.ForCall(t.Context(), client.Attempts(0)))
	assert.ErrorContains(t, err, "below 1", "an option that is wrong")
}

// A line for each attempt; what failed is a warning, and several observers are all told.
func TestLog(t *testing.T) {
	var text bytes.Buffer
	told := 0
	c := &client.Config{}
	for _, o := range []client.Option{client.OnAttempt(func(client.Attempt) { told++ }),
		client.Log(slog.New(slog.NewJSONHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug})))} {
		require.NoError(t, o(c))
	}
	c.OnAttempt(client.Attempt{Operation: "listUsers", Method: "GET", Path: "/orgs/{domain}/users", Status: 200, Attempt: 1, Bytes: 7, Duration: time.Second})
	c.OnAttempt(client.Attempt{Operation: "listUsers", Method: "GET", Path: "/orgs/{domain}/users", Attempt: 2, Err: errors.New("no connection")})
	assert.Equal(t, 2, told)
	lines := bytes.Split(bytes.TrimSpace(text.Bytes()), []byte("\n"))
	require.Len(t, lines, 2, "one line an attempt")
	assert.Contains(t, string(lines[0]), `"level":"DEBUG","msg":"attempt","operation":"listUsers","method":"GET","path":"/orgs/{domain}/users","status":200,"attempt":1,"wait":0,"duration":1000000000,"bytes":7}`)
	assert.Contains(t, string(lines[1]), `"level":"WARN"`)
	assert.Contains(t, string(lines[1]), `"error":"no connection"`)
	require.NotPanics(t, func() { _ = client.ForCall(context.Background()) })
}
