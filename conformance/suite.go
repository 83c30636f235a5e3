package conformance

import (
	"bufio"
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

// Checker looks at one exchange of an API. It is how the runner, which sends an
// exchange through the generated client, joins the checks of the document.
type Checker func(spec *Spec, e *Exchange) error

// CheckSpec is the [Checker] that holds an exchange against the document.
func CheckSpec(how Strictness) Checker {
	return func(spec *Spec, e *Exchange) error {
		if found := spec.Check(e, how); len(found) > 0 {
			return found
		}
		return nil
	}
}

// ErrSkip is returned by a [Checker] that cannot say anything of an exchange.
var ErrSkip = errors.New("skipped")

// Suite checks folders of exchanges.
type Suite struct {
	Specs      fs.FS             // where <api>.yaml are
	Only       string            // API to use instead of the one that the folder's name says
	Exceptions map[string]string // "folder/file" to the reason why it is not checked
	Checkers   []Checker
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
	list, err := LoadExchanges(os.DirFS(abs), ".")
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

func (s *Suite) check(name string, e *Exchange) error {
	api := s.Only
	if api == "" {
		api = APIOf(name)
	}
	if api == "" {
		return fmt.Errorf("%s: the folder's name says no API", name)
	}
	spec, err := s.spec(api)
	if err != nil {
		return err
	}
	var all []error
	for _, c := range s.Checkers {
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

// APIOf tells the API of an exchange file from its path: a folder that is
// named after the API or its product, or the V1- and V2- before the names of
// Threat Stack files.
func APIOf(name string) string {
	for _, part := range strings.Split(path.Dir(name), "/") {
		switch strings.ToLower(part) {
		case "tap", "proofpoint-tap":
			return "tap"
		case "essentials", "proofpoint-essentials":
			return "essentials"
		case "essentialsthreat", "proofpoint-essentials-threat":
			return "essentialsthreat"
		case "threatstack":
			if strings.HasPrefix(path.Base(name), "V1-") {
				return "threatstackv1"
			}
			return "threatstackv2"
		case "threatstackv1", "threatstackv2":
			return part
		case "threatconnectv2", "threatconnect-v2":
			return "threatconnectv2"
		case "threatconnectv3", "threatconnect-v3":
			return "threatconnectv3"
		}
	}
	return ""
}

//go:embed exceptions.txt
var exceptions string

// Exceptions returns the exchanges that exceptions.txt lists, with their reasons.
func Exceptions() map[string]string {
	list, err := ParseExceptions(strings.NewReader(exceptions))
	if err != nil {
		panic("exceptions.txt: " + err.Error()) // embedded, and read by a test
	}
	return list
}

// ParseExceptions reads the list of exchanges that contradict the facts: a
// path and a reason per line, # begins a comment. A line without a reason is
// an error.
func ParseExceptions(r io.Reader) (map[string]string, error) {
	list := map[string]string{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, _ := strings.Cut(line, " ")
		if reason = strings.TrimSpace(reason); reason == "" {
			return nil, fmt.Errorf("line %d: %s has no reason", n, name)
		}
		list[name] = reason
	}
	return list, lines.Err()
}
