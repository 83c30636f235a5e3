//go:build ignore

package threatstackv1_test

import (
	"context"
	"fmt"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/threatstackv1"
)

// connect returns a client of a sandbox on this machine, which stands in for the service. A
// program calls threatstackv1.New with credentials of its own and without these options.
func connect() (c *threatstackv1.Client, stop func()) {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"threatstackv1"}})
	if err != nil {
		panic(err)
	}
	c, err = threatstackv1.New(in.Sign("threatstackv1"), client.Server(in.Server("threatstackv1")), client.AllowHTTP())
	if err != nil {
		panic(err)
	}
	return c, func() { _ = in.Close() }
}

func ExampleNew() {
	c, err := threatstackv1.New(auth.APIKey("api-key", "organization"))
	if err != nil {
		fmt.Println(err)
		return
	}
	c.Close()
	fmt.Println(threatstackv1.DefaultServer)
	// Output: https://app.threatstack.com/api/v1
}

func ExampleClient_ListAgents() {
	c, stop := connect()
	defer stop()
	for agent, err := range c.ListAgents(context.Background(), &threatstackv1.ListAgentsParams{Count: new(int64(50))}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(agent.Hostname, agent.Name)
	}
	// Output:
	// web-1.example.com web-1
	// db-1.example.com db-1
}
