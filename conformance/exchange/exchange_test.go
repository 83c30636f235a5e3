package exchange

import (
	"reflect"
	"testing"
	"testing/fstest"
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
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].File != "a.json" || list[1].File != "b/get.json" {
		t.Fatalf("loaded %v", list)
	}
	if !list[0].Fragment() || list[1].Fragment() {
		t.Error("only the first is a fragment")
	}
	e := list[1]
	if e.OperationID != "getThing" || e.Method != "GET" || e.Status != 0 || e.RequestHeaders["X-Org"] != "1" {
		t.Errorf("read %+v", e)
	}
	if want := (Query{"n": {"5"}, "all": {"true"}, "f": {"a", "b"}, "q": {"x y"}}); !reflect.DeepEqual(e.Query, want) {
		t.Errorf("query %v, want %v", e.Query, want)
	}
}

func TestLoadExchangesNamesTheBrokenFile(t *testing.T) {
	for _, broken := range []string{`{"method": `, `{} {}`, `{"query": {"a": {}}}`} {
		_, err := Load(fstest.MapFS{"x/bad.json": {Data: []byte(broken)}}, ".")
		if err == nil || err.Error()[:10] != "x/bad.json" {
			t.Errorf("%s: error %v does not begin with the file", broken, err)
		}
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
		if got := string(e.Wire()); got != c.want {
			t.Errorf("%s as %s: %q, want %q", c.body, c.contentType, got, c.want)
		}
		if e.HasBody() != (c.want != "") {
			t.Errorf("%s: HasBody is %v", c.body, e.HasBody())
		}
	}
}

func TestWireOfBinary(t *testing.T) {
	e, err := Parse([]byte(`{"method": "GET", "path": "/", "status": 200, "contentType": "application/pdf", "body": null, "bodyBase64": "/wD+"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(e.Wire()); got != "\xff\x00\xfe" || !e.HasBody() {
		t.Errorf("body %q, want the bytes that the base64 means", got)
	}
}
