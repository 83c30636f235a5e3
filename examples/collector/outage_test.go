package collector

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// outageAt is an outage with a log and a clock of the test.
func outageAt(now *time.Time) (*outage, *lines) {
	l := &lines{}
	return &outage{log: service.NewLoggerFromSlog(l.logger()), now: func() time.Time { return *now }}, l
}

var (
	busy       = &client.Error{Operation: "listSiemAll", Method: "GET", Path: "/v2/siem/all", StatusCode: 503}
	refused503 = client.Attempt{Operation: "listSiemAll", Status: 503, Err: busy}
	answered   = client.Attempt{Operation: "listSiemAll", Status: 200}
)

// An hour with a failure every ten seconds is 60 lines, and one when it is over.
func TestOutageIsToldOnceAMinute(t *testing.T) {
	now := nine
	o, log := outageAt(&now)
	for range 360 {
		o.attempt(refused503)
		now = now.Add(10 * time.Second)
	}
	o.over()
	o.over()
	got := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, got, 61)
	assert.Equal(t, `level=WARN msg="Cannot fetch: listSiemAll: GET /v2/siem/all: 503 Service Unavailable"`, got[0], "the first at once")
	assert.Equal(t, `level=WARN msg="Cannot fetch since 2026-01-15T09:00:00Z, failures: 7, the last: listSiemAll: GET /v2/siem/all: 503 Service Unavailable"`, got[1], "after a minute")
	assert.Equal(t, `level=INFO msg="Fetching again after 1h0m0s, failures: 360"`, got[60], "the end")
}

// Failures that come and go do not fill a log: a line and its end a minute, as for one outage.
func TestFlickeringOutage(t *testing.T) {
	now := nine
	o, log := outageAt(&now)
	for range 600 {
		o.attempt(refused503)
		o.attempt(answered)
		o.over()
		now = now.Add(time.Second)
	}
	assert.Equal(t, 10, strings.Count(log.String(), "Cannot fetch"), "failures in ten minutes")
	assert.Equal(t, 10, strings.Count(log.String(), "Fetching again"), "ends of those that were told")
}

// A wait that the service or a quota asks for is told at once, however short ago the last line was.
func TestLongWaitsAreTold(t *testing.T) {
	now := nine
	o, log := outageAt(&now)
	o.attempt(refused503)
	o.attempt(client.Attempt{Err: &client.Error{Operation: "listSiemAll", Method: "GET", Path: "/v2/siem/all", StatusCode: 429, RetryAfter: 3 * time.Hour}})
	o.fail(fmt.Errorf("lost: %w", &client.QuotaError{Operation: "listSiemAll", Pool: "siem", RetryAfter: 2 * time.Hour}))
	o.attempt(refused503)
	assert.Equal(t, 3, strings.Count(log.String(), "\n"), "lines: %s", log)
	assert.Contains(t, log.String(), "retry after 3h0m0s")
	assert.Contains(t, log.String(), "the quota siem is used up, the next call is free in 2h0m0s")
}

// A budget that is used up is told while the feed waits for it, and an ended context ends the wait.
func TestWaitForABudgetIsTold(t *testing.T) {
	now := nine
	o, log := outageAt(&now)
	w := watched{client.NewBudget("tap/principal", nil, false), "acme", o, &gauge{seen: map[string]int64{}}}
	once := client.Call{Operation: "listCampaignIds", Pool: "campaignIds", Calls: 1, Per: 24 * time.Hour, Attempt: 1}
	require.NoError(t, w.WaitCall(t.Context(), once), "the first call")
	assert.Empty(t, log.String(), "a call that is free")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.WaitCall(ctx, once) }()
	require.Eventually(t, func() bool {
		return strings.Contains(log.String(), "Cannot fetch: listCampaignIds: the quota campaignIds is used up, the next call is free in 24h0m0s")
	}, soon, often, "the wait is told")
	now = now.Add(time.Hour) // a further line would be due
	stop()
	assert.ErrorIs(t, <-ended, context.Canceled)
	brief := client.Call{Operation: "listSiemAll", Pool: "siem", Calls: 1, Per: 50 * time.Millisecond, Attempt: 1}
	for range 2 {
		require.NoError(t, w.WaitCall(t.Context(), brief), "after a short wait")
	}
	assert.Equal(t, 1, strings.Count(log.String(), "\n"), "neither an ordered end nor a short wait is told: %s", log)
}

