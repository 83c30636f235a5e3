// Command sync keeps a copy of the indicators of ThreatConnect: each round brings what was changed
// since the one before, and what was deleted.
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
	tc "github.com/threatclients/threatclients-go/gen/threatconnectv3"
)

func main() {
	server := flag.String("server", tc.DefaultServer, "`URL` of the API")
	file := flag.String("copy", "indicators.json", "`file` of the copy")
	every := flag.Duration("every", 5*time.Minute, "pause between two rounds")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	c, err := tc.New(auth.ThreatConnectHMAC(os.Getenv("TC_ACCESS_ID"), os.Getenv("TC_SECRET_KEY")), client.Server(*server), client.Poll(*every))
	if err != nil {
		log.Fatal(err)
	}
	copied := state{Indicators: map[string]tc.Indicator{}, Checkpoint: client.Oldest()}
	if b, err := os.ReadFile(*file); err == nil {
		if err := json.Unmarshal(b, &copied); err != nil {
			log.Fatal(err)
		}
	}
	if err := copied.follow(ctx, c, *file); err != nil && ctx.Err() == nil {
		log.Fatal(err)
	}
}

// state is stored as a whole, so that the indicators and the checkpoint belong together.
type state struct {
	Checkpoint time.Time
	Indicators map[string]tc.Indicator
}

func (s *state) follow(ctx context.Context, c *tc.Client, file string) error {
	for f, err := range c.FollowIndicators(ctx, s.Checkpoint, nil) {
		switch {
		case err != nil:
			return err
		case f.Event != nil:
			s.Indicators[key(f.Event.OwnerName, f.Event.Type, f.Event.Summary)] = *f.Event
		case f.Deleted != nil:
			var gone tc.DeletedIndicator
			if err := json.Unmarshal(f.Deleted, &gone); err != nil {
				return err
			}
			delete(s.Indicators, key(gone.OwnerName, gone.Type, gone.Summary))
		default: // the end of a round
			s.Checkpoint = f.Checkpoint
			b, err := json.Marshal(s)
			if err != nil {
				return err
			}
			if err := replace(file, b); err != nil {
				return err
			}
			fmt.Println(len(s.Indicators), "indicators, until", s.Checkpoint.Format(time.RFC3339))
		}
	}
	return nil
}

// key is what tells indicators apart in both lists: a deleted one has no ID any more.
func key(owner string, kind tc.IndicatorType, summary string) string {
	return owner + "\n" + string(kind) + "\n" + summary
}
