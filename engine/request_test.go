package engine

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oapi-codegen/runtime"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

const server = "https://api.example.com/v1"

// built is the request that r makes.
func built(t *testing.T, r *Request) *http.Request {
	t.Helper()
	req, err := r.build(t.Context(), server)
	require.NoError(t, err)
	return req
}

// A path value that URL resolution swallows would make DELETE /users/{id} a DELETE of
// /users.
func TestExpand(t *testing.T) {
	op := &Operation{ID: "deleteUser", Method: "DELETE", Path: "/orgs/{org}/users/{id}"}
	for value, c := range map[string]struct{ path, refused string }{
		"7":                 {"7", ""},
		"a/b":               {"a%2Fb", ""},
		"...":               {"...", ""},
		"a..b":              {"a..b", ""},
		"ä ö":               {"%C3%A4%20%C3%B6", ""},
		"2001:db8::1":       {"2001%3Adb8%3A%3A1", ""},
		"%2e%2e":            {"%252e%252e", ""},
		"?a=1#b;c,d":        {"%3Fa%3D1%23b%3Bc%2Cd", ""},
		"TLP:AMBER+STRICT":  {"TLP%3AAMBER%2BSTRICT", ""}, // a bare + is read as a blank somewhere
		"a+x@example.com":   {"a%2Bx%40example.com", ""},
		"$&'()*!-_.~":       {"%24%26%27%28%29%2A%21-_.~", ""},
		"":                  {"", "is empty"},
		".":                 {"", "is a dot segment"},
		"..":                {"", "is a dot segment"},
		"a\nb":              {"", "holds control characters"},
		"a\x00":             {"", "holds control characters"},
		"\u0085":            {"", "holds control characters"},
		" ":                 {"", "is blank"},
		"/":                 {"", "is blank"},
		"// /":              {"", "is blank"},
		"\u00a0":            {"", "is blank"},
		"\u2003\t":          {"", "holds control characters"},
		"a\u0085b":          {"", "holds control characters"},
		"a\u200bb":          {"", "holds characters that do not show"},
		"\ufeffa":           {"", "holds characters that do not show"},
		"\xc0\xae\xc0\xae":  {"", "is not UTF-8"},     // overlong dots
		"a/../../b":         {"", "is a dot segment"}, // behind a proxy that decodes %2F
		"a/.":               {"", "is a dot segment"},
		"../b":              {"", "is a dot segment"},
		"a/..b":             {"a%2F..b", ""},
		"a b":               {"a%20b", ""},
		"日本":                {"%E6%97%A5%E6%9C%AC", ""},
		"x\r\nX-Injected: ": {"", "holds control characters"},
	} {
		req, err := NewRequest(op, "acme", value).build(t.Context(), server)
		if c.refused == "" {
			require.NoError(t, err, "%q", value)
			assert.Equal(t, "https://api.example.com/v1/orgs/acme/users/"+c.path, req.URL.String())
			continue
		}
		var re *client.RequestError
		require.ErrorAs(t, err, &re, "%q", value)
		assert.Equal(t, &client.RequestError{Operation: "deleteUser", Parameter: "id", Reason: c.refused, Unsafe: true}, re, "%q", value)
		assert.ErrorIs(t, err, client.ErrUnsafe)
	}
	_, err := NewRequest(op, "", "7").build(t.Context(), server)
	assert.ErrorContains(t, err, "parameter org", "the wrong parameter is named")
	assert.Equal(t, "/v1/orgs/acme/users/0", built(t, NewRequest(op, "acme", int64(0))).URL.Path, "0 is an identifier")
	assert.Equal(t, "/v1/orgs", built(t, NewRequest(&Operation{Method: "GET", Path: "/orgs"})).URL.Path)
	assert.Equal(t, "/v1/orgs/a/tags", built(t, NewRequest(&Operation{Method: "GET", Path: "/orgs/{org}/tags"}, "a")).URL.Path)
}

type color string

