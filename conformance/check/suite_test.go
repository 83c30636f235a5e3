package check

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

func TestSuite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "proofpoint-tap")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "sub"), 0o700))
	for name, text := range map[string]string{
		"fragment.json":   `{"method": null, "path": null, "body": {}}`,
		"good.json":       `{"method": "GET", "path": "/items/1", "query": {}, "status": 204}`,
		"bad.json":        `{"method": "GET", "path": "/items/1", "query": {}, "status": 201}`,
		"excepted.json":   `{"method": "GET", "path": "/items/1", "query": {}, "status": 201}`,
		"stale.json":      `{"method": "GET", "path": "/items/1", "query": {}, "status": 204}`,
		"sub/runner.json": `{"operationId": "break", "method": "GET", "path": "/items/1", "query": {}, "status": 204}`,
		"sub/unable.json": `{"operationId": "skip", "method": "GET", "path": "/items/1", "query": {}, "status": 204}`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	var out strings.Builder
	s := Suite{
		Specs: fstest.MapFS{"tap.yaml": {Data: []byte(checked)}},
		Exceptions: map[string]string{
			"proofpoint-tap/excepted.json": "the sheet says otherwise",
			"proofpoint-tap/stale.json":    "was mended since",
		},
		Out: &out,
		Checks: []Func{Document(Sample), func(_ *Spec, e *exchange.Exchange) error {
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
	require.NoError(t, err)
	assert.Equal(t, "1 passed, 3 failed, 3 skipped", r.String())
	want := `FAIL proofpoint-tap/bad.json: status: 201 is not declared for getItem
SKIP proofpoint-tap/excepted.json: the sheet says otherwise
FAIL proofpoint-tap/stale.json: is an exception no longer: strike it from the list
FAIL proofpoint-tap/sub/runner.json: lost /a
SKIP proofpoint-tap/sub/unable.json: skipped: no method
`
	assert.Equal(t, want, out.String(), "printed")
	_, err = s.Run(t.TempDir())
	assert.Error(t, err, "a folder without exchanges")
}
