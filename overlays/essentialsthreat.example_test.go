//go:build ignore

package essentialsthreat_test

import (
	"context"
	"fmt"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/essentialsthreat"
)

// connect returns a client of a sandbox on this machine, which stands in for the service. A
// program calls essentialsthreat.New with credentials of its own and without these options.
func connect() (c *essentialsthreat.Client, stop func()) {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"essentialsthreat"}})
	if err != nil {
		panic(err)
	}
	c, err = essentialsthreat.New(in.Sign("essentialsthreat"), client.Server(in.Server("essentialsthreat")), client.AllowHTTP())
	if err != nil {
		panic(err)
	}
	return c, func() { _ = in.Close() }
}

func ExampleNew() {
	c, err := essentialsthreat.New(auth.Basic("api-key", "api-key-secret"))
	if err != nil {
		fmt.Println(err)
		return
	}
	c.Close()
	fmt.Println(essentialsthreat.DefaultServer)
	// Output: https://us-siem.proofpointessentials.com
}

// Events of all customers of a partner.
func ExampleClient_ListSIEMMessagesBlocked() {
	c, stop := connect()
	defer stop()
	to := time.Now().Add(-2 * time.Hour).Truncate(time.Hour)
	params := &essentialsthreat.ListSIEMMessagesBlockedParams{CustomerData: new(true)}
	count := 0
	for window := range c.ListSIEMMessagesBlocked(context.Background(), to.Add(-2*time.Hour), to, params) {
		for event, err := range window.Events() {
			if err != nil {
				fmt.Println(err)
				return
			}
			if event.MessagesBlocked != nil {
				count++
			}
		}
	}
	fmt.Println(count, "messages")
	// Output: 120 messages
}
