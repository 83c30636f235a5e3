// Command report reads what gremlins wrote of one package, prints how many mutants were
// killed, lived and were not reached, and holds those that lived against a list.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// report is what gremlins writes with -o.
type report struct {
	Files []struct {
		Name      string `json:"file_name"`
		Mutations []struct {
			Type   string `json:"type"`
			Status string `json:"status"`
			Line   int    `json:"line"`
			Column int    `json:"column"`
		} `json:"mutations"`
	} `json:"files"`
}

func main() {
	name := flag.String("package", "", "the package that was mutated, such as ./auth")
	list := flag.String("survivors", "", "the list of mutants that may live")
	flag.Parse()
	bad, err := judge(path.Clean(*name), *list, flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if bad > 0 {
		os.Exit(1)
	}
}

// judge prints the figures of a package, what its tests do not reach and everything that
// contradicts the list.
func judge(name, list, file string) (bad int, err error) {
	known, err := survivors(list)
	if err != nil {
		return 0, err
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	var r report
	if err := json.Unmarshal(b, &r); err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	if len(r.Files) == 0 {
		return 0, fmt.Errorf("%s: no mutants of %s", file, name)
	}
	counts, lived, files := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, f := range r.Files {
		at := name + "/" + path.Base(f.Name)
		files[at] = true
		source, err := os.ReadFile(at)
		if err != nil {
			return 0, err
		}
		lines := strings.Split(string(source), "\n")
		for _, m := range f.Mutations {
			counts[m.Status]++
			if m.Status == "KILLED" || m.Line > len(lines) {
				continue
			}
			mutant := at + " " + m.Type + ": " + strings.TrimSpace(lines[m.Line-1])
			if m.Status == "LIVED" {
				lived[mutant] = true
				if known[mutant] {
					continue
				}
				bad++
			}
			fmt.Printf("%s, %d:%d: %s\n", m.Status, m.Line, m.Column, mutant)
		}
	}
	for _, mutant := range slices.Sorted(maps.Keys(known)) {
		if at, _, _ := strings.Cut(mutant, " "); files[at] && !lived[mutant] {
			bad++
			fmt.Println("listed, and does not live:", mutant)
		}
	}
	covered := counts["KILLED"] + counts["LIVED"]
	if late := counts["TIMED OUT"]; late > 2+covered/10 { // a loop without an end is rare
		bad++
		fmt.Printf("%d timed out, which says nothing: the machine is busy, or COEFFICIENT is too small\n", late)
	}
	fmt.Printf("mutants %s: %d killed, %d lived, %d timed out, %d not covered; %.1f %% of the covered ones killed\n",
		name, counts["KILLED"], counts["LIVED"], counts["TIMED OUT"], counts["NOT COVERED"], 100*float64(counts["KILLED"])/float64(max(1, covered)))
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
