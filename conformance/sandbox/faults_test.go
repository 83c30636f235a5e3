package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

const people = "/v2/people/vap?window=30"

func TestParseFault(t *testing.T) {
	for _, c := range []struct {
		text string
		want sandbox.Fault
		bad  string
	}{
		{"GET /v2/siem/*=429,retry-after=2,first=3", sandbox.Fault{On: "GET /v2/siem/*", Status: 429, RetryAfter: "2", First: 3}, ""},
		{"=delay=1s,every=10", sandbox.Fault{Delay: time.Second, Every: 10}, ""},
		{"getCampaign=status=503,type=text/html,cut=5", sandbox.Fault{On: "getCampaign", Status: 503, Type: "text/html", Cut: 5}, ""},
		{"=skew=-10m,slow=2s,chance=0.5,api=tap", sandbox.Fault{API: "tap", Skew: -10 * time.Minute, Slow: 2 * time.Second, Chance: 0.5}, ""},
		{"GET /x", sandbox.Fault{}, "not of the form"},
		{"=nonsense=1", sandbox.Fault{}, `no attribute "nonsense"`},
		{"=delay=long", sandbox.Fault{}, "invalid duration"},
		{"=first=-1", sandbox.Fault{}, "first=-1 is out of range"},
		{"=cut=-1", sandbox.Fault{}, "cut=-1 is out of range"},
		{"=every=0", sandbox.Fault{}, "every=0 is out of range"},
		{"=chance=2", sandbox.Fault{}, "chance=2 is out of range"},
		{"=delay=-1s", sandbox.Fault{}, "delay=-1s is out of range"},
		{"=999", sandbox.Fault{}, "status=999 is out of range"},
	} {
		got, err := sandbox.ParseFault(c.text)
		if c.bad != "" {
			assert.ErrorContains(t, err, c.bad, c.text)
			continue
		}
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, got, c.text)
	}
}

