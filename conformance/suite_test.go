package conformance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestSuite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "proofpoint-tap")
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"fragment.json":   `{"method": null, "path": null, "body": {}}`,
		"good.json":       `{"method": "GET", "path": "/items/1", "query": {}, "status": 204}`,
		"bad.json":        `{"method": "GET", "path": "/items/1", "query": {}, "status": 201}`,
		"excepted.json":   `{"method": "GET", "path": "/items/1", "query": {}, "status": 201}`,
		"stale.json":      `{"method": "GET", "path": "/items/1", "query": {}, "status": 204}`,
		"sub/runner.json": `{"operationId": "break", "method": "GET", "path": "/items/1", "query": {}, "status": 204}`,
		"sub/unable.json": `{"operationId": "skip", "method": "GET", "path": "/items/1", "query": {}, "status": 204}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	s := Suite{
		Specs: fstest.MapFS{"tap.yaml": {Data: []byte(checked)}},
		Exceptions: map[string]string{
			"proofpoint-tap/excepted.json": "the sheet says otherwise",
			"proofpoint-tap/stale.json":    "was mended since",
		},
		Out: &out,
		Checkers: []Checker{CheckSpec(Sample), func(_ *Spec, e *Exchange) error {
			switch e.OperationID {
			case "break":
				return errors.New("lost\n/a")
			case "skip":
				return fmt.Errorf("%w: no method", ErrSkip)
			}
			return nil
		}},
	}
	r, err := s.Run(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.String(), "1 passed, 3 failed, 3 skipped"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	want := `FAIL proofpoint-tap/bad.json: status: 201 is not declared for getItem
SKIP proofpoint-tap/excepted.json: the sheet says otherwise
FAIL proofpoint-tap/stale.json: is an exception no longer: strike it from the list
FAIL proofpoint-tap/sub/runner.json: lost /a
SKIP proofpoint-tap/sub/unable.json: skipped: no method
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
	if _, err := s.Run(t.TempDir()); err == nil {
		t.Error("a folder without exchanges passed")
	}
}

func TestAPIOf(t *testing.T) {
	for name, want := range map[string]string{
		"proofpoint-tap/x.json":               "tap",
		"fixtures/tap/op/ok.json":             "tap",
		"proofpoint-essentials/x.json":        "essentials",
		"proofpoint-essentials-threat/x.json": "essentialsthreat",
		"threatstack/V1-getX.json":            "threatstackv1",
		"threatstack/V2-getX.json":            "threatstackv2",
		"threatstackv1/op/ok.json":            "threatstackv1",
		"threatconnect-v2/x.json":             "threatconnectv2",
		"threatconnectv3/op/ok.json":          "threatconnectv3",
		"other/x.json":                        "",
	} {
		if got := APIOf(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestParseExceptions(t *testing.T) {
	got, err := ParseExceptions(strings.NewReader("# why\n\na/b.json  because of c\n"))
	if err != nil || len(got) != 1 || got["a/b.json"] != "because of c" {
		t.Errorf("read %v, %v", got, err)
	}
	if _, err := ParseExceptions(strings.NewReader("a/b.json\n")); err == nil {
		t.Error("an exception without a reason passed")
	}
	Exceptions() // panics when the embedded list is broken
}