// What is absent sends nothing; what is there is written as the runtime of oapi-codegen
// writes it, under that name.
func TestQuery(t *testing.T) {
	day := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		v              any
		exploded, list string
	}{
		"nil":                          {nil, "", ""},
		"nil pointer":                  {(*string)(nil), "", ""},
		"nil slice":                    {[]string(nil), "", ""},
		"pointer":                      {new("x"), "p=x", "p=x"},
		"pointer to a slice":           {&[]string{"a", "b"}, "p=a&p=b", "p=a,b"},
		"empty text":                   {"", "p=", "p="},
		"zero":                         {0, "p=0", "p=0"},
		"false":                        {new(false), "p=false", "p=false"},
		"large number":                 {int64(9007199254740993), "p=9007199254740993", "p=9007199254740993"},
		"fraction":                     {0.5, "p=0.5", "p=0.5"},
		"enum":                         {color("red"), "p=red", "p=red"},
		"instant":                      {day, "p=2026-01-10T12%3A00%3A00Z", "p=2026-01-10T12%3A00%3A00Z"},
		"date with slashes":            {client.NewSlashDate(2026, 1, 9), "p=2026%2F01%2F09", "p=2026%2F01%2F09"},
		"empty slice":                  {[]string{}, "p=", "p="},
		"one of a list":                {[]string{"a"}, "p=a", "p=a"},
		"list":                         {[]int64{1, 2, 3}, "p=1&p=2&p=3", "p=1,2,3"},
		"list of enums":                {[]color{"red", "blue"}, "p=red&p=blue", "p=red,blue"},
		"list with separators in it":   {[]string{"a,b", "c&d=e"}, "p=a%2Cb&p=c%26d%3De", "p=a%2Cb,c%26d%3De"},
		"what must be escaped":         {"a b+c/d?e#f%g&h=i;ä\n", "p=a+b%2Bc%2Fd%3Fe%23f%25g%26h%3Di%3B%C3%A4%0A", "p=a+b%2Bc%2Fd%3Fe%23f%25g%26h%3Di%3B%C3%A4%0A"},
		"moment in whole seconds, UTC": {client.At(day.In(time.FixedZone("", 3600)).Add(time.Millisecond)), "p=2026-01-10T12%3A00%3A00Z", "p=2026-01-10T12%3A00%3A00Z"},
	} {
		r := NewRequest(&Operation{Method: "GET", Path: "/x"})
		r.Query("p", c.v)
		assert.Equal(t, c.exploded, built(t, r).URL.RawQuery, name)
		r = NewRequest(&Operation{Method: "GET", Path: "/x"})
		r.QueryList("p", c.v)
		assert.Equal(t, c.list, built(t, r).URL.RawQuery, "%s, joined", name)
	}
	for _, name := range []string{"p", "a b", "filter[x]", "a&b=c", "ä", "a%20b", "$top", "a.b-c_d~e"} {
		for _, v := range []any{"x y&z", []string{"a b", "c,d"}, 7} {
			for _, explode := range []bool{true, false} {
				want, err := runtime.StyleParamWithOptions("form", explode, name, v, runtime.StyleParamOptions{ParamLocation: runtime.ParamLocationQuery})
				require.NoError(t, err)
				r := NewRequest(&Operation{Method: "GET", Path: "/x"})
				r.addQuery(name, v, explode)
				req := built(t, r)
				assert.Equal(t, want, req.URL.RawQuery)
				_, there := req.URL.Query()[name]
				assert.True(t, there, "%q comes back as %q", req.URL.RawQuery, name)
			}
		}
	}
}

// The query keeps the order of the document.
func TestQueryOrder(t *testing.T) {
	r := NewRequest(&Operation{Method: "GET", Path: "/x"})
	r.Query("z", 1)
	r.Query("absent", nil)
	r.QueryList("m", []string{"b", "a"})
	r.Query("a", []string{"2", "1"})
	r.Query("b", "x")
	assert.Equal(t, "z=1&m=b,a&a=2&a=1&b=x", built(t, r).URL.RawQuery)
}

