// Command unittest warns of people who went to malicious pages that Proofpoint TAP could not keep
// them from. It is here for its test, which needs no account: main_test.go.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

func main() {
	server := flag.String("server", tap.DefaultServer, "`URL` of the API")
	since := flag.Duration("since", 24*time.Hour, "how far back")
	flag.Parse()
	c, err := tap.New(auth.Basic(os.Getenv("TAP_PRINCIPAL"), os.Getenv("TAP_SECRET")), client.Server(*server))
	if err != nil {
		log.Fatal(err)
	}
	now := time.Now()
	clicks, err := clicked(context.Background(), c, now.Add(-*since), now)
	if err != nil {
		log.Fatal(err)
	}
	for recipient, n := range clicks {
		fmt.Println(recipient, n)
	}
}

// clicked counts the clicks that were let through, by recipient. It takes the interface, so that
// a test can put something else there.
func clicked(ctx context.Context, c tap.API, from, to time.Time) (map[string]int, error) {
	count := map[string]int{}
	for window := range c.ListSIEMClicksPermitted(ctx, from, to, nil) {
		for event, err := range window.Events() {
			if err != nil {
				return nil, err
			}
			if event.ClicksPermitted != nil {
				count[event.ClicksPermitted.Recipient]++
			}
		}
	}
	return count, nil
}
