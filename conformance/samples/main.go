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

	"github.com/threatclients/threatclients-go/conformance/check"
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
	suite := check.Suite{Specs: specs.FS(), Only: *api, Out: os.Stdout, Exceptions: check.Exceptions()}
	if *dir != "" {
		suite.Specs = os.DirFS(*dir)
	}
	how := check.Sample
	if *fixtures {
		how = check.Fixture
	}
	suite.Checks = append(suite.Checks, check.Document(how), check.RoundTrip(how))
	var total check.Report
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