// A store of budgets that is gone holds the feed as a service does.
func TestLostStoreOfBudgetsIsTold(t *testing.T) {
	now := nine
	o, log := outageAt(&now)
	w := watched{client.NewBudget("tap/principal", lostStore{}, false), "acme", o, &gauge{seen: map[string]int64{}}}
	require.Error(t, w.WaitCall(t.Context(), campaigns))
	assert.Contains(t, log.String(), "Cannot fetch: the store is gone")
}

type lostStore struct{}

func (lostStore) Take(context.Context, string, int, int, time.Duration, time.Time) (int, time.Duration, error) {
	return 0, 0, errors.New("the store is gone")
}

// Answers that the feed makes nothing of are told: a page of maintenance with status 200, or a 404
// that does not say that a window is empty.
func TestAnswersThatBringNothing(t *testing.T) {
	missing := client.Attempt{Operation: "listSiemAll", Status: 404, Err: &client.Error{Operation: "listSiemAll", StatusCode: 404}}
	for _, a := range []client.Attempt{answered, missing} {
		now := nine
		o, log := outageAt(&now)
		for range unread {
			for range unread - 1 {
				o.attempt(a)
			}
			o.over()
		}
		assert.Empty(t, log.String(), "answers with %d that the feed went on with", a.Status)
		for range unread {
			o.attempt(a)
		}
		assert.Contains(t, log.String(), fmt.Sprintf("Cannot fetch: listSiemAll: 5 answers in a row brought nothing, the last with status %d", a.Status))
	}
}

// The input tells of an outage and of its end in its log, and shows no credential, query or body.
func TestOutageInTheLog(t *testing.T) {
	fault, err := sandbox.ParseFault("=503,first=4")
	require.NoError(t, err)
	in := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: sandbox.Events{PerHour: 10}, Faults: []sandbox.Fault{fault}})
	log, dir, got := &lines{}, t.TempDir(), &collect{t: t}
	stop := runLogged(t, "    checkpoint: {directory: "+dir+"}\n    tenants:\n"+tenantOf(in, "acme", "tap", "SIEMAll", ", start: 2h"), got.write, log.logger())
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "Fetching again") }, soon, often, "it is over")
	stop()
	assert.Regexp(t, `(?m)level=WARN msg="Cannot fetch: listSiemAll: GET /v2/siem/all: 503 Service Unavailable.* tenant=acme`, log.String(), "the first failure")
	assert.Regexp(t, `level=INFO msg="Fetching again after \d+s, failures: 4".* tenant=acme`, log.String())
	assert.Equal(t, 1, strings.Count(log.String(), "Cannot fetch"), "within a minute")
	for _, hidden := range []string{in.Credential("tap", "principal"), in.Credential("tap", "secret"), "interval"} {
		assert.NotContains(t, log.String(), hidden)
	}
}

// The log says that a checkpoint is another feed's, and nothing is fetched.
func TestForeignCheckpointInTheLog(t *testing.T) {
	in := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: sandbox.Events{PerHour: 10}})
	log, dir, got := &lines{}, t.TempDir(), &collect{t: t}
	config := "    checkpoint: {directory: " + dir + "}\n    tenants:\n" + tenantOf(in, "acme", "tap", "SIEMAll", ", start: 2h")
	stop := run(t, config, got.write)
	require.Eventually(t, func() bool { return stored(dir, "acme").After(time.Now().Add(-90 * time.Minute)) }, soon, often, "the first feed goes on")
	stop()
	at := stored(dir, "acme")
	stop = runLogged(t, strings.Replace(config, "SIEMAll", "CampaignIDs", 1), got.write, log.logger())
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "The feed ended") }, soon, often, "it is refused")
	stop()
	assert.Contains(t, log.String(), "the checkpoint of acme belongs to tap SIEMAll at "+in.Server("tap")+", and the configuration asks for tap CampaignIDs at ")
	for _, c := range in.Calls() {
		assert.Equal(t, "listSiemAll", c.Operation, "only the first feed has sent calls")
	}
	assert.Equal(t, at, stored(dir, "acme"), "the checkpoint stays")
}
