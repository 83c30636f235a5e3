//go:build ignore

package tap_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// connect returns a client of a sandbox on this machine, which stands in for the service. A
// program calls tap.New with credentials of its own and without these options.
func connect() (c *tap.Client, stop func()) {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"tap"}})
	if err != nil {
		panic(err)
	}
	c, err = tap.New(in.Sign("tap"), client.Server(in.Server("tap")), client.AllowHTTP())
	if err != nil {
		panic(err)
	}
	return c, func() { _ = in.Close() }
}

func ExampleNew() {
	c, err := tap.New(auth.Basic("principal", "secret"), client.Timeout(time.Minute), client.Attempts(5))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	fmt.Println(tap.DefaultServer)
	// Output: https://tap-api-v2.proofpoint.com
}

// Windows come oldest first, and each is fetched when its events are ranged over. Once they
// were read to the end, its checkpoint is where the next run begins.
func ExampleClient_ListSIEMAll() {
	c, stop := connect()
	defer stop()
	to := time.Now().Add(-time.Hour).Truncate(time.Hour)
	blocked, checkpoint := 0, to.Add(-2*time.Hour)
	for window := range c.ListSIEMAll(context.Background(), checkpoint, to, nil) {
		for event, err := range window.Events() {
			if err != nil {
				fmt.Println(err)
				return
			}
			if event.ClicksBlocked != nil { // of the four kinds one is set
				blocked++
			}
		}
		checkpoint = window.Checkpoint()
	}
	fmt.Println(blocked, "clicks were blocked, and everything was read:", checkpoint.Equal(to))
	// Output: 120 clicks were blocked, and everything was read: true
}

func ExampleClient_GetCampaign() {
	c, stop := connect()
	defer stop()
	campaign, err := c.GetCampaign(context.Background(), "8fd43734-77a3-4a68-a6b6-a9ad2c7e82c0")
	fmt.Println(campaign.Name, err)
	_, err = c.GetCampaign(context.Background(), "unknown")
	fmt.Println(errors.Is(err, client.ErrNotFound))
	// Output:
	// Parcel notice | URLs and documents | 12-14 January 2026 <nil>
	// true
}

func ExampleClient_DecodeURLs() {
	c, stop := connect()
	defer stop()
	decoded, err := c.DecodeURLs(context.Background(), tap.URLDecodeInput{URLs: []string{"https://urldefense.com/v3/__https://example.com/a__;!!example$"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, u := range decoded.URLs {
		fmt.Println(u.DecodedURL)
	}
	// Output: https://example.com/a
}
