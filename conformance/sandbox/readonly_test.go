package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/specs"
)

// GET, HEAD and OPTIONS leave every list of an API as it was, whatever path they ask.
func TestReadingChangesNothing(t *testing.T) {
	for _, api := range specs.Names() {
		spec, err := check.LoadSpec(specs.FS(), api)
		require.NoError(t, err)
		in := start(t, sandbox.Options{APIs: []string{api}})
		paths := map[string]*exchange.Exchange{}
		for _, e := range load(t, api) {
			if e.Status/100 == 2 && (paths[e.Path] == nil || e.Method == http.MethodGet) {
				paths[e.Path] = e
			}
		}
		lists := func() map[string]string {
			found := map[string]string{}
			for path, e := range paths {
				op, _, err := spec.Find(e.Method, path)
				require.NoError(t, err)
				if e.Method == http.MethodGet && timeless(op) {
					_, text := send(t, in, api, &exchange.Exchange{Method: http.MethodGet, Path: path, Query: e.Query})
					found[path] = string(text)
				}
			}
			return found
		}
		before, asked := lists(), 0
		require.True(t, len(before) > 0 || api == "essentialsthreat", "%s has answers that do not move with the clock", api)
		for _, method := range []string{http.MethodOptions, http.MethodHead, http.MethodGet} {
			for path, e := range paths {
				query := e.Query
				if e.Method != http.MethodGet {
					query = nil
				}
				res, _ := send(t, in, api, &exchange.Exchange{Method: method, Path: path, Query: query})
				if method == http.MethodHead && e.Method == http.MethodGet {
					got, _ := send(t, in, api, &exchange.Exchange{Method: http.MethodGet, Path: path, Query: query})
					assert.Equal(t, got.StatusCode, res.StatusCode, "%s HEAD %s: as GET", api, path)
				}
				asked++
			}
		}
		assert.Equal(t, before, lists(), "%s: %d reads changed something", api, asked)
		t.Logf("%s: %d reads, %d answers are as before", api, asked, len(before))
	}
}
