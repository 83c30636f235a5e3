// Command languages proves the documents in other languages: it starts a sandbox for each, runs
// them side by side, and prints passed and failed by language, document and kind of check.
//
//	LANGUAGES="typescript python" DOCUMENTS=tap go run ./conformance/languages
//
// README.md says what a language has to do. FULL=1 is every document in every language.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/specs"
)

const dir = "conformance/languages"

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "languages:", err)
		os.Exit(1)
	}
}

func run(w io.Writer) error {
	list, unknown := chosen(os.Getenv("LANGUAGES"))
	if len(unknown) > 0 {
		return fmt.Errorf("no language %s", strings.Join(unknown, ", "))
	}
	documents := specs.Names()
	if names := strings.Fields(os.Getenv("DOCUMENTS")); len(names) > 0 {
		documents = names
	}
	out, err := filepath.Abs(filepath.Join(dir, ".out"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	cases, err := caseFile(filepath.Join(out, "cases.jsonl"), documents)
	if err != nil {
		return err
	}
	outcomes := make([]outcome, len(list))
	var wg sync.WaitGroup
	for i, l := range list {
		wg.Go(func() {
			o := outcome{language: l, documents: l.proves(documents, os.Getenv("FULL") != ""), notRun: l.missing(dir)}
			o.left = slices.DeleteFunc(slices.Clone(documents), func(d string) bool { return slices.Contains(o.documents, d) })
			begin := time.Now()
			if len(o.notRun) == 0 && len(o.documents) > 0 {
				var err error
				if o.report, err = prove(l.name, out, o.documents); err != nil {
					o.faults = append(o.faults, err.Error())
				}
				o.faults = append(o.faults, o.report.faults(o.documents, cases)...)
			}
			o.seconds = int(time.Since(begin).Seconds())
			outcomes[i] = o
		})
	}
	wg.Wait()
	writeTable(w, outcomes)
	return verdict(outcomes)
}

// caseFile writes the cases of documents and counts them by document.
func caseFile(name string, documents []string) (map[string]int, error) {
	var b bytes.Buffer
	counts, err := writeCases(&b, documents)
	if err != nil {
		return nil, err
	}
	return counts, os.WriteFile(name, b.Bytes(), 0o600)
}

// prove runs a language against a sandbox of its own and reads its report.
func prove(name, out string, documents []string) (report, error) {
	in, err := sandbox.Serve(sandbox.Options{})
	if err != nil {
		return nil, err
	}
	defer in.Close()
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(out, name+".tsv")
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	cmd := exec.Command("./run.sh")
	cmd.Dir = filepath.Join(root, dir, name)
	cmd.Env = append(os.Environ(), "SANDBOX="+in.URL, "SPECS="+filepath.Join(root, "specs"), "FIXTURES="+filepath.Join(root, "conformance", "fixtures"),
		"DOCUMENTS="+strings.Join(documents, " "), "CASES="+filepath.Join(out, "cases.jsonl"), "OUT="+file)
	lines := &prefixed{name: name + ": ", w: os.Stderr}
	cmd.Stdout, cmd.Stderr = lines, lines
	ended := cmd.Run()
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, errors.Join(ended, err)
	}
	r, err := parseReport(string(text))
	return r, errors.Join(ended, err)
}

// verdict is an error that names everything that failed.
func verdict(outcomes []outcome) error {
	var faults []string
	ran := 0
	for _, o := range outcomes {
		if len(o.notRun) == 0 {
			ran++
		}
		for _, f := range o.faults {
			faults = append(faults, o.name+": "+f)
		}
	}
	if ran == 0 {
		faults = append(faults, "no language was run")
	}
	if len(faults) > 0 {
		return errors.New(strings.Join(faults, "\n"))
	}
	return nil
}