// value and number read back what Query wrote.
func TestRequestValue(t *testing.T) {
	r := request(&Operation{}, "a=1&b=x%20y&b=z&c=&d&n=9007199254740993&bad=%zz")
	r.Query("list", []string{"p q", "r"})
	for name, want := range map[string]string{"a": "1", "b": "x y", "c": "", "d": "", "list": "p q", "n": "9007199254740993"} {
		got, ok := r.value(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, got, name)
	}
	for _, name := range []string{"none", "", "A", "bad"} {
		_, ok := r.value(name)
		assert.False(t, ok, name)
	}
	n, ok := r.number("n")
	assert.Equal(t, int64(9007199254740993), n)
	assert.True(t, ok)
	_, ok = r.number("b")
	assert.False(t, ok, "a text is no number")
}

// Signatures cover the query as it was written: what paging does not set must stay as it is.
func TestRequestSet(t *testing.T) {
	for _, c := range []struct{ before, name, value, want string }{
		{"", "page", "2", "page=2"},
		{"page=1", "page", "2", "page=2"},
		{"a=%20x+y&page=1&b=%2f", "page", "2", "a=%20x+y&b=%2f&page=2"},
		{"page=1&page=7", "page", "2", "page=2"},
		{"pages=1&Page=2", "page", "3", "pages=1&Page=2&page=3"},
		{"flag&x=", "page", "2", "flag&x=&page=2"},
		{"bad%zz=1", "page", "2", "bad%zz=1&page=2"},
		{"", "to ken", "a&b=c/ä", "to+ken=a%26b%3Dc%2F%C3%A4"},
	} {
		r := request(&Operation{Method: "GET", Path: "/x"}, c.before)
		r.set(c.name, c.value)
		assert.Equal(t, c.want, built(t, r).URL.RawQuery, "%q with %s", c.before, c.name)
	}
	// All values of a list go, and only they.
	r := NewRequest(&Operation{Method: "GET", Path: "/x"})
	r.QueryList("ids", []string{"a,b", "c"})
	r.Query("page", []int{1, 7, 8})
	r.Query("since", noon)
	r.set("page", "2")
	assert.Equal(t, "ids=a%2Cb,c&since=2026-01-10T12%3A00%3A00Z&page=2", built(t, r).URL.RawQuery)
}

func TestRequestHeader(t *testing.T) {
	r := NewRequest(&Operation{Method: "GET", Path: "/x"})
	r.Header("X-None", nil)
	r.Header("X-Nil", (*string)(nil))
	r.Header("x-text", new("a b/ä"))
	r.Header("X-List", []string{"a", "b"})
	r.Header("X-Number", 7)
	req := built(t, r)
	assert.Equal(t, http.Header{"X-Text": {"a b/ä"}, "X-List": {"a,b"}, "X-Number": {"7"}}, req.Header, "a header is not escaped")
	assert.Empty(t, req.URL.RawQuery)
}

// Two pages of a list share nothing: what one changes is not seen by the other.
func TestRequestClone(t *testing.T) {
	op := &Operation{Method: "GET", Path: "/x"}
	r := request(op, "q=x%20y&page=7")
	r.Header("X-A", "1")
	one, two := r.clone(), r.clone()
	one.set("page", "1")
	one.Query("more", true)
	one.Header("X-A", "2")
	one.Header("X-B", "2")
	two.set("page", "2")
	assert.Equal(t, "q=x%20y&page=7", built(t, r).URL.RawQuery)
	assert.Equal(t, "q=x%20y&page=1&more=true", built(t, one).URL.RawQuery)
	assert.Equal(t, "q=x%20y&page=2", built(t, two).URL.RawQuery)
	assert.Equal(t, http.Header{"X-A": {"1"}}, built(t, r).Header)
	assert.Equal(t, http.Header{"X-A": {"1"}}, built(t, two).Header)
	assert.Equal(t, http.Header{"X-A": {"2"}, "X-B": {"2"}}, built(t, one).Header)
	// What an editor adds to one page is not in the next.
	built(t, r).Header.Add("X-A", "edited")
	assert.Equal(t, http.Header{"X-A": {"1"}}, built(t, r).Header)
}

