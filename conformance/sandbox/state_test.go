package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/specs"
)

// scalars are the members of a JSON object that hold one value, as text, however deep below
// objects: an envelope is looked through.
func scalars(text []byte) map[string]string {
	var v any
	list := map[string]string{}
	if exchange.DecodeJSON(text, &v) != nil {
		return list
	}
	if l, ok := v.([]any); ok && len(l) > 0 {
		v = l[0]
	}
	var visit func(v any, depth int)
	visit = func(v any, depth int) {
		m, _ := v.(map[string]any)
		if data, ok := m["data"].(map[string]any); ok && depth == 0 {
			m = map[string]any{"data": data} // the rest is the envelope
		}
		for name, one := range m {
			switch one := one.(type) {
			case string, bool, json.Number:
				if _, there := list[name]; !there {
					list[name] = fmt.Sprint(one)
				}
			case map[string]any:
				if depth < 2 && (name == "data" || len(m) == 1 || depth > 0 && len(m) == 2) {
					visit(one, depth+1)
				}
			}
		}
	}
	visit(v, 0)
	return list
}

// find asks for the element below a path that one of the values names.
func find(t *testing.T, in *sandbox.Instance, api, path string, values ...map[string]string) (at string, text []byte) {
	t.Helper()
	ids := []string{}
	for _, name := range []string{"id", "batchId", "xid"} {
		for _, m := range values {
			if v := m[name]; v != "" {
				ids = append(ids, v)
			}
		}
	}
	for _, m := range values {
		for _, v := range m {
			if v != "" && len(v) < 200 {
				ids = append(ids, v)
			}
		}
	}
	for _, id := range ids {
		at = path + "/" + url.PathEscape(id)
		res, text := send(t, in, api, &exchange.Exchange{Method: http.MethodGet, Path: at})
		if res.StatusCode == http.StatusOK {
			return at, text
		}
	}
	return "", nil
}

// For each operation that makes something which can be asked for: what a fixture's request
// makes is there, with the members that were sent, and is gone when it was deleted.
func TestEachCreateIsThere(t *testing.T) {
	made, compared := 0, 0
	for _, api := range specs.Names() {
		spec, err := check.LoadSpec(specs.FS(), api)
		require.NoError(t, err)
		in := start(t, sandbox.Options{APIs: []string{api}})
		for _, e := range load(t, api) {
			get, _, err := spec.Find(http.MethodGet, e.Path+"/x")
			gets := err == nil && strings.HasSuffix(get.Template, "}") && strings.HasPrefix(get.ID, "get")
			if e.Method != http.MethodPost || e.Status/100 != 2 || !gets || len(e.RequestWire()) == 0 || strings.Contains(e.File, "none") {
				continue
			}
			in.Reset()
			sent := scalars(e.RequestWire())
			res, text := afresh(t, in, api, spec, e)
			require.Equal(t, 2, res.StatusCode/100, "%s %s: %s", api, e.File, text)
			at, got := find(t, in, api, e.Path, scalars(text), sent)
			if !assert.NotEmpty(t, at, "%s %s made something that can be asked for: %s", api, e.File, text) {
				continue
			}
			made++
			have := scalars(got)
			for name, want := range sent {
				if v, ok := have[name]; ok {
					compared++
					assert.Equal(t, want, v, "%s %s: member %s", api, e.File, name)
				}
			}
			if op, _, err := spec.Find(http.MethodDelete, at); err == nil {
				res, text := send(t, in, api, &exchange.Exchange{Method: http.MethodDelete, Path: at})
				assert.Equal(t, 2, res.StatusCode/100, "%s %s: %s", api, op.ID, text)
				res, text = send(t, in, api, &exchange.Exchange{Method: http.MethodGet, Path: at})
				assert.Equal(t, http.StatusNotFound, res.StatusCode, "%s %s is gone: %s", api, at, text)
			}
		}
	}
	t.Logf("%d made, %d members compared", made, compared)
	assert.Greater(t, made, 100)
	assert.Greater(t, compared, 300)
}

