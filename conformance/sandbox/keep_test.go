package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/fixtures"
	"github.com/threatclients/threatclients-go/specs"
)

// What the documents know is kept: every exchange of the project is recorded and
// replayed, and few of them lose anything.
func TestRecorderKeepsWhatDocumentsKnow(t *testing.T) {
	for _, name := range specs.Names() {
		spec, err := check.LoadSpec(specs.FS(), name)
		require.NoError(t, err)
		list, err := exchange.Load(fixtures.FS(), name)
		require.NoError(t, err)
		tried, changed := 0, 0
		for _, e := range list {
			if e.Fragment() || e.Status == 0 {
				continue
			}
			tried++
			rec := &Recorder{Dir: t.TempDir(), Spec: spec, OnError: func(err error) { t.Logf("%s: %v", e.File, err) }}
			rec.Base = answering(func(req *http.Request) *http.Response {
				h := http.Header{"Content-Type": {e.ContentType}}
				for k, v := range e.ResponseHeader {
					h.Set(k, v)
				}
				return &http.Response{StatusCode: e.Status, Header: h, Body: io.NopCloser(strings.NewReader(string(e.Wire()))), ContentLength: -1, Request: req}
			})
			ask := func() ([]byte, error) {
				req, err := http.NewRequest(e.Method, "http://api.example.com"+spec.Base+e.Path+"?"+url.Values(e.Query).Encode(), strings.NewReader(string(e.RequestWire())))
				require.NoError(t, err)
				for k, v := range e.RequestHeaders {
					req.Header.Set(k, v)
				}
				if len(e.RequestWire()) > 0 {
					req.Header.Set("Content-Type", e.RequestContentType)
				}
				res, err := rec.RoundTrip(req)
				if err != nil {
					return nil, err
				}
				defer res.Body.Close()
				return io.ReadAll(res.Body)
			}
			_, err := ask()
			require.NoError(t, err)
			rec.Mode = Replay
			got, err := ask()
			if !assert.NoError(t, err, "%s/%s: what was recorded is replayed", name, e.File) {
				continue
			}
			var differ []string
			switch want := e.Wire(); {
			case json.Valid(want):
				differ = exchange.DiffJSON(got, want)
			case strings.TrimSpace(string(got)) != strings.TrimSpace(string(want)):
				differ = []string{"other bytes"}
			}
			if len(differ) > 0 {
				changed++
				t.Logf("%s/%s: %v", name, e.File, differ)
			}
		}
		assert.LessOrEqual(t, changed*8, tried, "%s: at most one in eight loses something: free-form objects, and what has a credential's name", name)
		t.Logf("%s: %d exchanges, %d changed", name, tried, changed)
	}
}
