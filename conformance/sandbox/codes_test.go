package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// Failures have the codes of the service: one for a method that a path does not have, another for a
// query that does not parse.
func TestCodesOfFailures(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv3", "essentials"}})
	for _, c := range []struct {
		api, method, path, tql string
		status                 int
		code                   string
	}{
		{"threatconnectv3", "PATCH", "/v3/cases", "", 405, "0x1005"},
		{"threatconnectv3", "GET", "/v3/nothing/at/all", "", 404, "0x1004"},
		{"threatconnectv3", "GET", "/v3/cases/1", "", 404, "0x1004"},
		{"threatconnectv3", "GET", "/v3/indicators", "typeName = ", 400, "0x2001"},
		{"threatconnectv3", "GET", "/v3/cases", "status Open", 400, "0x2001"},
		{"essentials", "PATCH", "/me", "", 404, ""},
	} {
		e := &exchange.Exchange{Method: c.method, Path: c.path}
		if c.tql != "" {
			e.Query = exchange.Query(url.Values{"tql": {c.tql}})
		}
		res, text := send(t, in, c.api, e)
		assert.Equal(t, c.status, res.StatusCode, "%s %s: %s", c.method, c.path, text)
		assert.Contains(t, string(text), c.code, "%s %s", c.method, c.path)
		if c.status == http.StatusMethodNotAllowed {
			assert.Contains(t, res.Header.Get("Allow"), "GET")
		}
	}
}

// An entry of a sender list is added once and taken away once.
func TestEntriesOfLists(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"essentials"}})
	const path = "/orgs/example.com/sender-lists"
	for _, c := range []struct {
		method string
		want   int
	}{{"POST", 204}, {"POST", 409}, {"DELETE", 204}, {"DELETE", 404}, {"POST", 204}} {
		res, text := send(t, in, "essentials", &exchange.Exchange{Method: c.method, Path: path, RequestBody: json.RawMessage(`{"allow_list": ["new@example.org"]}`)})
		assert.Equal(t, c.want, res.StatusCode, "%s: %s", c.method, text)
	}
}
