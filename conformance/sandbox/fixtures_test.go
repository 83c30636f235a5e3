package sandbox_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/specs"
)

// send sends the request of an exchange, signed.
func send(t *testing.T, in *sandbox.Instance, api string, e *exchange.Exchange, header ...string) (*http.Response, []byte) {
	t.Helper()
	body, contentType := e.RequestWire(), e.RequestContentType
	if contentType == "" && len(body) > 0 {
		contentType = "application/json"
	}
	if len(e.RequestForm) > 0 {
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		for name, v := range e.RequestForm {
			require.NoError(t, form.WriteField(name, v))
		}
		require.NoError(t, form.Close())
		body, contentType = b.Bytes(), form.FormDataContentType()
	}
	target := in.Server(api) + e.Path
	if len(e.Query) > 0 {
		target += "?" + url.Values(e.Query).Encode()
	}
	r, err := http.NewRequest(e.Method, target, bytes.NewReader(body))
	require.NoError(t, err)
	if len(body) > 0 {
		r.Header.Set("Content-Type", contentType)
	}
	for name, v := range e.RequestHeaders {
		r.Header.Set(name, v)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	require.NoError(t, in.Sign(api)(context.Background(), r))
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err, "%s %s", e.Method, target)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res, text
}

// The request of each successful fixture succeeds, whatever its case, with an answer that the
// document allows; and "Prefer: example" brings the answer of each fixture as it is.
func TestEachFixtureIsAnswered(t *testing.T) {
	for _, api := range specs.Names() {
		spec, err := check.LoadSpec(specs.FS(), api)
		require.NoError(t, err)
		asked, wished, queries := 0, 0, 0
		in := start(t, sandbox.Options{APIs: []string{api}})
		for _, e := range load(t, api) {
			op, values, err := spec.Find(e.Method, e.Path)
			require.NoError(t, err, e.File)
			if e.Status >= 200 && e.Status < 300 && timeless(op) {
				in.Reset()
				res, text := afresh(t, in, api, spec, e)
				asked++
				if after(op, res.StatusCode) {
					continue // a page that is behind the last
				}
				if res.StatusCode == http.StatusNotImplemented && e.Query["tql"] != nil {
					assert.Contains(t, string(text), "nothing is stored for it", e.File)
					queries++
					continue
				}
				if assert.Equal(t, 2, res.StatusCode/100, "%s %s %v: %s", api, e.File, e.Query, text) {
					got := &exchange.Exchange{Method: e.Method, Path: e.Path, Query: e.Query, Status: res.StatusCode,
						ContentType: res.Header.Get("Content-Type"), Body: exchange.FromWire(text, res.Header.Get("Content-Type"))}
					assert.Empty(t, spec.CheckResponse(got, op, values, check.Fixture), "%s %s: %s", api, e.File, text)
				}
			}
			if name := strings.TrimSuffix(path.Base(e.File), ".json"); timeless(op) && e.Status < 300 {
				_, text := send(t, in, api, e, "Prefer", "example="+name)
				wished++
				assert.Len(t, text, len(e.Wire()), "%s %s as it is", api, e.File)
			}
		}
		assert.LessOrEqual(t, queries, 4, "%s: fixtures whose query asks what is not stored", api)
		t.Logf("%s: %d requests, %d of them with a query that is not evaluated, %d answers as they are", api, asked, queries, wished)
	}
}

// timeless reports that an operation does not ask for a window of time before now.
func timeless(op *check.Operation) bool {
	p, _ := op.Route.Operation.Extensions["x-pagination"].(map[string]any)
	return p["style"] != "window"
}

// after reports that a status says that a list has no such page.
func after(op *check.Operation, status int) bool {
	p, _ := op.Route.Operation.Extensions["x-pagination"].(map[string]any)
	list, _ := p["empty"].([]any)
	return slices.ContainsFunc(list, func(v any) bool { return fmt.Sprint(v) == strconv.Itoa(status) })
}
