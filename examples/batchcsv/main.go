// Command batchcsv creates or updates the indicators of a CSV file (type, value, rating) in
// ThreatConnect by one batch. It prints the progress, and for each refusal the line of the file.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	tc "github.com/threatclients/threatclients-go/gen/threatconnectv2"
)

func main() {
	server := flag.String("server", tc.DefaultServer, "`URL` of the API")
	owner := flag.String("owner", "", "`name` of the owner")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: batchcsv [flags] indicators.csv")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	c, err := tc.New(auth.ThreatConnectHMAC(os.Getenv("TC_ACCESS_ID"), os.Getenv("TC_SECRET_KEY")), client.Server(*server))
	if err != nil {
		log.Fatal(err)
	}
	if err := upsert(context.Background(), c, *owner, flag.Arg(0)); err != nil {
		log.Fatal(err)
	}
}

func upsert(ctx context.Context, c *tc.Client, owner, file string) error {
	indicators, lines, err := read(file)
	if err != nil {
		return err
	}
	content, err := json.Marshal(tc.BatchFileInput{Indicator: &indicators})
	if err != nil {
		return err
	}
	job, err := c.CreateBatchJob(ctx, tc.BatchConfigInput{Owner: owner, Action: tc.BatchActionCreate, AttributeWriteType: tc.BatchWriteTypeReplace, Version: new(tc.BatchVersionV2)})
	if err != nil {
		return err
	}
	id := strconv.FormatInt(*job.Data.BatchID, 10)
	if _, err := c.UploadBatchFile(ctx, id, bytes.NewReader(content)); err != nil {
		return err
	}
	ask := func(ctx context.Context) (tc.BatchStatusReply, error) { return c.GetBatchStatus(ctx, id, nil) }
	done := func(s tc.BatchStatusReply) bool { return s.Data.BatchStatus.Status == tc.BatchStateCompleted }
	end, err := client.Await(ctx, 2*time.Second, ask, done, func(s tc.BatchStatusReply) { fmt.Println("job", id, s.Data.BatchStatus.Status) })
	if err != nil {
		return err
	}
	state := end.Data.BatchStatus
	fmt.Println(*state.SuccessCount, "written,", *state.ErrorCount, "refused")
	if *state.ErrorCount == 0 {
		return nil
	}
	return explain(ctx, c, id, lines)
}
