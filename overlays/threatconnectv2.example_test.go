//go:build ignore

package threatconnectv2_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
)

// connect returns a client of a sandbox on this machine, which stands in for the service. A
// program calls threatconnectv2.New with credentials of its own and without these options.
func connect() (c *threatconnectv2.Client, stop func()) {
	in, err := sandbox.Serve(sandbox.Options{APIs: []string{"threatconnectv2"}})
	if err != nil {
		panic(err)
	}
	c, err = threatconnectv2.New(in.Sign("threatconnectv2"), client.Server(in.Server("threatconnectv2")), client.AllowHTTP())
	if err != nil {
		panic(err)
	}
	return c, func() { _ = in.Close() }
}

func ExampleNew() {
	// A dedicated instance has a host of its own; its URL ends in /api, too.
	c, err := threatconnectv2.New(auth.ThreatConnectHMAC("access-id", "secret-key"), client.Server("https://tc.example.com/api"))
	if err != nil {
		fmt.Println(err)
		return
	}
	c.Close()
	fmt.Println(threatconnectv2.DefaultServer)
	// Output: https://app.threatconnect.com/api
}

func ExampleClient_ListOwners() {
	c, stop := connect()
	defer stop()
	for owner, err := range c.ListOwners(context.Background(), nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(owner.Type, owner.Name)
	}
	// Output:
	// Organization Example Organization
	// Community Example Circle
}

// A batch is a job: create it, upload its file, and ask for its status until it is done.
func ExampleClient_CreateBatchJob() {
	c, stop := connect()
	defer stop()
	ctx := context.Background()
	job, err := c.CreateBatchJob(ctx, threatconnectv2.BatchConfigInput{
		Owner: "Example Organization", Action: threatconnectv2.BatchActionCreate, AttributeWriteType: threatconnectv2.BatchWriteTypeReplace,
		Version: new(threatconnectv2.BatchVersionV2),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	id := strconv.FormatInt(*job.Data.BatchID, 10)
	if _, err := c.UploadBatchFile(ctx, id, strings.NewReader(`{"indicator": [{"type": "Host", "summary": "host.example.com"}]}`)); err != nil {
		fmt.Println(err)
		return
	}
	end, err := client.Await(ctx, 0, func(ctx context.Context) (threatconnectv2.BatchStatusReply, error) {
		return c.GetBatchStatus(ctx, id, nil)
	}, func(s threatconnectv2.BatchStatusReply) bool {
		return s.Data.BatchStatus.Status == threatconnectv2.BatchStateCompleted
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*end.Data.BatchStatus.SuccessCount, "of 1")
	// Output: 1 of 1
}
