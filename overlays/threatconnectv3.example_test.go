//go:build ignore

package threatconnectv3_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/tql"
)

// connect returns a client of a sandbox on this machine, which stands in for the service. A
// program calls threatconnectv3.New with credentials of its own and without these options.
func connect() (c *threatconnectv3.Client, stop func()) {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"threatconnectv3"}})
	if err != nil {
		panic(err)
	}
	c, err = threatconnectv3.New(in.Sign("threatconnectv3"), client.Server(in.Server("threatconnectv3")), client.AllowHTTP())
	if err != nil {
		panic(err)
	}
	return c, func() { _ = in.Close() }
}

func ExampleNew() {
	// A dedicated instance has a host of its own; its URL ends in /api, too. A token or a pair of
	// access ID and secret key are the credentials.
	c, err := threatconnectv3.New(auth.ThreatConnectToken("token"), client.Server("https://tc.example.com/api"))
	if err != nil {
		fmt.Println(err)
		return
	}
	c.Close()
	fmt.Println(threatconnectv3.DefaultServer)
	// Output: https://app.threatconnect.com/api
}

func ExampleClient_ListIndicators() {
	c, stop := connect()
	defer stop()
	query := tql.And(threatconnectv3.IndicatorTQL.TypeName.In("Host", "Address"), threatconnectv3.IndicatorTQL.Rating.Gte(3))
	fmt.Println(query)
	for i, err := range c.ListIndicators(context.Background(), &threatconnectv3.ListIndicatorsParams{TQL: query.Ptr()}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(i.Type, i.Summary)
		break // no other page is fetched
	}
	// Output:
	// (typeName in ("Host", "Address")) and (rating >= 3)
	// Host host.example.com
}

// Nested objects are written together with their parent. In an update a list has a mode:
// append, replace or delete.
func ExampleClient_CreateCase() {
	c, stop := connect()
	defer stop()
	made, err := c.CreateCase(context.Background(), nil, threatconnectv3.CaseInput{
		Name: "Invoice lures", Status: threatconnectv3.CaseStatusOpen, Severity: threatconnectv3.CaseSeverityLow,
		Tags: &threatconnectv3.TagListInput{Data: []threatconnectv3.TagItemInput{{Name: new("phishing")}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(made.Data.Name, made.Data.Status)
	// Output: Invoice lures Open
}

func ExampleClient_DeleteIndicator() {
	c, stop := connect()
	defer stop()
	_, err := c.DeleteIndicator(context.Background(), "..", nil) // a path value from outside
	fmt.Println(err)
	fmt.Println(errors.Is(err, client.ErrUnsafe))
	// Output:
	// deleteIndicator: parameter id is a dot segment
	// true
}
