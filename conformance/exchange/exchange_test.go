package exchange

import (
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLoadExchanges(t *testing.T) {
	fsys := fstest.MapFS{
		"in/b/get.json": {Data: []byte(`{"operation": "getThing", "method": "get", "path": "/things/1", "requestHeaders": {"x-org": "1"},
			"query": {"n": 5, "all": true, "f": ["a", "b"], "q": "x y"}, "status": null, "body": null, "extra": {"more": 1}}`)},
		"in/a.json":      {Data: []byte(`{"method": null, "path": null, "fragment": "alerts[0]", "query": {}, "status": 200, "body": {}}`)},
		"in/notes.md":    {Data: []byte(`not an exchange`)},
		"elsewhere.json": {Data: []byte(`{}`)},
	}
	list, err := Load(fsys, "in")
	require.NoError(t, err)
	require.Len(t, list, 2, "loaded")
	require.Equal(t, "a.json", list[0].File, "loaded")
	require.Equal(t, "b/get.json", list[1].File, "loaded")
	assert.True(t, list[0].Fragment(), "only the first is a fragment")
	assert.False(t, list[1].Fragment(), "only the first is a fragment")
	e := list[1]
	assert.Equal(t, "getThing", e.OperationID, "read %+v", e)
	assert.Equal(t, "GET", e.Method, "read %+v", e)
	assert.Equal(t, 0, e.Status, "read %+v", e)
	assert.Equal(t, "1", e.RequestHeaders["X-Org"], "read %+v", e)
	if want := (Query{"n": {"5"}, "all": {"true"}, "f": {"a", "b"}, "q": {"x y"}}); !reflect.DeepEqual(e.Query, want) {
		t.Errorf("query %v, want %v", e.Query, want)
	}
}

func TestLoadExchangesNamesTheBrokenFile(t *testing.T) {
	for _, broken := range []string{`{"method": `, `{} {}`, `{"query": {"a": {}}}`} {
		_, err := Load(fstest.MapFS{"x/bad.json": {Data: []byte(broken)}}, ".")
		require.Error(t, err, "%s: error: does not begin with the file", broken)
		assert.Equal(t, "x/bad.json", err.Error()[:10], "%s: error: does not begin with the file", broken)
	}
}

func TestWire(t *testing.T) {
	for _, c := range []struct{ body, contentType, want string }{
		{`{"a": 1}`, "application/json", `{"a": 1}`},
		{`"text"`, "application/json", `"text"`},
		{`"text"`, "application/problem+json; charset=utf-8", `"text"`},
		{`"<a>\n</a>"`, "text/xml", "<a>\n</a>"},
		{`{"a": 1}`, "text/plain", `{"a": 1}`},
		{`""`, "text/plain", ""},
		{`null`, "application/json", ""},
		{``, "", ""},
	} {
		e := Exchange{Body: []byte(c.body), ContentType: c.contentType}
		assert.Equal(t, c.want, string(e.Wire()), "%s as %s", c.body, c.contentType)
		assert.Equal(t, (c.want != ""), e.HasBody(), "%s: HasBody is", c.body)
	}
}

func TestWireOfBinary(t *testing.T) {
	e, err := Parse([]byte(`{"method": "GET", "path": "/", "status": 200, "contentType": "application/pdf", "body": null, "bodyBase64": "/wD+"}`))
	require.NoError(t, err)
	if got := string(e.Wire()); got != "\xff\x00\xfe" || !e.HasBody() {
		t.Errorf("body %q, want the bytes that the base64 means", got)
	}
}
