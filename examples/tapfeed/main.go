// Command tapfeed prints the events of Proofpoint TAP, one JSON object a line, as they come. It
// remembers in a file how far it came, so that it goes on from there after a restart.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

func main() {
	server := flag.String("server", tap.DefaultServer, "`URL` of the API")
	file := flag.String("checkpoint", "tap.checkpoint", "`file` with the time from which to go on")
	since := flag.Duration("since", time.Hour, "where to begin when there is no such file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	c, err := tap.New(auth.Basic(os.Getenv("TAP_PRINCIPAL"), os.Getenv("TAP_SECRET")), client.Server(*server),
		client.Throttle(client.NewBudget("tap", nil, false))) // waits rather than run into the daily quota
	if err != nil {
		log.Fatal(err)
	}
	checkpoint, err := load(*file, time.Now().Add(-*since))
	if err == nil {
		err = follow(ctx, c, checkpoint, *file)
	}
	if err != nil && ctx.Err() == nil {
		log.Fatal(err)
	}
}

// follow ends with ctx. An event is printed before the checkpoint after it is stored, so that
// after a crash some events come again and none is missed.
func follow(ctx context.Context, c *tap.Client, checkpoint time.Time, file string) error {
	out := json.NewEncoder(os.Stdout)
	for f, err := range c.FollowSIEMAll(ctx, checkpoint, nil) {
		if err == nil && f.Event != nil {
			err = out.Encode(f.Event)
		}
		if err == nil && f.Checkpoint.After(checkpoint) {
			checkpoint = f.Checkpoint
			err = store(file, checkpoint)
			fmt.Fprintln(os.Stderr, "read until", checkpoint.Format(time.RFC3339))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
