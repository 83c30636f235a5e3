//go:build ignore

package threatstackv2_test

import (
	"context"
	"fmt"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// connect returns a client of a sandbox on this machine, which stands in for the service. A
// program calls threatstackv2.New with credentials of its own and without these options.
func connect() (c *threatstackv2.Client, stop func()) {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"threatstackv2"}})
	if err != nil {
		panic(err)
	}
	c, err = threatstackv2.New(in.Sign("threatstackv2"), client.Server(in.Server("threatstackv2")), client.AllowHTTP())
	if err != nil {
		panic(err)
	}
	return c, func() { _ = in.Close() }
}

func ExampleNew() {
	c, err := threatstackv2.New(auth.Hawk("user-id", "api-key", "organization-id"))
	if err != nil {
		fmt.Println(err)
		return
	}
	c.Close()
	fmt.Println(threatstackv2.DefaultServer)
	// Output: https://api.threatstack.com
}

func ExampleClient_ListAlerts() {
	c, stop := connect()
	defer stop()
	for alert, err := range c.ListAlerts(context.Background(), &threatstackv2.ListAlertsParams{Status: threatstackv2.AlertStatusFilterActive}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if alert.Severity != nil { // nil where the service did not say it
			fmt.Println(*alert.Severity, alert.Title)
		}
	}
	// Output:
	// 3 CloudTrail: Key made: Event: CreateExam...
}

// A rule is one of several types. A rule of an unknown type keeps its JSON.
func ExampleRule_AsHostRule() {
	c, stop := connect()
	defer stop()
	for rule, err := range c.ListRules(context.Background(), "5e4d3c2b-0f1e-11ee-8a9b-0123456789ab", nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		kind, err := rule.Discriminator()
		if err != nil || kind != string(threatstackv2.RuleTypeHost) {
			continue
		}
		host, err := rule.AsHostRule()
		fmt.Println(host.Name, host.Filter, err)
	}
	// Output:
	// Users: Shell command = "sh" <nil>
	// Users: Shell command = "sh" <nil>
}
