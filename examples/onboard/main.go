// Command onboard creates the users of a CSV file (address, first name, surname) in an
// organization of Proofpoint Essentials with one call. Some may be refused while others are
// created: it says which, and why.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

func main() {
	server := flag.String("server", essentials.DefaultServer, "`URL` of the API on the stack of the organization")
	domain := flag.String("domain", "", "primary `domain` of the organization")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: onboard [flags] users.csv")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	users, err := read(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	c, err := essentials.New(auth.UserPassword(os.Getenv("ESSENTIALS_USER"), os.Getenv("ESSENTIALS_PASSWORD")), client.Server(*server))
	if err != nil {
		log.Fatal(err)
	}
	made, err := c.CreateUsers(context.Background(), *domain, users)
	var partial *client.PartialError
	if err != nil && !errors.As(err, &partial) {
		log.Fatal(err) // nothing was created, or it is unknown: only a 429 is sent again
	}
	switch {
	case made.JSON201 != nil: // the answer to a list of one
		fmt.Println("created", made.JSON201.PrimaryEmail)
	case made.JSON207 != nil:
		for _, u := range made.JSON207.Users {
			fmt.Println("created", u.PrimaryEmail)
		}
	}
	if partial != nil {
		for _, f := range partial.Failures {
			fmt.Println("refused", f.Identifier, f.Status, f.Message)
		}
		os.Exit(1)
	}
}
