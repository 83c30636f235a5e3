// Command budgets fetches the forensic evidence of threats of Proofpoint TAP by their IDs, one per line of its input, and
// stops before the daily quota is used up.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// watched is a budget that logs when few calls are left. With a client.BudgetStore in a database
// instead of nil, all processes with one credential share it.
type watched struct{ *client.Budget }

func (w watched) WaitCall(ctx context.Context, call client.Call) error {
	if err := w.Budget.WaitCall(ctx, call); err != nil {
		return err
	}
	left, err := w.Left(ctx, call)
	if err == nil && left%10 == 0 {
		fmt.Printf("%d of %d calls left: %s\n", left, call.Calls, call.Operation)
	}
	return err
}

func main() {
	server := flag.String("server", tap.DefaultServer, "`URL` of the API")
	flag.Parse()
	budget := client.NewBudget("tap", nil, true) // refuses; false waits until a call is free again
	c, err := tap.New(auth.Basic(os.Getenv("TAP_PRINCIPAL"), os.Getenv("TAP_SECRET")), client.Server(*server), client.Throttle(watched{budget}))
	if err != nil {
		log.Fatal(err)
	}
	fetched := 0
	for ids := bufio.NewScanner(os.Stdin); ids.Scan(); fetched++ {
		_, err := c.GetForensics(context.Background(), &tap.GetForensicsParams{ThreatID: new(ids.Text())})
		var used *client.QuotaError
		if errors.As(err, &used) {
			fmt.Println("stopped before", ids.Text()+":", used.Operation, "is free again in", used.RetryAfter.Round(time.Hour))
			break
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(fetched, "threats")
}