// An association shows at both ends, until it is undone or one end is deleted.
func TestAssociationsShowAtBothEnds(t *testing.T) {
	const api = "threatconnectv2"
	in := start(t, sandbox.Options{APIs: []string{api}})
	do := func(method, path, body string, want int) string {
		t.Helper()
		e := &exchange.Exchange{Method: method, Path: path}
		if body != "" {
			e.RequestBody, e.RequestContentType = json.RawMessage(body), "application/json"
		}
		res, text := send(t, in, api, e)
		require.Equal(t, want, res.StatusCode, "%s %s: %s", method, path, text)
		return string(text)
	}
	id := scalars([]byte(do("POST", "/v2/groups/incidents", `{"name": "Mine", "eventDate": "2026-01-12T08:00:00Z"}`, 200)))["id"]
	require.NotEmpty(t, id)
	do("POST", "/v2/indicators/hosts", `{"hostName": "mine.example.org"}`, 200)
	incident, host := "/v2/groups/incidents/"+id, "/v2/indicators/hosts/mine.example.org"

	assert.NotContains(t, do("GET", incident+"/indicators/hosts", "", 200), "mine.example.org", "nothing is associated yet")
	do("POST", incident+"/indicators/hosts/mine.example.org", "", 200)
	do("POST", incident+"/tags/Fresh", "", 200)
	assert.Contains(t, do("GET", incident+"/indicators/hosts", "", 200), "mine.example.org")
	assert.Contains(t, do("GET", incident+"/indicators", "", 200), "mine.example.org", "all types")
	assert.Contains(t, do("GET", host+"/groups/incidents", "", 200), `"Mine"`, "the other end")
	assert.Contains(t, do("GET", incident+"/tags", "", 200), `"Fresh"`)
	assert.Contains(t, do("GET", "/v2/tags/Fresh", "", 200), `"Fresh"`, "a tag that was new is made")
	assert.Contains(t, do("GET", "/v2/tags/Fresh/groups/incidents", "", 200), `"Mine"`)
	do("POST", incident+"/groups/adversaries/1", "", 404)

	do("DELETE", incident+"/tags/Fresh", "", 200)
	assert.NotContains(t, do("GET", incident+"/tags", "", 200), `"Fresh"`)
	assert.NotContains(t, do("GET", "/v2/tags/Fresh/groups/incidents", "", 200), `"Mine"`)
	do("DELETE", host, "", 200)
	assert.NotContains(t, do("GET", incident+"/indicators/hosts", "", 200), "mine.example.org", "it was deleted")
	do("GET", host+"/groups/incidents", "", 404)
}

// Sets of other objects are added to, replaced and taken from by mode, and come when a
// request names them.
func TestNestedSets(t *testing.T) {
	const api = "threatconnectv3"
	in := start(t, sandbox.Options{APIs: []string{api}})
	do := func(method, path, body string) string {
		t.Helper()
		e := &exchange.Exchange{Method: method, Path: path}
		if body != "" {
			e.RequestBody, e.RequestContentType = json.RawMessage(body), "application/json"
		}
		p, query, _ := strings.Cut(path, "?")
		values, err := url.ParseQuery(query)
		require.NoError(t, err)
		e.Path, e.Query = p, exchange.Query(values)
		res, text := send(t, in, api, e)
		require.Equal(t, 2, res.StatusCode/100, "%s %s: %s", method, path, text)
		return string(text)
	}
	id := scalars([]byte(do("POST", "/v3/cases", `{"name": "Mine", "status": "Open", "severity": "Low", "tags": {"data": [{"name": "one"}]}}`)))["id"]
	mine := "/v3/cases/" + id
	names := func(at, set string) (list []string) {
		t.Helper()
		var reply struct {
			Data map[string]json.RawMessage `json:"data"`
		}
		require.NoError(t, json.Unmarshal([]byte(do("GET", at+"?fields="+set, "")), &reply))
		var elements struct {
			Data []struct {
				Name, Summary string
				ID            int64
			}
		}
		require.NoError(t, json.Unmarshal(reply.Data[set], &elements), "%s of %s", set, at)
		for _, e := range elements.Data {
			assert.NotZero(t, e.ID, "an element has an identifier")
			list = append(list, e.Name+e.Summary)
		}
		return list
	}
	for _, c := range []struct {
		change string
		want   []string
	}{
		{``, []string{"one"}},
		{`{"tags": {"data": [{"name": "two"}], "mode": "append"}}`, []string{"one", "two"}},
		{`{"tags": {"data": [{"name": "one"}], "mode": "delete"}}`, []string{"two"}},
		{`{"tags": {"data": [{"name": "three"}], "mode": "replace"}}`, []string{"three"}},
		{`{"tags": {"data": [{"name": "four"}]}}`, []string{"three", "four"}},
	} {
		if c.change != "" {
			do("PUT", mine, c.change)
		}
		assert.Equal(t, c.want, names(mine, "tags"), "after %s", c.change)
	}
	assert.NotContains(t, do("GET", mine, ""), `"tags"`, "nobody asked for tags")
	assert.Contains(t, do("GET", "/v3/cases?fields=tags", ""), `"name":"four"`, "lists show them too")

	// what was new is in its own list, and shows the case
	tagOf := func(name string) string {
		return "/v3/tags/" + scalars([]byte(elements(do("GET", "/v3/tags?tql="+url.QueryEscape(`name = "`+name+`"`), ""))))["id"]
	}
	assert.Equal(t, []string{"Mine"}, names(tagOf("four"), "cases"), "the tag names its case")
	assert.Empty(t, names(tagOf("two"), "cases"), "replaced, so it names none")

	// an artifact that came with the case is one of its own, is changed there, and goes from there
	do("PUT", mine, `{"artifacts": {"data": [{"summary": "first.example.com", "type": "Host"}]}}`)
	artifact := elements(do("GET", "/v3/artifacts?tql="+url.QueryEscape("hasCase(id = "+id+")"), ""))
	at := "/v3/artifacts/" + scalars([]byte(artifact))["id"]
	assert.Equal(t, id, scalars([]byte(artifact))["caseId"])
	do("PUT", at, `{"summary": "second.example.com"}`)
	assert.Equal(t, []string{"second.example.com"}, names(mine, "artifacts"), "the case shows what it is now")

	// an association with an object that is there shows at both ends until one end is deleted
	group := "/v3/groups/" + scalars([]byte(do("POST", "/v3/groups", `{"type": "Campaign", "name": "Far", "associatedCases": {"data": [{"id": `+id+`}]}}`)))["id"]
	assert.Contains(t, names(mine, "associatedGroups"), "Far")
	assert.Equal(t, []string{"Mine"}, names(group, "associatedCases"))
	do("PUT", mine, `{"associatedGroups": {"data": [{"id": `+path.Base(group)+`}], "mode": "delete"}}`)
	assert.Empty(t, names(group, "associatedCases"), "undone from the other end")
	do("PUT", group, `{"associatedCases": {"data": [{"id": `+id+`}]}}`)
	assert.Contains(t, names(mine, "associatedGroups"), "Far")
	do("DELETE", group, "")
	assert.NotContains(t, names(mine, "associatedGroups"), "Far")
}

