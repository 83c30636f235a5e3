package client_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// busy returns a client of a sandbox whose first answers are refusals.
func busy(status int, times int, opts ...client.Option) (c *tap.Client, stop func()) {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"tap"}, Faults: []sandbox.Fault{{Status: status, RetryAfter: "90", First: times}}})
	if err != nil {
		panic(err)
	}
	c, err = tap.New(in.Sign("tap"), append([]client.Option{client.Server(in.Server("tap")), client.AllowHTTP()}, opts...)...)
	if err != nil {
		panic(err)
	}
	return c, func() { _ = in.Close() }
}

// What a program can do about an error depends on its type.
func ExampleError() {
	c, stop := busy(http.StatusTooManyRequests, 1, client.MaxWait(time.Minute)) // the service asks for 90 seconds
	defer stop()
	_, err := c.GetCampaign(context.Background(), "8fd43734-77a3-4a68-a6b6-a9ad2c7e82c0")
	var refused *client.Error
	if errors.As(err, &refused) && errors.Is(err, client.ErrRateLimited) {
		fmt.Println(refused.Operation, refused.StatusCode, "again in", refused.RetryAfter)
	}
	// Output: getCampaign 429 again in 1m30s
}

// A request that would go astray is refused before it is sent.
func ExampleRequestError() {
	c, stop := busy(http.StatusOK, 0)
	defer stop()
	_, err := c.GetCampaign(context.Background(), "../people/vap")
	var refused *client.RequestError
	fmt.Println(errors.As(err, &refused), errors.Is(err, client.ErrUnsafe))
	_, err = c.GetCampaign(context.Background(), "")
	fmt.Println(err)
	// Output:
	// true true
	// getCampaign: parameter campaignId is empty
}

// Each attempt of each call as a line of a log. The path is the template of the operation, so
// that it can be the label of a metric too.
func ExampleOnAttempt() {
	plain := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: plain}))
	c, stop := busy(http.StatusServiceUnavailable, 1, client.MaxWait(2*time.Minute), client.Sleep(func(context.Context, time.Duration) error { return nil }),
		client.OnAttempt(func(a client.Attempt) {
			log.Info("attempt", "operation", a.Operation, "path", a.Path, "status", a.Status, "attempt", a.Attempt, "wait", a.Wait)
		}))
	defer stop()
	campaign, err := c.GetCampaign(context.Background(), "8fd43734-77a3-4a68-a6b6-a9ad2c7e82c0")
	fmt.Println(campaign.Name, err)
	// Output:
	// level=INFO msg=attempt operation=getCampaign path=/v2/campaign/{campaignId} status=503 attempt=1 wait=0s
	// level=INFO msg=attempt operation=getCampaign path=/v2/campaign/{campaignId} status=200 attempt=2 wait=1m30s
	// Parcel notice | URLs and documents | 12-14 January 2026 <nil>
}

// A test makes the windows that a fake of an API answers with.
func ExampleNewWindow() {
	from := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	window := client.NewWindow(from, from.Add(time.Hour), func(yield func(string, error) bool) {
		_ = yield("one", nil) && yield("two", nil)
	})
	fmt.Println(window.Checkpoint().Format(time.TimeOnly), "before its events were read")
	for event, err := range window.Events() {
		fmt.Println(event, err)
	}
	fmt.Println(window.Checkpoint().Format(time.TimeOnly), "behind them")
	// Output:
	// 10:00:00 before its events were read
	// one <nil>
	// two <nil>
	// 11:00:00 behind them
}

// Two calls a minute, and then the error that says when the next one is free.
func ExampleNewBudget() {
	budget := client.NewBudget("my credential", nil, true)
	call := client.Call{Operation: "listSIEMAll", Pool: "siem", Calls: 2, Per: time.Minute, Attempt: 1}
	for range 3 {
		err := budget.WaitCall(context.Background(), call)
		var used *client.QuotaError
		fmt.Println(errors.As(err, &used), errors.Is(err, client.ErrRateLimited))
	}
	// Output:
	// false false
	// false false
	// true true
}

// A job is asked for until it is done.
func ExampleAwait() {
	states := []string{"Queued", "Running", "Completed"}
	ask := func(context.Context) (string, error) {
		state := states[0]
		states = states[1:]
		return state, nil
	}
	done := func(state string) bool { return state == "Completed" }
	last, err := client.Await(context.Background(), time.Millisecond, ask, done, func(state string) { fmt.Println(state) })
	fmt.Println("last:", last, err)
	// Output:
	// Queued
	// Running
	// Completed
	// last: Completed <nil>
}

// A URL that an answer named is followed inside of the vendor's own domain only.
func ExampleDiscoveredServer() {
	home := "https://us1.example.com/api"
	for _, found := range []string{"https://eu1.example.com", "https://login.example.net"} {
		_, err := client.Configure(home, nobody, client.DiscoveredServer(found))
		fmt.Println(found, errors.Is(err, client.ErrUnsafe))
	}
	// Output:
	// https://eu1.example.com false
	// https://login.example.net true
}

func nobody(context.Context, *http.Request) error { return nil }
