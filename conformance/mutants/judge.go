package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// judge prints the figures of a package, what its tests do not reach and everything that
// contradicts the list.
func (r *report) judge(name, list string) (bad int, err error) {
	known, err := survivors(list)
	if err != nil {
		return 0, err
	}
	counts, living, files := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, f := range r.Files {
		at := name + "/" + path.Base(f.Name)
		files[at] = true
		source, err := os.ReadFile(at)
		if err != nil {
			return 0, err
		}
		lines := strings.Split(string(source), "\n")
		for _, m := range f.Mutants {
			counts[m.Status]++
			if m.Status == killed || m.Line > len(lines) {
				continue
			}
			code, _, _ := strings.Cut(lines[m.Line-1], " //") // a comment may change
			mutant := at + " " + m.Type + ": " + strings.TrimSpace(code)
			if m.Status == lived {
				living[mutant] = true
				if known[mutant] {
					continue
				}
				bad++
			}
			fmt.Printf("%s, %d:%d: %s\n", m.Status, m.Line, m.Column, mutant)
		}
	}
	for _, mutant := range slices.Sorted(maps.Keys(known)) {
		if at, _, _ := strings.Cut(mutant, " "); files[at] && !living[mutant] {
			bad++
			fmt.Println("listed, and does not live:", mutant)
		}
	}
	covered := counts[killed] + counts[lived]
	if late := counts[timedOut]; late > 2+covered/10 { // a loop without an end is rare
		bad++
		fmt.Printf("%d timed out, which says nothing: the machine is busy\n", late)
	}
	fmt.Printf("mutants %s: %d killed, %d lived, %d timed out, %d not covered; %.1f %% of the covered ones killed\n",
		name, counts[killed], counts[lived], counts[timedOut], counts[notCovered], 100*float64(counts[killed])/float64(max(1, covered)))
	return bad, nil
}

// survivors are the mutants of the list, each with a reason in the line before it.
func survivors(name string) (map[string]bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	known, reason := map[string]bool{}, ""
	in := bufio.NewScanner(f)
	for in.Scan() {
		line := strings.TrimSpace(in.Text())
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
			reason = strings.TrimLeft(line, "# ")
		case reason == "":
			return nil, fmt.Errorf("%s: no reason before: %s", name, line)
		default:
			known[line] = true
		}
	}
	return known, in.Err()
}
