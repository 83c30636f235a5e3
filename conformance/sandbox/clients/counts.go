package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// shown is how many reasons are printed of a client.
const shown = 20

// judge prints the counts and holds them against those of the file: fewer accepted or read
// calls are a failure.
func judge(file string, counts map[string]*Count, update bool) error {
	want := map[string]Count{}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &want)
	}
	if err != nil && !update {
		return err
	}
	var worse []error
	fmt.Printf("%-24s %6s %9s %7s\n", "client", "calls", "accepted", "read")
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		c, w := counts[name], want[name]
		fmt.Printf("%-24s %6d %9d %7d\n", name, c.Calls, c.Accepted, c.Parsed)
		for i, reason := range c.Refused {
			if i == shown {
				fmt.Printf("    and %d more\n", len(c.Refused)-shown)
				break
			}
			fmt.Println("    " + strings.Join(strings.Fields(reason), " "))
		}
		if c.Accepted < w.Accepted || c.Parsed < w.Parsed {
			worse = append(worse, fmt.Errorf("%s: %d accepted and %d read, were %d and %d", name, c.Accepted, c.Parsed, w.Accepted, w.Parsed))
		}
	}
	for name := range want {
		if counts[name] == nil {
			worse = append(worse, fmt.Errorf("%s was not run", name))
		}
	}
	if !update {
		return errors.Join(worse...)
	}
	out, err := json.MarshalIndent(counts, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(out, '\n'), 0o644)
}
