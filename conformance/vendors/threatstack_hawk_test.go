package vendors_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// Two attempts of one call carry two nonces, and each signature holds.
func TestHawkSignsEachAttemptAnew(t *testing.T) {
	c, seen, nonces := threatStack(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, `{"id":"agent-1"}`)
	})
	a, err := c.GetAgent(t.Context(), "agent-1")
	require.NoError(t, err)
	assert.Equal(t, "agent-1", a.ID)
	assert.Equal(t, 3, seen.Calls(), "requests")
	require.Len(t, *nonces, 3)
	assert.NotEqual(t, (*nonces)[1], (*nonces)[0], "the nonces of two attempts")
	assert.NotEqual(t, (*nonces)[2], (*nonces)[1], "the nonces of two attempts")
}

// The signature covers paths and queries as they are sent, and the body of a POST.
func TestHawkOverPathsQueriesAndBodies(t *testing.T) {
	c, _, _ := threatStack(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			b, _ := io.ReadAll(r.Body)
			assert.NotEmpty(t, b, "the body is there after it was verified")
		}
		io.WriteString(w, `{"agents":[],"token":null,"id":"agent-1","inclusion":[],"exclusion":[]}`)
	})
	for _, name := range []string{"a b", "ü", "a/b", "x%2Fy", "a+b", "'()*!~"} {
		_, err := fake.Collect(c.ListAgents(t.Context(), &threatstackv2.ListAgentsParams{Status: "online", Hostname: &name}))
		assert.NoError(t, err, "%q in a query", name)
		_, err = c.GetAgent(t.Context(), name)
		assert.NoError(t, err, "%q in a path", name)
	}
	_, err := c.SetRuleTags(t.Context(), "rule-1", threatstackv2.RuleTagsInput{})
	assert.NoError(t, err, "a body")
}

func TestHawkRefusals(t *testing.T) {
	c, seen, _ := threatStack(t, func(int, http.ResponseWriter, *http.Request) { assert.Fail(t, "a wrong key is accepted") })
	other, err := threatstackv2.New(auth.Hawk(hawkID, "wrong", hawkOrg), client.Server("http://"+hostOf(t, c)), client.AllowHTTP())
	require.NoError(t, err)
	_, err = other.GetAgent(t.Context(), "a")
	assert.ErrorIs(t, err, client.ErrUnauthorized)
	assert.Equal(t, 1, seen.Calls(), "requests")
}

// hostOf finds the server of a client by a call that goes nowhere.
func hostOf(t *testing.T, c *threatstackv2.Client) (host string) {
	t.Helper()
	stop := errors.New("stop")
	_, err := c.GetAgent(t.Context(), "x", func(_ context.Context, r *http.Request) error {
		host = r.URL.Host
		return stop
	})
	require.ErrorIs(t, err, stop)
	return host
}

// A full count is waited for by the header that the document names, in milliseconds.
func TestThreatStackRateLimit(t *testing.T) {
	var pauses []time.Duration
	c, seen, _ := threatStack(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			w.Header().Set("X-Rate-Limit-Remaining", "0")
			w.Header().Set("X-Rate-Limit-Reset", "12500")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(w, `{"id":"a","isDismissed":false}`)
	}, client.Sleep(func(_ context.Context, d time.Duration) error { pauses = append(pauses, d); return nil }))
	_, err := c.GetAlert(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, 2, seen.Calls())
	require.Len(t, pauses, 1)
	assert.GreaterOrEqual(t, pauses[0], 12500*time.Millisecond, "the pause")
}
