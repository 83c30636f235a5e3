// Command report reads what gremlins wrote of one package, prints how many mutants were
// killed, lived and were not covered, and holds those that lived against a list.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
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
	counts := map[string]int{}
	for _, f := range r.Files {
		for _, m := range f.Mutations {
			counts[m.Status]++
			at := fmt.Sprintf("%s/%s:%d:%d %s", name, path.Base(f.Name), m.Line, m.Column, m.Type)
			reason := known[at]
			switch {
			case m.Status == "LIVED" && reason == "":
				bad++
				fmt.Println("LIVED and not listed:", at)
			case m.Status == "KILLED" && reason != "":
				bad++
				fmt.Println("listed and killed:", at)
			case m.Status == "NOT COVERED":
				fmt.Println("not reached:", at)
			}
		}
	}
	if len(r.Files) == 0 {
		return 0, fmt.Errorf("%s: no mutants of %s", file, name)
	}
	covered := counts["KILLED"] + counts["LIVED"]
	fmt.Printf("mutants %s: %d killed, %d lived, %d timed out, %d not covered; %.1f %% of the covered ones killed\n",
		name, counts["KILLED"], counts["LIVED"], counts["TIMED OUT"], counts["NOT COVERED"], 100*float64(counts["KILLED"])/float64(max(1, covered)))
	return bad, nil
}

// survivors are the lines of the list: the place and the kind, and the reason.
func survivors(name string) (map[string]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	known := map[string]string{}
	in := bufio.NewScanner(f)
	for in.Scan() {
		line := strings.TrimSpace(in.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.SplitN(line, " ", 3)
		if len(parts) < 3 {
			return nil, fmt.Errorf("%s: no reason: %s", name, line)
		}
		known[parts[0]+" "+parts[1]] = parts[2]
	}
	return known, in.Err()
}
