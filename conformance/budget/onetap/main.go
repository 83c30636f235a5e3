// Command onetap is a small program that uses TAP: its size over baseline is what the
// client costs.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/gen/tap"
)

func main() {
	c, err := tap.New(auth.Basic(os.Args[1], os.Args[2]))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	now := time.Now()
	for w := range c.ListSIEMAll(context.Background(), now.Add(-time.Hour), now, nil) {
		for ev, err := range w.Events() {
			fmt.Println(ev, err)
		}
	}
}
