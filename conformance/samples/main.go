// Command samples checks folders of exchanges against the specifications:
//
//	go run ./conformance/samples [-api tap] [-specs DIR] [-fixtures] DIR...
//
// It prints one line per failure and closes with "N passed, N failed, N skipped".
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/threatclients/threatclients-go/conformance"
	"github.com/threatclients/threatclients-go/specs"
)

func main() {
	api := flag.String("api", "", "`API` of the exchanges; told by the folder's name when empty")
	dir := flag.String("specs", "", "folder of the specifications; those of this build when empty")
	fixtures := flag.Bool("fixtures", false, "check as the project's own fixtures: complete and named by operation")
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	suite := conformance.Suite{Specs: specs.FS(), Only: *api, Out: os.Stdout, Exceptions: conformance.Exceptions()}
	if *dir != "" {
		suite.Specs = os.DirFS(*dir)
	}
	how := conformance.Sample
	if *fixtures {
		how = conformance.Fixture
	}
	suite.Checkers = append(suite.Checkers, conformance.CheckSpec(how), conformance.Run(how))
	var total conformance.Report
	for _, d := range flag.Args() {
		r, err := suite.Run(d)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		total = total.Add(r)
	}
	fmt.Println(total)
	if total.Failed > 0 {
		os.Exit(1)
	}
}