// Faults strike the calls that they name, by option, by the sandbox's own path, and by Prefer.
func TestFaultsStrike(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap"}, Faults: []sandbox.Fault{{On: "GET /v2/people/*", Status: 429, RetryAfter: "7", First: 2}}})
	var statuses []int
	for range 3 {
		res, _ := get(t, in, "tap", people)
		statuses = append(statuses, res.StatusCode)
		if res.StatusCode == 429 {
			assert.Equal(t, "7", res.Header.Get("Retry-After"))
		}
	}
	assert.Equal(t, []int{429, 429, 200}, statuses, "the first two")

	post, err := http.Post(in.URL+"/_sandbox/faults", "text/plain", strings.NewReader("listVeryAttackedPeople=503,every=2"))
	require.NoError(t, err)
	require.NoError(t, post.Body.Close())
	require.Equal(t, http.StatusCreated, post.StatusCode)
	statuses = nil
	for range 4 {
		res, _ := get(t, in, "tap", people)
		statuses = append(statuses, res.StatusCode)
	}
	assert.Equal(t, []int{200, 503, 200, 503}, statuses, "every second")
	r, err := http.NewRequest(http.MethodDelete, in.URL+"/_sandbox/faults", nil)
	require.NoError(t, err)
	res, _ := do(t, http.DefaultClient, r)
	require.Equal(t, http.StatusNoContent, res.StatusCode)

	res, body := get(t, in, "tap", people, "Prefer", "code=500")
	assert.Equal(t, 500, res.StatusCode, body)
	res, _ = get(t, in, "tap", people, "Prefer", "type=text/html")
	assert.Equal(t, "text/html", res.Header.Get("Content-Type"))
	begin := time.Now()
	_, whole := get(t, in, "tap", people, "Prefer", "delay=60ms, slow=50ms")
	assert.GreaterOrEqual(t, time.Since(begin), 105*time.Millisecond, "delay and slow body")
	assert.NotEmpty(t, whole)
}

// A body that is cut ends in an error of the transport, not in a short body.
func TestCut(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap"}})
	r, err := http.NewRequest(http.MethodGet, in.URL+people, nil)
	require.NoError(t, err)
	r.SetBasicAuth(in.Credential("tap", "principal"), in.Credential("tap", "secret"))
	r.Header.Set("Prefer", "cut=10")
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, res.Body.Close())
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Len(t, text, 10)
}

// A clock that is wrong makes signatures stale.
func TestSkew(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv3"}, Faults: []sandbox.Fault{{Skew: time.Hour}}})
	res, body := get(t, in, "threatconnectv3", "/v3/cases")
	assert.Equal(t, http.StatusUnauthorized, res.StatusCode)
	assert.Contains(t, body, "timestamp")
	in.Heal()
	res, body = get(t, in, "threatconnectv3", "/v3/cases")
	assert.Equal(t, http.StatusOK, res.StatusCode, body)
}

// A quota is of a pool, which operations share.
func TestQuotas(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap"}, Quota: map[string]int{"siem": 2}})
	var statuses []int
	for _, path := range []string{"/v2/siem/all", "/v2/siem/issues", "/v2/siem/all", "/v2/siem/clicks/permitted"} {
		res, _ := get(t, in, "tap", path+"?format=json&sinceSeconds=60")
		statuses = append(statuses, res.StatusCode)
	}
	assert.Equal(t, []int{200, 200, 429, 200}, statuses, "the third call of the pool siem is too many")
}

// Late events are missing until their time and twice-told ones come twice: the test knows
// from Between which there are.
func TestLateAndDuplicateEvents(t *testing.T) {
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	events := sandbox.Events{Seed: 5, PerHour: 200, Delay: 40 * time.Minute, Duplicate: 0.25}
	in := start(t, sandbox.Options{APIs: []string{"tap"}, Now: func() time.Time { return now }, Events: events})
	from, to := now.Add(-time.Hour), now
	read, late, twice := 0, 0, 0
	for _, e := range events.Between("messagesBlocked", from, to) {
		switch {
		case e.Visible.After(now):
			late++
		case e.Twice:
			read += 2
			twice++
		default:
			read++
		}
	}
	require.Positive(t, late)
	require.Positive(t, twice)
	_, body := get(t, in, "tap", "/v2/siem/messages/blocked?format=json&interval=PT1H/2026-01-15T12:00:00Z")
	assert.Equal(t, read, strings.Count(body, `"messageTime":`), "events that can be read, some twice")
	assert.Equal(t, events.Between("messagesBlocked", from, to), events.Between("messagesBlocked", from, to), "the same each time")
	assert.NotEqual(t, events.Between("messagesBlocked", from, to), sandbox.Events{Seed: 6, PerHour: 200}.Between("messagesBlocked", from, to), "another seed, others")
}

// Many clients at once make, read and delete; each finds its own.
func TestConcurrency(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv2", "tap"}})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 5 {
				name := fmt.Sprintf("host-%d-%d.example.org", i, n)
				body := []byte(`{"hostName": "` + name + `"}`)
				res, text := send(t, in, "threatconnectv2", &exchange.Exchange{Method: "POST", Path: "/v2/indicators/hosts", RequestBody: body})
				assert.Equal(t, 2, res.StatusCode/100, "%s", text)
				res, text = send(t, in, "threatconnectv2", &exchange.Exchange{Method: "GET", Path: "/v2/indicators/hosts/" + name})
				assert.Equal(t, 200, res.StatusCode, "%s", text)
				assert.Contains(t, string(text), name)
				send(t, in, "threatconnectv2", &exchange.Exchange{Method: "GET", Path: "/v2/indicators/hosts"})
				res, _ = send(t, in, "threatconnectv2", &exchange.Exchange{Method: "DELETE", Path: "/v2/indicators/hosts/" + name})
				assert.Equal(t, 200, res.StatusCode)
				in.Fail(sandbox.Fault{API: "nobody", Status: 500})
				in.Calls()
			}
		})
	}
	wg.Wait()
}

// A fault that no call can meet, and options that cannot do what they say, are refused.
func TestRefusedOptions(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap", "essentials"}})
	for text, want := range map[string]int{
		"nosuchoperation=503": 400, "=503,api=nope": 400, "=503,api=threatstackv1": 400, "GET /v2/nothere=503": 400, "GET /v2/people/*/x/y=503": 400,
		"listVeryAttackedPeople=503": 201, "GET /v2/people/*=503": 201, "GET /v2/*=503": 201, "GET /api/v1/orgs/example.com/users=503": 201, "GET /orgs/*/users=503": 201, "=503,api=tap": 201,
	} {
		post, err := http.Post(in.URL+"/_sandbox/faults", "text/plain", strings.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, post.Body.Close())
		assert.Equal(t, want, post.StatusCode, text)
	}
	in.Heal()
	res, body := get(t, in, "tap", people, "Prefer", "example=nope")
	assert.Equal(t, http.StatusBadRequest, res.StatusCode, body)

	for name, o := range map[string]sandbox.Options{
		"a folder that is not there": {Dir: "/nonexistent"},
		"a file for a folder":        {Dir: "faults_test.go"},
		"more than all events":       {Events: sandbox.Events{Duplicate: 7}},
		"events before their time":   {Events: sandbox.Events{Delay: -time.Minute}},
		"a fault of no operation":    {Faults: []sandbox.Fault{{On: "nosuchoperation", Status: 503}}},
	} {
		_, err := sandbox.Handler(o)
		assert.Error(t, err, name)
	}
}
