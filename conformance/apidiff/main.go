// Command apidiff lists what changed in the specifications since a revision, breaking
// changes first: what a user of the last release would have to change.
//
//	go run ./conformance/apidiff v0.1.0
//
// It ends with 1 when something breaks.
package main

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"

	"github.com/threatclients/threatclients-go/specs"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: apidiff REVISION")
		os.Exit(2)
	}
	breaking := 0
	for _, name := range specs.Names() {
		n, err := compare(name, os.Args[1])
		if err != nil {
			fmt.Fprintf(os.Stderr, "apidiff: %s: %v\n", name, err)
			os.Exit(2)
		}
		breaking += n
	}
	fmt.Printf("%d breaking changes\n", breaking)
	if breaking > 0 {
		os.Exit(1)
	}
}

func compare(name, revision string) (breaking int, err error) {
	now, err := specs.Document(name)
	if err != nil {
		return 0, err
	}
	before, err := exec.Command("git", "show", revision+":specs/"+name+".yaml").Output()
	if err != nil {
		fmt.Printf("%s: new since %s\n", name, revision)
		return 0, nil
	}
	old, err := parse(before)
	if err != nil {
		return 0, err
	}
	current, err := parse(now)
	if err != nil {
		return 0, err
	}
	report, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), old, current)
	if err != nil {
		return 0, err
	}
	changes := checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), report, sources, checker.INFO)
	english := checker.NewDefaultLocalizer()
	for _, c := range changes {
		mark := "      "
		if c.IsBreaking() {
			mark = "BREAKS"
			breaking++
		}
		fmt.Printf("%s %s %s %s: %s\n", mark, name, c.GetOperation(), c.GetPath(), c.GetUncolorizedText(english))
	}
	return breaking, nil
}

func parse(document []byte) (*load.SpecInfo, error) {
	spec, err := openapi3.NewLoader().LoadFromData(document)
	return &load.SpecInfo{Spec: spec}, err
}
