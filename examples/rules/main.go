// Command rules copies a ruleset of Threat Stack with its rules, of whatever kind they are, from
// one account into another: out as a file, and in from it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	ts "github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// ruleset is the form of the file.
type ruleset struct {
	Name, Description string
	Rules             []ts.RuleInput
}

func main() {
	server := flag.String("server", ts.DefaultServer, "`URL` of the API")
	out := flag.String("out", "", "`ID` of the ruleset to write to the file")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: rules [flags] rules.json")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	c, err := ts.New(auth.Hawk(os.Getenv("TS_USER_ID"), os.Getenv("TS_API_KEY"), os.Getenv("TS_ORGANIZATION_ID")), client.Server(*server))
	if err != nil {
		log.Fatal(err)
	}
	if *out != "" {
		err = write(context.Background(), c, *out, flag.Arg(0))
	} else {
		err = read(context.Background(), c, flag.Arg(0))
	}
	if err != nil {
		log.Fatal(err)
	}
}

func write(ctx context.Context, c *ts.Client, id, file string) error {
	set, err := c.GetRuleset(ctx, id)
	if err != nil {
		return err
	}
	kept := ruleset{Name: set.Name, Description: set.Description}
	for rule, err := range c.ListRules(ctx, id, nil) {
		if err != nil {
			return err
		}
		input, err := inputOf(rule)
		if err != nil {
			return err
		}
		kept.Rules = append(kept.Rules, input)
	}
	b, err := json.MarshalIndent(kept, "", "  ")
	if err != nil {
		return err
	}
	fmt.Println("out:", len(kept.Rules), "rules")
	return os.WriteFile(file, b, 0o600)
}