// elements are those of a list that stands in an envelope.
func elements(text string) string {
	return text[strings.Index(text, "[{") : strings.LastIndex(text, "}]")+2]
}

// What was uploaded is what comes back.
func TestUploadsComeBack(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatconnectv2"}})
	for _, c := range []struct{ up, down string }{
		{"/v2/groups/documents/70144/upload", "/v2/groups/documents/70144/download"},
		{"/v2/exchange/spaces/55/file/mine.txt", "/v2/exchange/spaces/55/file/mine.txt"},
	} {
		res, text := send(t, in, "threatconnectv2", &exchange.Exchange{Method: "POST", Path: c.up, RequestContentType: "application/octet-stream", RequestBody: json.RawMessage(`"my own bytes"`)})
		require.Equal(t, 2, res.StatusCode/100, "%s: %s", c.up, text)
		_, text = send(t, in, "threatconnectv2", &exchange.Exchange{Method: "GET", Path: c.down})
		assert.Equal(t, "my own bytes", string(text), c.down)
	}
}

// What stands alone at a path is changed there.
func TestDocuments(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"essentials"}})
	const lists = "/orgs/example.com/sender-lists"
	for _, c := range []struct{ method, body, want string }{
		{"POST", `{"allow_list": ["*@new.example.org"]}`, "*@new.example.org"},
		{"DELETE", `{"allow_list": ["*@new.example.org"]}`, ""},
		{"PATCH", `{"allow_list": ["only@example.org"]}`, "only@example.org"},
	} {
		res, text := send(t, in, "essentials", &exchange.Exchange{Method: c.method, Path: lists, RequestBody: json.RawMessage(c.body)})
		require.Equal(t, 2, res.StatusCode/100, "%s: %s", c.method, text)
		_, text = send(t, in, "essentials", &exchange.Exchange{Method: "GET", Path: lists})
		if c.want == "" {
			assert.NotContains(t, string(text), "new.example.org", c.method)
		} else {
			assert.Contains(t, string(text), c.want, c.method)
		}
	}
}

