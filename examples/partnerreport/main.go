// Command partnerreport prints what Proofpoint Essentials stopped in the last 30 days for each
// customer of a partner, on every stack that it is given, as CSV. An account belongs to one stack:
// that of the first is ESSENTIALS_USER_1 and ESSENTIALS_PASSWORD_1, and so on.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"log"
	"os"
	"strconv"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

func main() {
	partner := flag.String("partner", "", "primary `domain` of the partner")
	var stacks []string
	flag.Func("server", "`URL` of the API on a stack; may be repeated", func(s string) error {
		stacks = append(stacks, s)
		return nil
	})
	flag.Parse()
	if len(stacks) == 0 {
		stacks = []string{"https://us1.proofpointessentials.com/api/v1", "https://eu1.proofpointessentials.com/api/v1"}
	}
	out := csv.NewWriter(os.Stdout)
	_ = out.Write([]string{"stack", "customer", "licences", "spam", "virus", "fraud"}) // Flush tells
	for i, server := range stacks {
		if err := report(context.Background(), out, strconv.Itoa(i+1), server, *partner); err != nil {
			log.Fatalf("stack %d: %v", i+1, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		log.Fatal(err)
	}
}

func report(ctx context.Context, out *csv.Writer, stack, server, partner string) error {
	c, err := essentials.New(auth.UserPassword(os.Getenv("ESSENTIALS_USER_"+stack), os.Getenv("ESSENTIALS_PASSWORD_"+stack)), client.Server(server))
	if err != nil {
		return err
	}
	defer c.Close()
	for o, err := range c.ListChildOrgs(ctx, partner) {
		if errors.Is(err, client.ErrNotFound) || errors.Is(err, client.ErrForbidden) {
			return nil // the partner has nothing on this stack
		}
		if err != nil {
			return err
		}
		if o.Type != essentials.EntityTypeOrganization { // the list holds the partner, too
			continue
		}
		r, err := c.GetReport(ctx, o.PrimaryDomain, essentials.ReportPeriodMonthly)
		if err != nil {
			return err
		}
		row := []string{stack, o.PrimaryDomain, number(o.UserLicenses), number(r.Inbound.SpamTotal), number(r.Inbound.VirusTotal), number(r.Inbound.FraudTotal)}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	return nil
}

// number is empty for what the service did not say: that is not zero.
func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}
