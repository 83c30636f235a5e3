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
// calls are a failure. Clients in absent were not run because the machine lacks their language.
func judge(file string, counts map[string]*Count, absent map[string]string, update bool) error {
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
	total := Count{}
	for _, c := range counts {
		total.Calls, total.Accepted, total.Parsed = total.Calls+c.Calls, total.Accepted+c.Accepted, total.Parsed+c.Parsed
	}
	fmt.Printf("%-24s %6d %9d %7d\n", fmt.Sprintf("%d clients", len(counts)), total.Calls, total.Accepted, total.Parsed)
	for _, name := range slices.Sorted(maps.Keys(absent)) {
		fmt.Printf("not run: %s, because this machine has no %s\n", name, absent[name])
	}
	for name := range want {
		if counts[name] == nil && absent[name] == "" {
			worse = append(worse, fmt.Errorf("%s was not run", name))
		}
	}
	if !update {
		return errors.Join(worse...)
	}
	if len(absent) > 0 {
		return errors.New("the counts of clients that were not run would be lost")
	}
	out, err := json.MarshalIndent(counts, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(out, '\n'), 0o644)
}
