// Command mutants takes the list of mutants that gremlins writes with --dry-run -o, runs the
// tests of the package on each of them, and holds those that live against a list with reasons.
//
// A build for each mutant would take hours. All of them are built into one program instead: a
// mutant is a second copy of its function, and the function begins with a switch that calls the
// copy whose number stands in the environment.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
)

// report is what gremlins writes.
type report struct {
	Files []*source `json:"files"`
}

// source is a file and its mutants.
type source struct {
	Name    string    `json:"file_name"`
	Mutants []*mutant `json:"mutations"`
}

// mutant is one change of an operator, and what became of it.
type mutant struct {
	Type   string `json:"type"`
	Status string `json:"status"`
	Line   int    `json:"line"`
	Column int    `json:"column"` // of the operator; from 1, in bytes

	number int // from 1, in the program that holds all
}

// What became of a mutant, as gremlins calls it.
const (
	runnable   = "RUNNABLE" // not yet run
	killed     = "KILLED"
	lived      = "LIVED"
	timedOut   = "TIMED OUT"
	notCovered = "NOT COVERED"
)

func main() {
	name := flag.String("package", "", "the package that is mutated, such as ./auth")
	list := flag.String("survivors", "", "the list of mutants that may live")
	flag.Parse()
	bad, err := run(path.Clean(*name), *list, flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if bad > 0 {
		os.Exit(1)
	}
}

func run(name, list, file string) (bad int, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	var r report
	if err := json.Unmarshal(b, &r); err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	number := 0
	for _, f := range r.Files {
		f.Name = filepath.Join(name, path.Base(f.Name))
		for _, m := range f.Mutants {
			number++
			m.number = number
		}
		if err := f.cases(); err != nil {
			return 0, err
		}
	}
	if number == 0 {
		return 0, errors.New("no mutants of " + name)
	}
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	p := &program{dir: dir, pkg: name, binary: filepath.Join(dir, "mutants.test")}
	if err := p.build(r.Files); err != nil {
		return 0, err
	}
	if err := p.run(r.Files); err != nil {
		return 0, err
	}
	return r.judge(name, list)
}
