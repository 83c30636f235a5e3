package sandbox_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

// blocked is a program under test: the malicious clicks that were blocked.
func blocked(ctx context.Context, api tap.API, from, to time.Time) (urls []string, err error) {
	for w := range api.ListSIEMAll(ctx, from, to, nil) {
		for e, err := range w.Events() {
			if err != nil {
				return urls, err
			}
			if e.ClicksBlocked != nil {
				urls = append(urls, e.ClicksBlocked.URL)
			}
		}
	}
	return urls, nil
}

// mostAttacked is another: the people who were attacked most.
func mostAttacked(ctx context.Context, api tap.API) (people []tap.VeryAttackedPerson, err error) {
	for p, err := range api.ListVeryAttackedPeople(ctx, &tap.ListVeryAttackedPeopleParams{Window: 30}) {
		if err != nil {
			return nil, err
		}
		people = append(people, p)
	}
	return people, nil
}

// A program against a server, in a test of one's own: one line for the server and the client,
// then assertions on what arrived.
func TestProgramAgainstTheSandbox(t *testing.T) {
	in := sandbox.New(t, "tap")
	c := sandbox.Client(t, in, tap.New)

	people, err := mostAttacked(t.Context(), c)
	require.NoError(t, err)
	assert.NotEmpty(t, people)
	calls := in.Calls("listVeryAttackedPeople")
	require.Len(t, calls, 2, "a page of people, and the empty one behind it")
	assert.Equal(t, "/v2/people/vap?window=30", calls[0].Target)
	assert.Equal(t, "/v2/people/vap?window=30&page=2", calls[1].Target)

	in.Fail(sandbox.Fault{Status: 503, First: 2}) // fails twice, then it works
	_, err = mostAttacked(t.Context(), c)
	require.NoError(t, err)
	assert.Len(t, in.Calls("listVeryAttackedPeople"), 6, "two failures were repeated")

	now := time.Now().Truncate(time.Hour)
	_, err = blocked(t.Context(), c, now.Add(-3*time.Hour), now.Add(-time.Hour))
	require.NoError(t, err)
	assert.Len(t, in.Calls("listSiemAll"), 2, "two hours are two windows")
}

// Several APIs may be served at once, and what one call made the next one finds.
func TestProgramThatMakesACase(t *testing.T) {
	in := sandbox.New(t, "threatconnectv2", "threatconnectv3")
	c := sandbox.Client(t, in, threatconnectv3.New, client.Attempts(1))
	made, err := c.CreateCase(t.Context(), nil, threatconnectv3.CaseInput{Name: "Mine", Severity: "Low", Status: "Open"})
	require.NoError(t, err)
	got, err := c.GetCase(t.Context(), *made.Data.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, "Mine", got.Data.Name)
	assert.JSONEq(t, `{"name": "Mine", "severity": "Low", "status": "Open"}`, string(in.Calls("createCase")[0].Body), "what arrived")
}

// Example serves an API outside of a test.
func Example() {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"tap"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer in.Close()
	c, err := tap.New(in.Sign("tap"), client.Server(in.Server("tap")), client.AllowHTTP())
	if err != nil {
		fmt.Println(err)
		return
	}
	people, err := mostAttacked(context.Background(), c)
	fmt.Println(len(people) > 0, err)
	for _, call := range in.Calls() {
		fmt.Println(call.Operation, call.Method, call.Target, call.Status)
	}
	// Output:
	// true <nil>
	// listVeryAttackedPeople GET /v2/people/vap?window=30 200
	// listVeryAttackedPeople GET /v2/people/vap?window=30&page=2 200
}

// fakeTAP answers without HTTP. It embeds the interface, so that it needs only the methods
// that the program calls; any other one panics.
type fakeTAP struct {
	tap.API
	events []tap.SIEMEvent
	people []tap.VeryAttackedPerson
	asked  []string
}

// ListSIEMAll hands out one window with all events.
func (f *fakeTAP) ListSIEMAll(_ context.Context, from, to time.Time, _ *tap.ListSIEMAllParams, _ ...auth.Editor) iter.Seq[client.Window[tap.SIEMEvent]] {
	f.asked = append(f.asked, from.Format(time.TimeOnly)+"/"+to.Format(time.TimeOnly))
	return func(yield func(client.Window[tap.SIEMEvent]) bool) {
		yield(client.NewWindow(from, to, func(yield func(tap.SIEMEvent, error) bool) {
			for _, e := range f.events {
				if !yield(e, nil) {
					return
				}
			}
		}))
	}
}

// ListVeryAttackedPeople hands out people page by page, as the client does, and fails behind the last.
func (f *fakeTAP) ListVeryAttackedPeople(_ context.Context, params *tap.ListVeryAttackedPeopleParams, _ ...auth.Editor) iter.Seq2[tap.VeryAttackedPerson, error] {
	return func(yield func(tap.VeryAttackedPerson, error) bool) {
		for page := range slices.Chunk(f.people, 2) {
			f.asked = append(f.asked, fmt.Sprintf("a page of %d over %d days", len(page), params.Window))
			for _, p := range page {
				if !yield(p, nil) {
					return
				}
			}
		}
		yield(tap.VeryAttackedPerson{}, client.ErrTimeout)
	}
}

// Example_fake tests a program without HTTP: windows of events, and pages of a list.
func Example_fake() {
	f := &fakeTAP{
		events: []tap.SIEMEvent{{ClicksBlocked: &tap.ClickEvent{URL: "https://example.com/bad"}}, {MessagesBlocked: &tap.MessageEvent{}}},
		people: make([]tap.VeryAttackedPerson, 3),
	}
	noon := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	fmt.Println(blocked(context.Background(), f, noon.Add(-time.Hour), noon))
	_, err := mostAttacked(context.Background(), f)
	fmt.Println(err)
	for _, q := range f.asked {
		fmt.Println(q)
	}
	// Output:
	// [https://example.com/bad] <nil>
	// no progress in time
	// 11:00:00/12:00:00
	// a page of 2 over 30 days
	// a page of 1 over 30 days
}
