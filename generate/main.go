// Command generate makes a Go client from an OpenAPI 3.0 document: the types by
// oapi-codegen, the methods by the templates of this module, whose package client they call.
//
//	go run github.com/threatclients/threatclients-go/generate -package mine -output ./mine mine.yaml
//	go run github.com/threatclients/threatclients-go/generate -config overlays/tap.codegen.yaml -overlay mine.yaml -output ./tap specs/tap.yaml
//
// It writes doc.go, types.gen.go, client.gen.go and, for lists, decode.gen.go into the output
// folder, all of them or none: a document that the templates cannot express is refused, and so
// is one whose code would not compile. Every path is relative to the working directory, those
// of a configuration, too.
//
// A configuration is one of oapi-codegen, except that its output is a folder, that examples
// names a Go file that becomes example_test.go of the package, and that it needs to say only
// what differs from defaults.yaml. Overlays are applied in the order common
// (overlays/common.overlay.yaml), that of the configuration, those of the command line. An
// action that finds nothing to change is an error, except in the common overlay, which is
// for every API.
//
// A schema whose x-usage is write is a request body: its members tell absent, null and zero
// apart. In all others null is the zero value. The Go program of the package comment is
// x-go-program of info, which an overlay gives.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	err := run(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: generate [flags] document.yaml")
		flags.PrintDefaults()
	}
	config := flags.String("config", "", "configuration `file` of oapi-codegen")
	pkg := flags.String("package", "", "`name` of the Go package, before that of the configuration")
	output := flags.String("output", "", "`folder` of the Go package, before that of the configuration")
	initialisms := flags.String("initialisms", "", "more `words` that keep their capitals, such as GUID,SIEM")
	stock := flags.Bool("stock", false, "one file without our templates: the client of oapi-codegen itself")
	var overlays []string
	flags.Func("overlay", "overlay `file`; may be repeated, applied in order", func(path string) error {
		overlays = append(overlays, path)
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return fmt.Errorf("one document is expected, and it comes after the flags: got %d", flags.NArg())
	}

	s, err := loadSettings(*config)
	if err != nil {
		return err
	}
	s.stock = *stock
	s.PackageName, s.Output = cmp.Or(*pkg, s.PackageName), cmp.Or(*output, s.Output)
	s.OutputOptions.AdditionalInitialisms = append(s.OutputOptions.AdditionalInitialisms, strings.FieldsFunc(*initialisms, func(r rune) bool { return r == ',' })...)
	if err := s.check(); err != nil {
		return err
	}
	if path := s.OutputOptions.Overlay.Path; path != "" {
		overlays = append([]string{path}, overlays...)
	}
	document, err := loadDocument(flags.Arg(0), overlays)
	if err != nil {
		return err
	}
	files, err := s.generate(document, filepath.Base(flags.Arg(0)))
	if err != nil {
		return fmt.Errorf("%s: %w", flags.Arg(0), err)
	}
	return write(s.Output, files)
}
