//go:build ignore

package essentials_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

// connect returns a client of a sandbox on this machine, which stands in for the service. A
// program calls essentials.New with credentials of its own and without these options.
func connect() (c *essentials.Client, stop func()) {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"essentials"}})
	if err != nil {
		panic(err)
	}
	c, err = essentials.New(in.Sign("essentials"), client.Server(in.Server("essentials")), client.AllowHTTP())
	if err != nil {
		panic(err)
	}
	return c, func() { _ = in.Close() }
}

func ExampleNew() {
	// The stack of an organization is another server; GetEndpoints says which it lives on.
	c, err := essentials.New(auth.UserPassword("admin@example.com", "password"), client.Server("https://eu1.proofpointessentials.com/api/v1"))
	if err != nil {
		fmt.Println(err)
		return
	}
	c.Close()
	fmt.Println(essentials.DefaultServer)
	// Output: https://us1.proofpointessentials.com/api/v1
}

func ExampleClient_ListChildOrgs() {
	c, stop := connect()
	defer stop()
	for o, err := range c.ListChildOrgs(context.Background(), "partner.example.com") {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(o.Type, o.PrimaryDomain, o.WhenRenewal)
	}
	// Output:
	// channel partner.example.com 2028/01/31
	// organization example.com 2027/03/01
	// organization shop.example.com
}

// Optional members of a request are pointers, and new makes one of a value. A member that is
// nil is not sent.
func ExampleClient_CreateUsers() {
	c, stop := connect()
	defer stop()
	made, err := c.CreateUsers(context.Background(), "example.com", essentials.UserListInput{
		{PrimaryEmail: "mika@example.com", Firstname: new("Mika"), Type: new(essentials.UserTypeEndUser)},
	})
	var partial *client.PartialError // of several users some may be refused
	if errors.As(err, &partial) {
		fmt.Println(partial.Failures)
	} else if err != nil {
		fmt.Println(err)
	}
	if made.JSON201 != nil { // the answer to a list of one
		fmt.Println(made.JSON201.PrimaryEmail, made.JSON201.Firstname)
	}
	// Output: mika@example.com Mika
}