type unwritable string

func (unwritable) MarshalText() ([]byte, error) { return nil, errUnwritable }

var errUnwritable = errors.New("refuses")

// What cannot be written is said before anything is sent, without the value.
func TestRequestCannotBeEncoded(t *testing.T) {
	op := &Operation{ID: "getThing", Method: "GET", Path: "/things/{id}"}
	for name, c := range map[string]struct {
		build     func() *Request
		parameter string
		cause     error
	}{
		"query":                          {func() *Request { r := NewRequest(op, "7"); r.Query("q", unwritable("s3cr3t")); return r }, "q", errUnwritable},
		"list":                           {func() *Request { r := NewRequest(op, "7"); r.QueryList("q", []any{make(chan int)}); return r }, "q", nil},
		"object":                         {func() *Request { r := NewRequest(op, "7"); r.Query("q", []any{map[string]any{"s3cr3t": 1}}); return r }, "q", nil},
		"header":                         {func() *Request { r := NewRequest(op, "7"); r.Header("X-H", unwritable("s3cr3t")); return r }, "X-H", errUnwritable},
		"path":                           {func() *Request { return NewRequest(op, unwritable("s3cr3t")) }, "id", errUnwritable},
		"body":                           {func() *Request { return NewRequest(op, "7").JSON(math.NaN()) }, "body", nil},
		"body of a kind that is no JSON": {func() *Request { return NewRequest(op, "7").JSON(map[string]any{"s3cr3t": func() {}}) }, "body", nil},
		"the first of two": {func() *Request {
			r := NewRequest(op, "7")
			r.Query("q", unwritable("s3cr3t"))
			r.Header("X-H", unwritable("s3cr3t"))
			return r.JSON(math.NaN())
		}, "q", errUnwritable},
	} {
		f := newFake(t, []answer{says(200, "{}")})
		_, err := get[any](t.Context(), f.Pipeline, c.build(), nil)
		var re *client.RequestError
		require.ErrorAs(t, err, &re, name)
		assert.Equal(t, "getThing", re.Operation, name)
		assert.Equal(t, c.parameter, re.Parameter, name)
		assert.False(t, re.Unsafe, name)
		assert.NotContains(t, err.Error(), "s3cr3t", name)
		if c.cause != nil {
			assert.ErrorIs(t, err, c.cause, name)
		}
		assert.Empty(t, f.sent, "%s: sent all the same", name)
		assert.Empty(t, f.attempts, "%s: counts as an attempt", name)

		// A list says the same, as the only thing that it yields.
		listed := c.build()
		copied := *op
		copied.Paging = single
		listed.op = &copied
		events, err := collect(List(t.Context(), f.Pipeline, listed, nil, data))
		assert.Empty(t, events, name)
		assert.ErrorAs(t, err, &re, name)
		assert.Empty(t, f.sent, "%s: a list sent all the same", name)
	}
}

// A body is encoded once, with its type, and a request without one has neither.
func TestRequestBody(t *testing.T) {
	op := &Operation{ID: "createUser", Method: "POST", Path: "/users"}
	patch := &Operation{ID: "changeUser", Method: "PATCH", Path: "/users", Sends: "application/merge-patch+json"}
	f := newFake(t, []answer{says(200, "")})
	for _, r := range []*Request{
		NewRequest(op), NewRequest(op).JSON(map[string]int{"a": 1}), NewRequest(op).Body("text/csv", strings.NewReader("a,b")),
		NewRequest(patch).JSON(map[string]int{"a": 2}),
	} {
		require.NoError(t, Call(t.Context(), f.Pipeline, r, nil, nil))
	}
	assert.Equal(t, []string{"", `{"a":1}`, "a,b", `{"a":2}`}, f.bodies)
	var types []string
	var lengths []int64
	for _, r := range f.sent {
		types, lengths = append(types, r.Header.Get("Content-Type")), append(lengths, r.ContentLength)
	}
	assert.Equal(t, []string{"", "application/json", "text/csv", "application/merge-patch+json"}, types)
	assert.Equal(t, []int64{0, 7, 3, 7}, lengths)
}

