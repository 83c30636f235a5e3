//go:build examples

package examples

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// The events up to the checkpoint are those that the service has, each once, also over a
// restart in between.
func TestTAPFeed(t *testing.T) {
	events := sandbox.Events{PerHour: 20}
	p := build(t, "tapfeed", "tap", sandbox.Options{Events: events})
	begin := time.Now().Add(-3 * time.Hour).Truncate(time.Second)
	first := p.until(t, "read until", 1, "-since", "3h") // after the first window
	from := checkpoint(t, p)
	assert.WithinRange(t, from, begin, time.Now(), "the checkpoint")
	second := p.until(t, "read until", 1, "-since", "240h") // the file counts, not the flag
	end := checkpoint(t, p)
	assert.True(t, end.After(from), "the second run goes on: %s, %s", from, end)

	seen := map[string]int{}
	for line := range strings.Lines(first + second) {
		var event map[string]struct{ MessageTime, ClickTime time.Time } // of which one is there
		if json.Unmarshal([]byte(line), &event) != nil {
			continue // a line of the log
		}
		for kind, e := range event {
			at := e.MessageTime
			if at.IsZero() {
				at = e.ClickTime
			}
			seen[kind+at.UTC().String()]++
		}
	}
	count := 0
	for _, kind := range []string{"messagesDelivered", "messagesBlocked", "clicksPermitted", "clicksBlocked"} {
		for _, e := range events.Between(kind, begin.Add(time.Minute), end) { // it may begin at the next whole minute
			assert.Equal(t, 1, seen[kind+e.Time.UTC().String()], "times that the event of %s in %s was printed", e.Time, kind)
			count++
		}
	}
	assert.Greater(t, count, 100, "events of two windows")
}

// A feed that is killed before its first window was read begins where it would have begun, not at
// the flag of its next start; a checkpoint that was put there with a line feed is read.
func TestTAPFeedKeepsItsStart(t *testing.T) {
	p := build(t, "tapfeed", "tap", sandbox.Options{Events: sandbox.Events{PerHour: 1}, Faults: []sandbox.Fault{{Status: 503, First: 2}}})
	begin := time.Now().Add(-3 * time.Hour)
	cmd := p.command(t.Context(), "-since", "3h")
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool { return len(p.Calls()) > 0 }, time.Minute, time.Millisecond, "a call that fails")
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	from := checkpoint(t, p)
	assert.WithinDuration(t, begin, from, time.Minute, "the beginning is stored")
	p.until(t, "read until", 1, "-since", "10m")
	n := slices.IndexFunc(p.Calls(), func(c sandbox.Call) bool { return c.Status == http.StatusOK })
	require.GreaterOrEqual(t, n, 0, "a call that succeeds")
	assert.Contains(t, interval(t, p.Calls()[n]), from.Format(time.RFC3339)+"/", "where the second start goes on")

	p.file(t, "tap.checkpoint", from.Add(30*time.Minute).Format(time.RFC3339)+"\n")
	calls := len(p.Calls())
	p.until(t, "read until", 1)
	assert.True(t, slices.ContainsFunc(p.Calls()[calls:], func(c sandbox.Call) bool {
		return strings.HasPrefix(interval(t, c), from.Add(30*time.Minute).Format(time.RFC3339)+"/")
	}), "a window begins at a checkpoint of a person; a call of the program before may come in late")

	p.file(t, "tap.checkpoint", "yesterday")
	calls = len(p.Calls())
	p.run(t, 1)
	assert.Len(t, p.Calls(), calls, "calls without a checkpoint that can be read")
}

// checkpoint is that of tapfeed.
func checkpoint(t *testing.T, p *program) time.Time {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(p.dir, "tap.checkpoint"))
	require.NoError(t, err, "the file of the checkpoint")
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(string(b)))
	require.NoError(t, err)
	return at
}

// interval is that of a call of tapfeed.
func interval(t *testing.T, call sandbox.Call) string {
	t.Helper()
	u, err := url.Parse(call.Target)
	require.NoError(t, err)
	return u.Query().Get("interval")
}

func TestOnboard(t *testing.T) {
	p := build(t, "onboard", "essentials", sandbox.Options{})
	file := p.file(t, "users.csv", "robin@example.com,Robin,Example\nkim@example.com,Kim,Example\nsam@example.net,Sam,Example\n")
	assert.Equal(t, "created robin@example.com\ncreated kim@example.com\n"+
		"refused sam@example.net 403 Forbidden: this domain belongs to another organization\n",
		p.run(t, 1, "-domain", "example.com", file), "two are created, one is refused")
	assert.Equal(t, 1, p.called("createUsers"), "one call for all")
	assert.JSONEq(t, `[{"primary_email":"robin@example.com","firstname":"Robin","surname":"Example","type":"end_user"},
		{"primary_email":"kim@example.com","firstname":"Kim","surname":"Example","type":"end_user"},
		{"primary_email":"sam@example.net","firstname":"Sam","surname":"Example","type":"end_user"}]`, string(p.Calls()[0].Body), "what is sent")
}

func TestPartnerReport(t *testing.T) {
	p := build(t, "partnerreport", "essentials", sandbox.Options{})
	account := func(stack string) []string {
		return []string{"ESSENTIALS_USER_" + stack + "=" + p.Credential("essentials", "user"), "ESSENTIALS_PASSWORD_" + stack + "=" + p.Credential("essentials", "password")}
	}
	p.env = append(p.env, account("1")...)
	other := strings.Replace(p.Server("essentials"), "127.0.0.1", "localhost", 1) // a second stack
	p.run(t, 1, "-server", other, "-partner", "partner.example.com")
	require.Equal(t, 1, p.called("listChildOrgs"), "the account of one stack is not used on the other")
	p.env = append(p.env, account("2")...)
	lines := strings.Split(strings.TrimSpace(p.run(t, 0, "-server", other, "-partner", "partner.example.com")), "\n")
	assert.Equal(t, "stack,customer,licences,spam,virus,fraud", lines[0], "the first line")
	require.Greater(t, len(lines), 2, "customers on both stacks")
	for i, stack := range []string{"1", "2"} {
		line := lines[1+i*(len(lines)-1)/2]
		assert.Regexp(t, `^`+stack+`,[a-z0-9.-]+,\d+,\d+,\d+,\d*$`, line, "a customer of stack %s", stack)
	}
	assert.NotContains(t, strings.Join(lines, "\n"), ",partner.example.com,", "the partner itself is left out")
	assert.Equal(t, 3, p.called("listChildOrgs"), "each stack is asked once more")
	assert.Equal(t, len(lines)-1+(len(lines)-1)/2, p.called("getReport"), "one report for each customer, and of the first stack twice")
}

// The quota of 50 calls a day stops the program before the service refuses.
func TestBudgets(t *testing.T) {
	p := build(t, "budgets", "tap", sandbox.Options{Quotas: true})
	var ids strings.Builder
	for range 60 {
		fmt.Fprintln(&ids, "abfa00dab4335751d0824ef8718ff356782db2d64da3ab7cbf47d7c312255dff")
	}
	out := p.fed(t, 0, ids.String())
	assert.Contains(t, out, "10 of 50 calls left: getForensics\n", "it tells what is left")
	assert.Contains(t, out, "getForensics is free again in 24h0m0s\n50 threats\n", "it stops by itself")
	assert.Equal(t, 50, p.called("getForensics"), "calls that are allowed")
	for _, c := range p.Calls() {
		assert.NotEqual(t, http.StatusTooManyRequests, c.Status, "the service never has to refuse")
	}
}
