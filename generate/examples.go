package main

import (
	"bytes"
	"fmt"
	"go/build/constraint"
	"go/format"
	"os"
	"strings"
)

// examples returns example_test.go: the examples of the configuration, which are a Go file that
// is kept out of its own folder by a build constraint. The package clause names the package.
func (s *settings) examples(marker string) (file, error) {
	if s.Examples == "" {
		return file{}, nil
	}
	b, err := os.ReadFile(s.Examples)
	if err != nil {
		return file{}, err
	}
	first, code, _ := strings.Cut(string(b), "\n")
	if !constraint.IsGoBuild(first) {
		return file{}, fmt.Errorf("%s: the first line is to be //go:build ignore", s.Examples)
	}
	formatted, err := format.Source([]byte(marker + strings.TrimLeft(code, "\n")))
	if err != nil {
		return file{}, fmt.Errorf("%s: %w", s.Examples, err)
	}
	if clause := "\npackage " + s.PackageName + "_test\n"; !bytes.Contains(formatted, []byte(clause)) {
		return file{}, fmt.Errorf("%s: the package is to be %s_test", s.Examples, s.PackageName)
	}
	return file{"example_test.go", formatted}, nil
}
