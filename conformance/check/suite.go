package check

import (
	"github.com/threatclients/threatclients-go/conformance/exchange"

	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Func looks at one exchange of an API. [Document] and [RoundTrip] make them.
type Func func(spec *Spec, e *exchange.Exchange) error

// Document is the [Func] that holds an exchange against the document.
func Document(how Strictness) Func {
	return func(spec *Spec, e *exchange.Exchange) error {
		if found := spec.Check(e, how); len(found) > 0 {
			return found
		}
		return nil
	}
}

// ErrSkip is returned by a [Func] that cannot say anything of an exchange.
var ErrSkip = errors.New("skipped")

// Suite checks folders of exchanges.
type Suite struct {
	Specs      fs.FS             // where <api>.yaml are
	Only       string            // API to use instead of the one that the folder's name says
	Exceptions map[string]string // "folder/file" to the reason why it is not checked
	Checks     []Func
	Out        io.Writer // one line per failure; nil for none

	loaded map[string]*Spec
}

// Report counts.
type Report struct{ Passed, Failed, Skipped int }

// Add returns the sum of two reports.
func (r Report) Add(o Report) Report {
	return Report{r.Passed + o.Passed, r.Failed + o.Failed, r.Skipped + o.Skipped}
}

func (r Report) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", r.Passed, r.Failed, r.Skipped)
}

// Run checks every exchange below dir. The error is about the folder, the
// documents or the files themselves; exchanges that fail are counted.
func (s *Suite) Run(dir string) (Report, error) {
	var r Report
	abs, err := filepath.Abs(dir)
	if err != nil {
		return r, err
	}
	list, err := exchange.Load(os.DirFS(abs), ".")
	if err != nil {
		return r, err
	}
	if len(list) == 0 {
		return r, fmt.Errorf("%s: no exchanges", dir)
	}
	out := s.Out
	if out == nil {
		out = io.Discard
	}
	for _, e := range list {
		name := path.Join(filepath.Base(abs), e.File)
		if reason, ok := s.Exceptions[name]; ok {
			if !e.Fragment() && s.check(name, e) == nil {
				fmt.Fprintf(out, "FAIL %s: is an exception no longer: strike it from the list\n", name)
				r.Failed++
				continue
			}
			fmt.Fprintf(out, "SKIP %s: %s\n", name, reason)
			r.Skipped++
			continue
		}
		if e.Fragment() {
			r.Skipped++
			continue
		}
		switch err := s.check(name, e); {
		case err == nil:
			r.Passed++
		case errors.Is(err, ErrSkip):
			fmt.Fprintf(out, "SKIP %s: %v\n", name, err)
			r.Skipped++
		default:
			fmt.Fprintf(out, "FAIL %s: %v\n", name, err)
			r.Failed++
		}
	}
	return r, nil
}

func (s *Suite) check(name string, e *exchange.Exchange) error {
	api := s.Only
	if api == "" {
		api = exchange.APIOf(name)
	}
	if api == "" {
		return fmt.Errorf("%s: the folder's name says no API", name)
	}
	spec, err := s.spec(api)
	if err != nil {
		return err
	}
	var all []error
	for _, c := range s.Checks {
		if err := c(spec, e); err != nil {
			all = append(all, err)
		}
	}
	return joinLine(all)
}

// joinLine keeps several errors on one line, and a skip only when nothing failed.
func joinLine(all []error) error {
	var failed []string
	var skip error
	for _, err := range all {
		if errors.Is(err, ErrSkip) {
			skip = err
		} else {
			failed = append(failed, strings.ReplaceAll(err.Error(), "\n", " "))
		}
	}
	if len(failed) == 0 {
		return skip
	}
	return errors.New(strings.Join(failed, "; "))
}

func (s *Suite) spec(api string) (*Spec, error) {
	if spec := s.loaded[api]; spec != nil {
		return spec, nil
	}
	spec, err := LoadSpec(s.Specs, api)
	if err != nil {
		return nil, err
	}
	if s.loaded == nil {
		s.loaded = map[string]*Spec{}
	}
	s.loaded[api] = spec
	return spec, nil
}
