package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// count is what a language says of one kind of check of a document.
type count struct{ passed, failed int }

// report holds the counts of a language, by document and kind.
type report map[string]map[string]count

// kinds are the columns of the table. vectors belong to no document.
var kinds = []string{"models", "fixtures", "deviating", "calls"}

// parseReport reads what a language wrote to OUT. A kind that is said twice adds up.
func parseReport(text string) (report, error) {
	r := report{}
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 4 || fields[1] != "vectors" && !slices.Contains(kinds, fields[1]) {
			return nil, fmt.Errorf("line %q is not document, kind, passed, failed", strings.TrimSpace(line))
		}
		passed, err := strconv.Atoi(fields[2])
		if err != nil {
			return nil, fmt.Errorf("line %q: passed: %w", strings.TrimSpace(line), err)
		}
		failed, err := strconv.Atoi(fields[3])
		if err != nil {
			return nil, fmt.Errorf("line %q: failed: %w", strings.TrimSpace(line), err)
		}
		if r[fields[0]] == nil {
			r[fields[0]] = map[string]count{}
		}
		c := r[fields[0]][fields[1]]
		r[fields[0]][fields[1]] = count{c.passed + passed, c.failed + failed}
	}
	return r, nil
}

// faults names the checks that failed, and those that are missing: a language without any check has failed.
func (r report) faults(documents []string, cases map[string]int) (list []string) {
	want := map[string][]string{"-": {"vectors"}}
	for _, d := range documents {
		want[d] = []string{"models", "fixtures", "calls"}
	}
	for _, d := range append([]string{"-"}, documents...) {
		for _, kind := range want[d] {
			c := r[d][kind]
			switch {
			case c.failed > 0:
				list = append(list, fmt.Sprintf("%s %s: %d failed", d, kind, c.failed))
			case c.passed == 0:
				list = append(list, fmt.Sprintf("%s %s: nothing reported", d, kind))
			}
		}
		done := r[d]["fixtures"].passed + r[d]["fixtures"].failed + r[d]["deviating"].passed + r[d]["deviating"].failed
		if d != "-" && done != cases[d] {
			list = append(list, fmt.Sprintf("%s fixtures: %d of %d reported", d, done, cases[d]))
		}
	}
	return list
}

// outcome is a language after its run.
type outcome struct {
	language
	documents []string
	left      []string // documents that were not proven
	report    report
	faults    []string
	notRun    []string // tools that are missing
	seconds   int
}

// writeTable writes language × document × kind, passed and failed.
func writeTable(w io.Writer, outcomes []outcome) {
	fmt.Fprintln(w, "| language | document | vectors | models | fixtures | deviating, read/refused | calls |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- |")
	for _, o := range outcomes {
		if len(o.notRun) > 0 {
			fmt.Fprintf(w, "| %s | not run: no %s | | | | | |\n", o.name, strings.Join(o.notRun, ", "))
			continue
		}
		c := o.report["-"]["vectors"]
		fmt.Fprintf(w, "| %s, %d s | | %d/%d | | | | |\n", o.name, o.seconds, c.passed, c.failed)
		for _, d := range o.documents {
			fmt.Fprintf(w, "| | %s | ", d)
			for _, kind := range kinds {
				c := o.report[d][kind]
				fmt.Fprintf(w, "| %d/%d ", c.passed, c.failed)
			}
			fmt.Fprintln(w, "|")
		}
		for _, d := range o.left {
			why := "left to FULL=1"
			if d == o.never {
				why = "no code for it, see generators/known.txt"
			}
			fmt.Fprintf(w, "| | %s | %s | | | | |\n", d, why)
		}
	}
}
