package feeds

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// Campaign ids allow 50 calls a day. Whatever fails and is repeated, whoever shares the
// budget, and however long it runs: the 51st call of 24 hours is not made.
func TestBudgetOfFiftyCallsADay(t *testing.T) {
	c := &clock{now: begin, end: begin.Add(4 * 24 * time.Hour)}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.stop = cancel
	var mu sync.Mutex
	var calls []time.Time
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		calls = append(calls, c.Now())
		n := len(calls)
		mu.Unlock()
		switch {
		case n%3 == 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		case n%7 == 0:
			w.WriteHeader(http.StatusInternalServerError)
		default:
			_, _ = fmt.Fprint(w, `{"campaigns":[{"id":"c-1","lastUpdatedAt":"2026-03-10T05:00:00Z"}]}`)
		}
	}))
	defer server.Close()
	budget := client.NewBudget("principal", nil, false).At(c.Now, c.Sleep)
	for range 2 { // two clients of one credential
		tapClient, err := tap.New(auth.Basic("principal", "secret-of-the-test"), client.Server(server.URL), client.AllowHTTP(), client.Attempts(5),
			client.Clock(c.Now), client.Sleep(c.Sleep), client.Throttle(budget))
		require.NoError(t, err)
		for i := 0; ctx.Err() == nil && i < 100; i++ {
			_, err := tapClient.ListCampaignIDsPage(ctx, &tap.ListCampaignIDsParams{Interval: c.Now().Add(-time.Hour).Format(time.RFC3339) + "/" + c.Now().Add(-time.Minute).Format(time.RFC3339)})
			if err != nil {
				var known interface{ Error() string }
				assert.ErrorAs(t, err, &known)
			}
			_ = c.Sleep(ctx, time.Minute)
		}
	}
	assert.LessOrEqual(t, most(calls, 24*time.Hour), 50, "calls in any 24 hours")
	assert.Greater(t, len(calls), 100, "the budget refills")
	t.Logf("%d calls, at most %d in 24 hours", len(calls), most(calls, 24*time.Hour))
}

// With refuse a used up budget is an error that names the operation and when a call is free;
// the last tenth is not spent on repeating.
func TestBudgetRefuses(t *testing.T) {
	now := begin
	clock := func() time.Time { return now }
	b := client.NewBudget("principal", nil, true).At(clock, nil)
	call := client.Call{Operation: "getThing", Pool: "things", Calls: 10, Per: 24 * time.Hour, Attempt: 1}
	for range 9 {
		require.NoError(t, b.WaitCall(t.Context(), call), "a call inside the budget")
		now = now.Add(time.Minute)
	}
	again := call
	again.Attempt = 2
	var q *client.QuotaError
	require.ErrorAs(t, b.WaitCall(t.Context(), again), &q, "the last call is not for repeating")
	left, err := b.Left(t.Context(), call)
	require.NoError(t, err)
	assert.Equal(t, 1, left, "calls that are left")
	require.NoError(t, b.WaitCall(t.Context(), call), "the last call")
	err = b.WaitCall(t.Context(), call)
	require.ErrorAs(t, err, &q)
	assert.ErrorIs(t, err, client.ErrRateLimited, "it is a refusal for the rate")
	assert.Equal(t, 24*time.Hour-9*time.Minute, q.RetryAfter, "until the first call is a day old")
	assert.Contains(t, err.Error(), "getThing", "the operation")
	other := call
	other.Pool = "others"
	assert.NoError(t, b.WaitCall(t.Context(), other), "another pool has its own budget")
}
