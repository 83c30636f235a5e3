package sandbox_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/specs"
)

// A value that nothing has makes a difference in each query parameter of each list: it selects
// or is refused. The others stand in the README as those that select nothing.
func TestEachParameterSelects(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	row := regexp.MustCompile(`(?m)^\| selects nothing \|.*$`).FindString(string(readme))
	require.NotEmpty(t, row)
	nothing := regexp.MustCompile("`([A-Za-z_]+)…?`").FindAllStringSubmatch(row, -1)
	said := func(name string) bool {
		return slices.ContainsFunc(nothing, func(m []string) bool {
			return strings.EqualFold(m[1], name) || strings.HasSuffix(m[0], "…`") && strings.HasPrefix(name, m[1])
		})
	}
	tried, silent := 0, 0
	for _, api := range specs.Names() {
		spec, err := check.LoadSpec(specs.FS(), api)
		require.NoError(t, err)
		in := start(t, sandbox.Options{APIs: []string{api}})
		samples := map[string]*exchange.Exchange{}
		for _, e := range load(t, api) {
			if op, _, err := spec.Find(e.Method, e.Path); err == nil && timeless(op) && e.Status == http.StatusOK && (samples[op.ID] == nil || strings.HasSuffix(e.File, "/ok.json")) {
				samples[op.ID] = e
			}
		}
		for _, op := range spec.Operations {
			e := samples[op.ID]
			if op.Method != http.MethodGet || !strings.HasPrefix(op.ID, "list") || e == nil {
				continue
			}
			plain := url.Values{}
			for _, p := range op.Parameters() {
				if p.In == "query" && p.Required {
					plain[p.Name] = e.Query[p.Name]
				}
			}
			ask := func(q url.Values) (int, string) {
				res, text := send(t, in, api, &exchange.Exchange{Method: http.MethodGet, Path: e.Path, Query: exchange.Query(q)})
				return res.StatusCode, string(text)
			}
			status, whole := ask(plain)
			if status != http.StatusOK {
				continue
			}
			for _, p := range op.Parameters() {
				if p.In != "query" || said(p.Name) || said(op.ID) {
					silent++
					continue
				}
				if single := []any{}; json.Unmarshal([]byte(whole), &single) == nil && len(single) == 1 && p.Schema.Value.Type.Is("integer") {
					continue // a size makes no difference to one element
				}
				values := []string{"nobody-has-this"}
				switch {
				case p.Schema.Value.Type.Is("integer"):
					values = []string{"987654321", "1"} // as a size and as a position
				case p.Schema.Value.Type.Is("boolean"):
					continue // one of its two values may change nothing
				}
				tried++
				assert.True(t, slices.ContainsFunc(values, func(value string) bool {
					q := maps.Clone(plain)
					q.Set(p.Name, value)
					status, text := ask(q)
					return status/100 == 4 || status == http.StatusNotImplemented || text != whole
				}), "%s %s: %s makes no difference, and README does not say so", api, op.ID, p.Name)
			}
		}
	}
	t.Logf("%d parameters make a difference, %d select nothing", tried, silent)
	assert.Greater(t, tried, 300)
}