// A service that insists on start and size gets them once, behind the caller's own.
func TestSetMissing(t *testing.T) {
	for style, want := range map[string]string{"page": "q=1&start=4&limit=3", "offset": "q=1&start=4&limit=3", "cursor": "q=1&limit=3"} {
		p := &Paging{Style: style, Param: "start", Size: "limit", Default: 3, First: 4, Always: true}
		r := request(&Operation{Method: "GET", Path: "/x", Paging: p}, "q=1")
		for range 2 {
			assert.Equal(t, want, built(t, r).URL.RawQuery, style)
		}
		sized := *p
		sized.Default = 0
		assert.Equal(t, strings.TrimSuffix(want, "&limit=3"), built(t, request(&Operation{Method: "GET", Path: "/x", Paging: &sized}, "q=1")).URL.RawQuery, "%s, without a size of its own", style)
		p.Always = false
		assert.Equal(t, "q=1", built(t, request(&Operation{Method: "GET", Path: "/x", Paging: p}, "q=1")).URL.RawQuery, style)
	}
}

// A path value arrives as the one segment that it is, or the request is refused: whoever
// resolves, cleans or decodes the path finds the template again.
func FuzzExpand(f *testing.F) {
	for _, s := range []string{"7", "a/b", "..", "a/../b", "%2e%2e", "", " ", "?a=1#b;c,d", "\u200b", "\xc0\xae", "http://example.com/a?b#c", "2001:db8::1/32", "{id}", "a\r\nb", "日本", "~!*'()"} {
		f.Add(s)
	}
	op := &Operation{ID: "deleteUser", Method: "DELETE", Path: "/orgs/{org}/users/{id}/x"}
	f.Fuzz(func(t *testing.T, value string) {
		req, err := NewRequest(op, "acme", value).build(t.Context(), server)
		if err != nil {
			var re *client.RequestError
			require.ErrorAs(t, err, &re, value)
			require.Equal(t, "id", re.Parameter, value)
			require.True(t, slices.Contains([]string{"is empty", "is blank", "is a dot segment", "holds control characters", "is not UTF-8", "holds characters that do not show"}, re.Reason), value)
			return
		}
		segments := strings.Split(req.URL.EscapedPath(), "/")
		require.Len(t, segments, 7, "%q went to %s", value, req.URL.EscapedPath())
		require.Equal(t, "x", segments[6], "%q went to %s", value, req.URL.EscapedPath())
		require.Equal(t, "acme", segments[3], "%q went to %s", value, req.URL.EscapedPath())
		got, err := url.PathUnescape(segments[5])
		require.NoError(t, err, "%q arrives", value)
		require.Equal(t, value, got, "the value that arrives")
		require.Equal(t, req.URL.EscapedPath(), path.Clean(req.URL.EscapedPath()), "%q: cleaning makes", value)
		require.GreaterOrEqual(t, strings.Count(path.Clean(req.URL.Path), "/"), strings.Count("/v1/orgs/acme/users/id/x", "/"), "%q: a proxy that decodes sees %s", value, path.Clean(req.URL.Path))
		again, err := url.Parse(req.URL.String())
		require.NoError(t, err, "%q: read again it is %v", value, again)
		require.Equal(t, req.URL.EscapedPath(), again.EscapedPath(), "%q: read again it is %v", value, again)
		require.Empty(t, again.RawQuery, "%q: read again it is %v", value, again)
		require.Empty(t, again.Fragment, "%q: read again it is %v", value, again)
		require.Equal(t, "api.example.com", again.Host, "%q: read again it is %v", value, again)
	})
}