// Code can place elements, and a client finds them.
func TestPut(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"threatstackv2"}})
	require.NoError(t, in.Put("threatstackv2", "/v2/rulesets/mine", map[string]any{"id": "mine", "name": "My rules"}))
	_, text := send(t, in, "threatstackv2", &exchange.Exchange{Method: "GET", Path: "/v2/rulesets/mine"})
	assert.Contains(t, string(text), "My rules")
	_, text = send(t, in, "threatstackv2", &exchange.Exchange{Method: "GET", Path: "/v2/rulesets"})
	assert.Contains(t, string(text), "My rules")
	assert.Error(t, in.Put("tap", "/x", nil), "an API that is not served")
}

// Mass deletion takes what the query finds, and nothing when it cannot be evaluated.
func TestDeleteByQuery(t *testing.T) {
	const api = "threatconnectv3"
	in := start(t, sandbox.Options{APIs: []string{api}})
	for _, name := range []string{"First", "Second"} {
		res, text := send(t, in, api, &exchange.Exchange{Method: "POST", Path: "/v3/cases", RequestBody: json.RawMessage(`{"name": "` + name + `", "status": "Open", "severity": "Low"}`)})
		require.Equal(t, 2, res.StatusCode/100, "%s", text)
	}
	for _, query := range []url.Values{nil, {"tqk": {`name = "First"`}}, {"tql": {""}}} {
		res, text := send(t, in, api, &exchange.Exchange{Method: "DELETE", Path: "/v3/cases", Query: exchange.Query(query)})
		require.Equal(t, http.StatusBadRequest, res.StatusCode, "without a query %v: %s", query, text)
	}
	for _, c := range []struct {
		tql           string
		status        int
		first, second bool
	}{
		{`name = "First" or`, 400, true, true},
		{`nothing = 5`, 400, true, true},
		{`name = 5`, 400, true, true},
		{`idAsString = "5"`, 501, true, true},
		{`name = "First" or id contains 5`, 501, true, true},
		{`name startswith "S" and severity = "Low"`, 200, true, false},
		{`not status in ("Closed")`, 200, false, false},
	} {
		res, text := send(t, in, api, &exchange.Exchange{Method: "DELETE", Path: "/v3/cases", Query: exchange.Query{"tql": {c.tql}}})
		require.Equal(t, c.status, res.StatusCode, "%s: %s", c.tql, text)
		_, text = send(t, in, api, &exchange.Exchange{Method: "GET", Path: "/v3/cases"})
		assert.Equal(t, c.first, strings.Contains(string(text), `"First"`), c.tql)
		assert.Equal(t, c.second, strings.Contains(string(text), `"Second"`), c.tql)
	}
}

// A batch counts what was uploaded to it, in two steps or in one.
func TestBatches(t *testing.T) {
	const api = "threatconnectv2"
	in := start(t, sandbox.Options{APIs: []string{api}})
	content := `{"indicator": [{"type": "Host", "summary": "a.example.com"}, {"type": "Host", "summary": "b.example.com"}], "group": [{"type": "Incident", "name": "Mine", "xid": "example-0000001"}]}`
	var config json.RawMessage
	for _, e := range load(t, api) {
		if e.File == "createBatchJob/ok.json" {
			config = e.RequestBody
		}
	}
	require.NotEmpty(t, config)
	res, text := send(t, in, api, &exchange.Exchange{Method: "POST", Path: "/v2/batch", RequestBody: config})
	require.Equal(t, 2, res.StatusCode/100, "%s", text)
	job := scalars(text)["batchId"]
	body, err := json.Marshal(content)
	require.NoError(t, err)
	res, text = send(t, in, api, &exchange.Exchange{Method: "POST", Path: "/v2/batch/" + job, RequestContentType: "application/octet-stream", RequestBody: body})
	require.Equal(t, 2, res.StatusCode/100, "%s", text)
	res, text = send(t, in, api, &exchange.Exchange{Method: "POST", Path: "/v2/batch/createAndUpload", RequestForm: map[string]string{"config": string(config), "content": content}})
	require.Equal(t, 2, res.StatusCode/100, "%s", text)
	both := scalars(text)["batchId"]
	assert.NotEqual(t, job, both, "each batch has its own number")
	for _, id := range []string{job, both} {
		_, text = send(t, in, api, &exchange.Exchange{Method: "GET", Path: "/v2/batch/" + id})
		var state struct {
			Data struct{ BatchStatus map[string]any }
		}
		require.NoError(t, json.Unmarshal(text, &state))
		for name, want := range map[string]float64{"successCount": 3, "successIndicatorCount": 2, "successGroupCount": 1, "errorCount": 0} {
			assert.Equal(t, want, state.Data.BatchStatus[name], "batch %s: %s in %s", id, name, text)
		}
	}
}
