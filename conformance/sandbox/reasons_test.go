package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/specs"
)

// Each operation, refused for its path, its credentials and its body: the log has a reason
// that is true, and so has the answer wherever the service answers in JSON.
func TestEachRefusalHasItsReason(t *testing.T) {
	refused := 0
	for _, api := range specs.Names() {
		in := sandbox.New(t, api)
		done := map[string]bool{}
		for _, e := range load(t, api) {
			if done[e.OperationID] || e.Status >= 300 {
				continue
			}
			done[e.OperationID] = true
			said := func(res *http.Response, text []byte, status int, words ...string) {
				t.Helper()
				calls := in.Calls()
				reason := calls[len(calls)-1].Reason
				assert.Equal(t, status, res.StatusCode, "%s %s: %s", api, e.OperationID, text)
				for _, w := range words {
					assert.Contains(t, reason, w, "%s %s", api, e.OperationID)
				}
				var v any
				if exchange.IsJSON(res.Header.Get("Content-Type")) {
					require.NoError(t, json.Unmarshal(text, &v), "%s %s", api, e.OperationID)
					assert.Contains(t, string(text), strings.Trim(string(must(json.Marshal(reason))), `"`)[:min(len(reason), 12)], "%s %s: the answer has the reason", api, e.OperationID)
				}
				refused++
			}
			res, text := send(t, in, api, &exchange.Exchange{Method: e.Method, Path: e.Path + "/nowhere/at/all/of/it", Query: e.Query})
			said(res, text, http.StatusNotFound, "nowhere")

			r, err := http.NewRequestWithContext(t.Context(), e.Method, in.Server(api)+e.Path, nil)
			require.NoError(t, err)
			res, plain := do(t, http.DefaultClient, r)
			if res.StatusCode != http.StatusUnauthorized {
				continue // one that everybody may call
			}
			said(res, []byte(plain), http.StatusUnauthorized, " ")

			if exchange.IsJSON(e.RequestContentType) || e.RequestContentType == "" && len(e.RequestWire()) > 0 {
				res, text = send(t, in, api, &exchange.Exchange{Method: e.Method, Path: e.Path, Query: e.Query, RequestBody: json.RawMessage(`"{broken"`), RequestContentType: "application/json"})
				said(res, text, http.StatusBadRequest, "request body")
			}
		}
	}
	t.Logf("%d refusals, each with a reason", refused)
	assert.Greater(t, refused, 600)
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// A window that a fixture asked for is answered when it is that time.
func TestEachFixtureOfAWindowIsAnswered(t *testing.T) {
	asked := 0
	for _, api := range specs.Names() {
		spec, err := check.LoadSpec(specs.FS(), api)
		require.NoError(t, err)
		var now time.Time
		in := start(t, sandbox.Options{APIs: []string{api}, Now: func() time.Time { return now }})
		for _, e := range load(t, api) {
			op, values, err := spec.Find(e.Method, e.Path)
			require.NoError(t, err, e.File)
			if e.Status >= 300 || timeless(op) {
				continue
			}
			now = clockOf(e)
			res, text := send(t, in, api, e)
			asked++
			require.Equal(t, 2, res.StatusCode/100, "%s %s %v: %s", api, e.File, e.Query, text)
			got := &exchange.Exchange{Method: e.Method, Path: e.Path, Query: e.Query, Status: res.StatusCode,
				ContentType: res.Header.Get("Content-Type"), Body: exchange.FromWire(text, res.Header.Get("Content-Type"))}
			assert.Empty(t, spec.CheckResponse(got, op, values, check.Fixture), "%s %s: %s", api, e.File, text)
		}
	}
	t.Logf("%d requests for windows", asked)
	assert.Greater(t, asked, 50)
}
