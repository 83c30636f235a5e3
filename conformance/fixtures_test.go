package conformance

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/threatclients/threatclients-go/conformance/rules"
	"github.com/threatclients/threatclients-go/specs"
)

// eachAPI runs a test for every document with its fixtures.
func eachAPI(t *testing.T, test func(t *testing.T, s *Spec, fixtures []*Exchange)) {
	for _, name := range specs.Names() {
		t.Run(name, func(t *testing.T) {
			s, err := LoadSpec(specs.FS(), name)
			if err != nil {
				t.Fatal(err)
			}
			list, err := LoadExchanges(os.DirFS("fixtures"), name)
			if err != nil {
				t.Fatal(err)
			}
			test(t, s, list)
		})
	}
}

// Fixtures fit their document closed: a member that it does not know fails.
func TestFixturesFitTheSpecs(t *testing.T) {
	eachAPI(t, func(t *testing.T, s *Spec, fixtures []*Exchange) {
		for _, e := range fixtures {
			for _, p := range s.Check(e, Fixture) {
				t.Errorf("%s: %v", e.File, p)
			}
		}
	})
}

// Every operation has a fixture for every success that it declares, and every
// shared failure has one.
func TestCoverage(t *testing.T) {
	eachAPI(t, func(t *testing.T, s *Spec, fixtures []*Exchange) {
		for _, m := range s.Missing(fixtures) {
			t.Errorf("no fixture shows %s", m)
		}
	})
}

// Deleting the only fixture for something is noticed, whichever it is.
func TestCoverageNoticesADeletion(t *testing.T) {
	eachAPI(t, func(t *testing.T, s *Spec, fixtures []*Exchange) {
		before := len(s.Missing(fixtures))
		sole := map[string]int{}
		for _, e := range fixtures {
			sole[e.OperationID+" "+s.Operation(e.OperationID).declaredStatus(e.Status)]++
		}
		for i, e := range fixtures {
			what := e.OperationID + " " + s.Operation(e.OperationID).declaredStatus(e.Status)
			if e.Status >= 300 || sole[what] > 1 {
				continue
			}
			missing := s.Missing(slices.Delete(slices.Clone(fixtures), i, i+1))
			if len(missing) != before+1 || !slices.Contains(missing, what) {
				t.Errorf("%s: nobody notices when it is gone: %v", e.File, missing)
			}
		}
	})
}

// A fixture lies in the folder of its operation, says what it shows, has no
// misspelt member, and names nobody.
func TestFixtureFiles(t *testing.T) {
	eachAPI(t, func(t *testing.T, s *Spec, fixtures []*Exchange) {
		for _, e := range fixtures {
			if dir := path.Dir(e.File); dir != e.OperationID {
				t.Errorf("%s: lies in %s and belongs to %s", e.File, dir, e.OperationID)
			}
			if !strings.HasPrefix(e.Source, "composed") {
				t.Errorf("%s: source %q does not say composed", e.File, e.Source)
			}
			text, err := os.ReadFile(path.Join("fixtures", s.Name, e.File))
			if err != nil {
				t.Fatal(err)
			}
			d := json.NewDecoder(bytes.NewReader(text))
			d.DisallowUnknownFields()
			if err := d.Decode(new(Exchange)); err != nil {
				t.Errorf("%s: %v", e.File, err)
			}
			var v any
			if err := json.Unmarshal(text, &v); err != nil {
				t.Fatal(err)
			}
			rules.Strings(v, func(text string) {
				for _, f := range rules.Foreign(text) {
					t.Errorf("%s: names %s", e.File, f)
				}
			})
		}
	})
}

// Only folders of documents that exist are in fixtures.
func TestFixtureFolders(t *testing.T) {
	entries, err := fs.ReadDir(os.DirFS("."), "fixtures")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(specs.Names(), e.Name()) {
			t.Errorf("fixtures/%s belongs to no document", e.Name())
		}
	}
}

func TestMissing(t *testing.T) {
	s, err := ParseSpec("covered", []byte(`
openapi: 3.0.3
info: {title: Covered, version: "1"}
paths:
  /a: {get: {operationId: getA, responses: {"200": {description: x}, "204": {description: x}, "404": {$ref: '#/components/responses/NotFound'}}}}
  /b: {get: {operationId: getB, responses: {"2XX": {description: x}, "404": {$ref: '#/components/responses/NotFound'}, "5XX": {$ref: '#/components/responses/Broken'}}}}
components:
  responses: {NotFound: {description: x}, Broken: {description: x}, Unused: {description: x}}
`))
	if err != nil {
		t.Fatal(err)
	}
	all := []*Exchange{
		{OperationID: "getA", Status: 200}, {OperationID: "getA", Status: 204},
		{OperationID: "getA", Status: 404}, {OperationID: "getB", Status: 206}, {OperationID: "getB", Status: 503},
	}
	if m := s.Missing(all); len(m) > 0 {
		t.Errorf("missing %v", m)
	}
	for i, want := range []string{"getA 200", "getA 204", "#/components/responses/NotFound", "getB 2XX", "#/components/responses/Broken"} {
		m := s.Missing(slices.Delete(slices.Clone(all), i, i+1))
		if len(m) != 1 || m[0] != want {
			t.Errorf("without %s %d: missing %v, want %s", all[i].OperationID, all[i].Status, m, want)
		}
	}
	if m := s.Missing([]*Exchange{{OperationID: "getC", Status: 200}, {OperationID: "getA"}}); len(m) != 5 {
		t.Errorf("missing %v, want all five", m)
	}
}
