package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
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

// refused reports that a create was refused since what it makes is there.
func refused(status int, text []byte) bool {
	return (status/100 == 4 || status == http.StatusMultiStatus) && strings.Contains(string(text), "exists already")
}

// unmake deletes what a create would make again: below its path by a value of its request or
// by the identifier of an element that shares one, or where its kind is read.
func unmake(t *testing.T, in *sandbox.Instance, api string, spec *check.Spec, e *exchange.Exchange) {
	t.Helper()
	sent := map[string]bool{}
	for _, v := range scalars(e.RequestWire()) {
		sent[v] = true
	}
	paths := []string{e.Path}
	for v := range sent {
		paths = append(paths, e.Path+"/"+url.PathEscape(v))
		if strings.HasSuffix(e.Path, "/orgs") {
			paths = append(paths, "/orgs/"+url.PathEscape(v))
		}
	}
	_, text := send(t, in, api, &exchange.Exchange{Method: http.MethodGet, Path: e.Path})
	var visit func(v any)
	visit = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				visit(one)
			}
		case map[string]any:
			shares := false
			for _, one := range v {
				shares = shares || sent[fmt.Sprint(one)]
				visit(one)
			}
			if id := v["id"]; shares && id != nil {
				paths = append(paths, e.Path+"/"+fmt.Sprint(id))
			}
		}
	}
	var v any
	if exchange.DecodeJSON(text, &v) == nil {
		visit(v)
	}
	for _, path := range paths {
		if _, _, err := spec.Find(http.MethodDelete, path); err == nil && (path != e.Path || strings.Contains(path, "dkim/")) {
			send(t, in, api, &exchange.Exchange{Method: http.MethodDelete, Path: path})
		}
	}
}

// afresh sends a create; one that is refused since what it makes is there, again when that was
// deleted.
func afresh(t *testing.T, in *sandbox.Instance, api string, spec *check.Spec, e *exchange.Exchange) (*http.Response, []byte) {
	t.Helper()
	res, text := send(t, in, api, e)
	missing := e.Method == http.MethodDelete && strings.Contains(string(text), "there is no entry")
	if missing {
		send(t, in, api, &exchange.Exchange{Method: http.MethodPost, Path: e.Path, RequestBody: e.RequestBody, RequestContentType: e.RequestContentType})
	} else if refused(res.StatusCode, text) {
		unmake(t, in, api, spec, e)
		send(t, in, api, &exchange.Exchange{Method: http.MethodDelete, Path: strings.TrimRight(e.Path, "/"), RequestBody: e.RequestBody, RequestContentType: e.RequestContentType})
	} else {
		return res, text
	}
	res, text = send(t, in, api, e)
	return res, text
}

// A create of what is there leaves the list as it was, unless the document says that it updates.
func TestCreatesOverwriteNothing(t *testing.T) {
	twice, kept := 0, 0
	for _, api := range specs.Names() {
		spec, err := check.LoadSpec(specs.FS(), api)
		require.NoError(t, err)
		in := start(t, sandbox.Options{APIs: []string{api}})
		for _, e := range load(t, api) {
			op, _, err := spec.Find(e.Method, e.Path)
			require.NoError(t, err)
			list, _, err := spec.Find(http.MethodGet, e.Path)
			if e.Method != http.MethodPost || e.Status/100 != 2 || !strings.HasPrefix(op.ID, "create") || err != nil || !strings.HasPrefix(list.ID, "list") {
				continue
			}
			in.Reset()
			all := func() string {
				_, text := send(t, in, api, &exchange.Exchange{Method: http.MethodGet, Path: e.Path})
				return string(text)
			}
			res, _ := send(t, in, api, e)
			before := all()
			again, text := send(t, in, api, e)
			twice++
			if refused(again.StatusCode, text) {
				kept++
				assert.Equal(t, before, all(), "%s %s after %d: a refused create changes nothing", api, e.File, res.StatusCode)
			}
		}
	}
	t.Logf("%d creates were sent twice, %d refused", twice, kept)
	assert.Greater(t, kept, 15, "creates of what is there")
}

