package exchange

import (
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
	require.Len(t, list, 2, "files")
	require.Equal(t, "a.json", list[0].File, "the order of the files")
	require.Equal(t, "b/get.json", list[1].File, "the order of the files")
	assert.True(t, list[0].Fragment(), "only the first is a fragment")
	assert.False(t, list[1].Fragment(), "only the first is a fragment")
	e := list[1]
	assert.Equal(t, "getThing", e.OperationID)
	assert.Equal(t, "GET", e.Method, "upper case")
	assert.Zero(t, e.Status, "null")
	assert.Equal(t, "1", e.RequestHeaders["X-Org"], "a header in the form of net/http")
	assert.Equal(t, Query{"n": {"5"}, "all": {"true"}, "f": {"a", "b"}, "q": {"x y"}}, e.Query)
}

func TestLoadExchangesNamesTheBrokenFile(t *testing.T) {
	for _, broken := range []string{`{"method": `, `{} {}`, `{"query": {"a": {}}}`} {
		_, err := Load(fstest.MapFS{"x/bad.json": {Data: []byte(broken)}}, ".")
		require.Error(t, err, "%s is broken", broken)
		assert.Equal(t, "x/bad.json", err.Error()[:10], "%s: the error begins with the file", broken)
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
		assert.Equal(t, c.want != "", e.HasBody(), "%s is a body", c.body)
	}
}

func TestWireOfBinary(t *testing.T) {
	e, err := Parse([]byte(`{"method": "GET", "path": "/", "status": 200, "contentType": "application/pdf", "body": null, "bodyBase64": "/wD+"}`))
	require.NoError(t, err)
	assert.Equal(t, "\xff\x00\xfe", string(e.Wire()), "the bytes that the base64 means")
	assert.True(t, e.HasBody())
}
