package check

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/fixtures"
	"github.com/threatclients/threatclients-go/specs"
)

// eachAPI runs a test for every document with its fixtures.
func eachAPI(t *testing.T, test func(t *testing.T, s *Spec, list []*exchange.Exchange)) {
	for _, name := range specs.Names() {
		t.Run(name, func(t *testing.T) {
			s, err := LoadSpec(specs.FS(), name)
			require.NoError(t, err)
			list, err := exchange.Load(fixtures.FS(), name)
			require.NoError(t, err)
			test(t, s, list)
		})
	}
}

// Fixtures fit their document closed: a member that it does not know fails.
func TestFixturesFitTheSpecs(t *testing.T) {
	eachAPI(t, func(t *testing.T, s *Spec, list []*exchange.Exchange) {
		for _, e := range list {
			assert.Empty(t, s.Check(e, Fixture), e.File)
		}
	})
}

// Every operation has a fixture for every success that it declares, and every
// shared failure has one.
func TestCoverage(t *testing.T) {
	eachAPI(t, func(t *testing.T, s *Spec, list []*exchange.Exchange) {
		assert.Empty(t, s.Missing(list), "what no fixture shows")
	})
}

// Deleting the only fixture for something is noticed, whichever it is.
func TestCoverageNoticesADeletion(t *testing.T) {
	eachAPI(t, func(t *testing.T, s *Spec, list []*exchange.Exchange) {
		before := len(s.Missing(list))
		sole := map[string]int{}
		for _, e := range list {
			sole[e.OperationID+" "+s.Operation(e.OperationID).declaredStatus(e.Status)]++
		}
		for i, e := range list {
			what := e.OperationID + " " + s.Operation(e.OperationID).declaredStatus(e.Status)
			if e.Status >= 300 || sole[what] > 1 {
				continue
			}
			missing := s.Missing(slices.Delete(slices.Clone(list), i, i+1))
			require.Len(t, missing, before+1, "what is missing without %s", e.File)
			assert.Contains(t, missing, what, "what is missing without %s", e.File)
		}
	})
}