// What fixtures show is there as what calls made is, whatever the create is called.
func TestExistingIsRefused(t *testing.T) {
	in := start(t, sandbox.Options{})
	const org = `{"primary_domain": "child.example", "name": "Child", "user_licenses": 5, "admin_user": {"primary_email": "kim@child.example"}, "domains": [{"name": "child.example"}]}`
	for _, c := range []struct {
		api, path, body string
		want            []int
	}{
		{"essentials", "/orgs/example.com/users", `{"primary_email": "alex@example.com"}`, []int{409, 409}},
		{"essentials", "/orgs/example.com/users", `{"primary_email": "new@example.com"}`, []int{201, 409}},
		{"essentials", "/orgs/example.com/domains", `{"name": "example.com"}`, []int{409, 409}},
		{"essentials", "/orgs/example.com/orgs", org, []int{201, 409}},
		{"essentials", "/orgs/partner.example.com/orgs", strings.ReplaceAll(org, "child.example", "shop.example.com"), []int{409, 409}},
		{"essentials", "/orgs/example.com/domains/mail.example.com/dkim/new", `{"selector": "new", "private_key": "eHg="}`, []int{201, 409}},
		{"essentials", "/orgs/example.com/authentication/settings/idps", `{"name": "Mine"}`, []int{201, 409}},
		{"threatstackv2", "/v2/rulesets", `{"name": "Mine", "description": "", "ruleIds": []}`, []int{200, 409}},
		{"threatconnectv2", "/v2/tags", `{"name": "Mine"}`, []int{200, 400}},
	} {
		for i, want := range c.want {
			res, text := send(t, in, c.api, &exchange.Exchange{Method: http.MethodPost, Path: c.path, RequestBody: json.RawMessage(c.body)})
			assert.Equal(t, want, res.StatusCode, "%s %s, call %d: %s", c.api, c.path, i+1, text)
		}
	}
	res, text := send(t, in, "essentials", &exchange.Exchange{Method: http.MethodGet, Path: "/orgs/example.com/users/alex@example.com"})
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.Contains(t, string(text), `"Alex"`, "it is the user that was there")

	res, text = send(t, in, "essentials", &exchange.Exchange{Method: http.MethodPost, Path: "/orgs/example.com/users",
		RequestBody: json.RawMessage(`[{"primary_email": "robin@example.com"}, {"primary_email": "third@example.com"}]`)})
	assert.Equal(t, http.StatusMultiStatus, res.StatusCode, "%s", text)
	var batch struct{ Users, Errors []map[string]any }
	require.NoError(t, json.Unmarshal(text, &batch))
	require.Len(t, batch.Users, 1)
	assert.Equal(t, "third@example.com", batch.Users[0]["primary_email"])
	require.Len(t, batch.Errors, 1)
	assert.Equal(t, "robin@example.com", batch.Errors[0]["identifier"], "the refused one is named")
}

// A create that names nothing by its own member changes nothing of another's.
func TestCreatesHitNoOther(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv3"}})
	before := rows(t, in, "threatconnectv3", "/v3/indicators?resultLimit=500", "data")
	made := created(t, in, "threatconnectv3", "/v3/indicators", `{"type": "Address", "hostName": "x.example.org"}`, "data")
	for _, e := range before {
		assert.NotEqual(t, e["id"], made["id"], "the fixture's own %v", e["summary"])
	}
	assert.Equal(t, before, rows(t, in, "threatconnectv3", "/v3/indicators?resultLimit=500", "data")[:len(before)])
}

// An indicator that is there is updated by a create, in both versions.
func TestIndicatorsAreUpdated(t *testing.T) {
	in := start(t, sandbox.Options{})
	for _, c := range []struct{ api, path, kind, items string }{
		{"threatconnectv2", "/v2/indicators/hosts", ``, "data.host"},
		{"threatconnectv3", "/v3/indicators", `"type": "Host", `, "data"},
	} {
		var ids []string
		for _, rating := range []string{"1", "4"} {
			res, text := send(t, in, c.api, &exchange.Exchange{Method: http.MethodPost, Path: c.path, RequestBody: json.RawMessage(`{` + c.kind + `"hostName": "mine.example.org", "rating": ` + rating + `}`)})
			require.Equal(t, 2, res.StatusCode/100, "%s: %s", c.api, text)
			ids = append(ids, scalars(text)["id"])
		}
		assert.Equal(t, ids[0], ids[1], "%s: the same one", c.api)
		mine := slices.DeleteFunc(rows(t, in, c.api, c.path+"?resultLimit=500", c.items), func(e row) bool { return e["hostName"] != "mine.example.org" })
		require.Len(t, mine, 1, "%s: one by that name", c.api)
		assert.Equal(t, 4.0, mine[0]["rating"], c.api)
	}
}
