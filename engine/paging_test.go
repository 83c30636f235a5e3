package engine

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

var data = Of[event]("data")

// served answers with the events from start on, at most size of them, like a service does.
func served(param string, n, size int) answer {
	return func(r *http.Request) (*http.Response, error) {
		var at int
		fmt.Sscan(r.URL.Query().Get(param), &at)
		var page []string
		for i := at; i < min(at+size, n); i++ {
			page = append(page, fmt.Sprintf(`{"id":%d}`, i))
		}
		return says(200, `{"data":[`+strings.Join(page, ",")+`]}`)(r)
	}
}

// A list yields each element once and in order, asks for no page twice, sends the caller's
// own parameters with each, and begins anew when it is ranged over again.
func TestList(t *testing.T) {
	op := listOp(&Paging{Style: "offset", Param: "start", Default: 3, Short: true})
	f := newFake(t, []answer{served("start", 8, 3)})
	list := List(t.Context(), f.Pipeline, request(op, "q=a%20b"), nil, data)
	for range 2 {
		f.sent = nil
		events, err := collect(list)
		assert.Equal(t, "0 1 2 3 4 5 6 7", ids(events))
		assert.NoError(t, err)
		assert.Equal(t, []string{"q=a%20b", "q=a%20b&start=3", "q=a%20b&start=6"}, f.queries())
	}
}

// break ends the requests, wherever in a page it comes.
func TestListBreaks(t *testing.T) {
	op := listOp(&Paging{Style: "offset", Param: "start", Default: 3, Short: true})
	for stop, pages := range map[int]int{1: 1, 2: 1, 3: 1, 4: 2, 6: 2, 7: 3} {
		f, seen := newFake(t, []answer{served("start", 8, 3)}), 0
		for range List(t.Context(), f.Pipeline, request(op, ""), nil, data) {
			if seen++; seen == stop {
				break
			}
		}
		assert.Len(t, f.sent, pages)
	}
}

// A list goes on where a caller left it.
func TestListResumes(t *testing.T) {
	op := listOp(&Paging{Style: "cursor", Param: "token", Next: "next"})
	f := newFake(t, []answer{says(200, `{"data":[{"id":3}],"next":"c"}`), says(200, `{"data":[{"id":4}]}`)})
	events, err := collect(List(t.Context(), f.Pipeline, request(op, "token=b&from=1"), nil, data))
	assert.Equal(t, "3 4", ids(events))
	assert.NoError(t, err)
	assert.Equal(t, []string{"token=b&from=1", "from=1&token=c"}, f.queries())
}

// A cursor under its other spelling leads on as well; the document's own name decides.
func TestListFollowsTheOtherSpelling(t *testing.T) {
	op := listOp(&Paging{Style: "cursor", Param: "token", Next: "next", Alias: "nextToken"})
	f := newFake(t, []answer{says(200, `{"data":[{"id":1}],"nextToken":"b"}`), says(200, `{"data":[{"id":2}],"next":"c","nextToken":"x"}`), says(200, `{"data":[{"id":3}],"next":null,"nextToken":"x"}`)})
	events, err := collect(List(t.Context(), f.Pipeline, request(op, ""), nil, data))
	assert.Equal(t, "1 2 3", ids(events))
	assert.NoError(t, err)
	assert.Equal(t, []string{"", "token=b", "token=c"}, f.queries())
}

// Services that insist on start and size get them with each request; the caller's own win.
func TestListAlways(t *testing.T) {
	op := listOp(&Paging{Style: "page", Param: "page", Size: "count", Default: 2, First: 1, Always: true, Short: true})
	window := &Operation{ID: "listEvents", Method: "GET", Path: "/events", Paging: &Paging{Style: "window", Param: "interval", Max: "PT1H", Pages: op.Paging}}
	full, short := says(200, `{"data":[{"id":1},{"id":2},{"id":3}]}`), says(200, `{"data":[{"id":4}]}`)
	for _, c := range []struct {
		op    *Operation
		query string
		want  []string
	}{
		{op, "", []string{"page=1&count=2", "count=2&page=2"}},
		{op, "page=5", []string{"page=5&count=2", "count=2&page=6"}},
		{op, "count=3", []string{"count=3&page=1", "count=3&page=2"}},
		{op, "page=5&count=3&q=1", []string{"page=5&count=3&q=1", "count=3&q=1&page=6"}},
		{window, "interval=x", []string{"interval=x&page=1&count=2", "interval=x&count=2&page=2"}},
	} {
		f := newFake(t, []answer{full, short})
		err := f.pages(t.Context(), request(c.op, c.query), nil, op.Paging, []array{data.array}, func(int, any, uint64) bool { return true }, nil)
		require.NoError(t, err, c.query)
		assert.Equal(t, c.want, f.queries(), c.query)
		// One page of the same list is asked for alike.
		f = newFake(t, []answer{full})
		_, err = f.Send(t.Context(), request(c.op, c.query), nil)
		assert.NoError(t, err, "%q, one page", c.query)
		assert.Equal(t, c.want[:1], f.queries(), "%q, one page", c.query)
	}
}

// A server that ignores the parameter, or hands out a token twice, would be asked forever.
func TestListThatNeverEnds(t *testing.T) {
	for style, reply := range map[string]string{
		"offset": `{"data":[{"id":1},{"id":2}]}`,
		"page":   `{ "data" : [ {"id":1} , {"id":2} ] }`,
		"cursor": `{"data":[{"id":1},{"id":2}],"next":"a"}`,
	} {
		for _, id := range []string{`1`, `"1"`} { // fitting or not
			op := listOp(&Paging{Style: style, Param: "p", Default: 2, Next: "next"})
			f := newFake(t, []answer{says(200, strings.ReplaceAll(reply, `"id":1`, `"id":`+id))})
			events, err := stream(t, f, op, data)
			var de *client.DecodeError
			assert.ErrorIs(t, err, client.ErrCursor, "%s, after %s", style, ids(events))
			require.ErrorAs(t, err, &de, "%s, after %s", style, ids(events))
			assert.Equal(t, "listEvents", de.Operation, "%s: the operation that the error names", style)
			assert.Len(t, f.sent, 2, "%s: requests", style)
		}
	}
}

// Members that decide are heard wherever they stand, before the list and behind it.
func TestMembersBesideTheList(t *testing.T) {
	for name, c := range map[string]struct {
		op      Operation
		replies []string
		want    string
		failure string
	}{
		"a cursor": {Operation{Paging: &Paging{Style: "cursor", Param: "p", Next: "links.next"}},
			[]string{`{"links":{"self":"x","next":"a"},"data":[{"id":1}]}`, `{"data":[{"id":2}],"links":{"next":null}}`}, "1 2", ""},
		"a word of more": {Operation{Paging: &Paging{Style: "offset", Param: "p", Default: 1, More: "meta.page.more"}},
			[]string{`{"data":[{"id":1}],"meta":{"page":{"more":true}}}`, `{"data":[{"id":2}],"meta":{"page":{"more":false}}}`}, "1 2", ""},
		"a total": {Operation{Paging: &Paging{Style: "offset", Param: "p", Total: "meta.total"}},
			[]string{`{"meta":{"total":2},"data":[{"id":1}]}`, `{"data":[{"id":2}]}`}, "1 2", ""},
		"a refusal": {Operation{Paging: &Paging{Style: "single"}, Envelope: &Envelope{Status: "meta.status", Success: "ok"}},
			[]string{`{"data":[],"meta":{"status":"failed"}}`}, "", "failed"},
	} {
		op := c.op
		op.ID, op.Method, op.Path = "listEvents", "GET", "/events"
		op.Paging.Items = []string{"data"}
		var replies []answer
		for _, text := range c.replies {
			replies = append(replies, says(200, text))
		}
		f := newFake(t, replies)
		events, err := stream(t, f, &op, data)
		assert.Equal(t, c.want, ids(events), name)
		assert.Len(t, f.sent, len(replies), "%s: requests", name)
		if c.failure == "" {
			assert.NoError(t, err, name)
			continue
		}
		assert.ErrorContains(t, err, c.failure, name)
	}
}

// What came before a failure is yielded; the error is the last thing, once.
func TestListFails(t *testing.T) {
	op := listOp(&Paging{Style: "offset", Param: "start", Default: 2})
	first := says(200, `{"data":[{"id":1},{"id":2}]}`)
	for name, c := range map[string]struct {
		second answer
		want   error
	}{
		"refused":  {says(403, ""), client.ErrForbidden},
		"lost":     {fails(io.EOF), io.EOF},
		"cut":      {breaksOff(`{"data":[`), io.ErrUnexpectedEOF},
		"too big":  {says(200, `{"data":[{"id":3,"text":"`+strings.Repeat("x", 100)), client.ErrTooLarge},
		"a gap":    {says(204, ""), nil},
		"no page":  {says(200, `[[`), nil},
		"web page": {says(200, `<html>`), nil},
	} {
		f := newFake(t, []answer{first, c.second}, client.MaxBody(60), client.Attempts(1))
		var got []string
		for e, err := range List(t.Context(), f.Pipeline, request(op, ""), nil, data) {
			if err != nil {
				assert.Zero(t, e, "%s: no element comes with the error", name)
				if c.want != nil {
					assert.ErrorIs(t, err, c.want, name)
				}
				got = append(got, "error")
				continue
			}
			got = append(got, fmt.Sprint(e.ID))
		}
		assert.Equal(t, []string{"1", "2", "error"}, got, name)
	}
}

// A cancelled context ends a list between two pages.
func TestListCancelled(t *testing.T) {
	op := listOp(&Paging{Style: "offset", Param: "start", Default: 3, Short: true})
	f := newFake(t, []answer{served("start", 99, 3)})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	inner := f.config.Transport
	f.config.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Context().Err() != nil {
			return nil, r.Context().Err()
		}
		return inner.RoundTrip(r)
	})
	n := 0
	var last error
	for _, err := range List(ctx, f.Pipeline, request(op, ""), nil, data) {
		if n++; n == 3 {
			cancel()
		}
		last = err
	}
	assert.ErrorIs(t, last, context.Canceled, "what the list ends with")
	require.Len(t, f.sent, 1, "pages")
	assert.Equal(t, 4, n, "the elements of a page, and the error")
}

// An editor may call another client, such as one that fetches a token, with the context that
// it is given. Nothing of the list goes along.
func TestListInheritsNothing(t *testing.T) {
	other := newFake(t, []answer{says(200, `{"data":[{"id":7}]}`)})
	token := &Operation{ID: "getToken", Method: "GET", Path: "/token", Paging: single}
	ask := func(ctx context.Context, r *http.Request) error {
		for _, c := range []context.Context{ctx, r.Context()} {
			if _, err := get[any](c, other.Pipeline, request(token, "scope=a"), nil); err != nil {
				return err
			}
			if _, err := collect(List(c, other.Pipeline, request(token, "scope=b"), nil, data)); err != nil {
				return err
			}
		}
		r.Header.Set("X-Token", "t")
		return nil
	}
	op := listOp(&Paging{Style: "offset", Param: "start", Size: "limit", Default: 3, Always: true, Short: true})
	f := newFake(t, []answer{served("start", 7, 3)})
	events, err := collect(List(t.Context(), f.Pipeline, request(op, "q=1"), []auth.Editor{ask}, data))
	require.NoError(t, err)
	assert.Equal(t, "0 1 2 3 4 5 6", ids(events))
	assert.Equal(t, []string{"q=1&start=0&limit=3", "q=1&limit=3&start=3", "q=1&limit=3&start=6"}, f.queries())
	assert.Equal(t, slices.Repeat([]string{"scope=a", "scope=b"}, 6), other.queries())
	for _, r := range other.sent {
		assert.Equal(t, "/v1/token", r.URL.Path)
		assert.Empty(t, r.Header["X-Token"], "headers of the list")
	}
}

// What an editor sets on one page is not in the next one.
func TestListEditsEachPage(t *testing.T) {
	n := 0
	edit := func(_ context.Context, r *http.Request) error {
		n++
		r.URL.RawQuery += fmt.Sprintf("&edit=%d", n)
		r.Header.Add("X-Edit", fmt.Sprint(n))
		return nil
	}
	op := listOp(&Paging{Style: "offset", Param: "start", Default: 3, Short: true})
	f := newFake(t, []answer{served("start", 5, 3)})
	r := request(op, "q=1")
	r.Header("X-Edit", "0")
	_, err := collect(List(t.Context(), f.Pipeline, r, []auth.Editor{edit}, data))
	require.NoError(t, err)
	assert.Equal(t, []string{"q=1&edit=1", "q=1&start=3&edit=2"}, f.queries())
	for i, r := range f.sent {
		assert.Equal(t, []string{"0", fmt.Sprint(i + 1)}, r.Header["X-Edit"])
	}
}

// untouched are elements that any decoding and encoding would change: white space, the forms
// of numbers, members that occur twice, escapes, and text that is no UTF-8.
var untouched = []string{
	"{ \"id\" : 1 ,\n\t\"id\": 1.0 }", `{"n":1e3,"big":12345678901234567890,"neg":-0.0}`, `{"z":1,"a":"\u00e4\/ä"}`,
	"{\"text\":\"caf\xe9\"}", `"text"`, `[ 1, 2 ]`, `7`, `{}`, `{"id":"1"}`,
}

// Raw elements are the bytes that came, with the name of their array, in their order.
func TestRawList(t *testing.T) {
	op := listOp(&Paging{Style: "cursor", Param: "token", Next: "next", Items: []string{"new", "x.old"}})
	pages := []string{
		`{"x":{"old":[` + strings.Join(untouched, " ,\n") + ` ]},"new":[],"next":"b"}`,
		`{"new":[ ` + strings.Join(untouched, ",") + `], "x":{"old":[{"id":9}]}}`,
	}
	for how, wrap := range map[string]func(io.Reader) io.Reader{"at once": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader} {
		var answers []answer
		for _, p := range pages {
			answers = append(answers, streams(200, func() io.Reader { return wrap(strings.NewReader(p)) }))
		}
		f := newFake(t, answers)
		got, err := collect(RawList(t.Context(), f.Pipeline, request(op, "q=1"), nil))
		require.NoError(t, err, how)
		assert.Equal(t, []string{"q=1", "q=1&token=b"}, f.queries())
		var want, have []string
		for _, array := range []string{"x.old", "new"} {
			for _, s := range untouched {
				want = append(want, array+" "+s)
			}
		}
		for _, e := range got {
			have = append(have, e.Array+" "+string(e.JSON))
		}
		assert.Equal(t, append(want, `x.old {"id":9}`), have, "%s; kept after the next page too", how)
		assert.Empty(t, f.told(), "what is not decoded does not misfit")
	}
}

// A reply that is the array has no name for it; what breaks is seen there too.
func TestRawListOfABareArray(t *testing.T) {
	op := listOp(&Paging{Style: "single", Items: []string{""}})
	f := newFake(t, []answer{says(200, " [{ \"id\":1}\t, 2]\n")})
	got, err := collect(RawList(t.Context(), f.Pipeline, request(op, ""), nil))
	require.NoError(t, err)
	assert.Equal(t, []client.RawElement{{JSON: []byte(`{ "id":1}`)}, {JSON: []byte(`2`)}}, got)

	f = newFake(t, []answer{says(200, `[{"id":1},{"id":tru}]`)})
	got, err = collect(RawList(t.Context(), f.Pipeline, request(op, ""), nil))
	var de *client.DecodeError
	require.ErrorAs(t, err, &de)
	assert.Equal(t, []client.RawElement{{JSON: []byte(`{"id":1}`)}}, got)
}

// A last * is every array of an object, and nothing that is no array.
func TestListOfAnyArray(t *testing.T) {
	op := listOp(&Paging{Style: "single", Items: []string{"data.*"}})
	const reply = `{"data":{"total":3,"kind":"x","group":[{"id":1},{"id":2}],"owner":[{"id":3}]},"other":[{"id":9}]}`
	f := newFake(t, []answer{says(200, reply)})
	events, err := collect(List(t.Context(), f.Pipeline, request(op, ""), nil, Of[event]("data.*")))
	require.NoError(t, err)
	assert.Equal(t, "1 2 3", ids(events))
	assert.Empty(t, f.told())
}

// Raw elements name the very array, and not the pattern that it matched.
func TestRawListOfAnyArray(t *testing.T) {
	op := listOp(&Paging{Style: "single", Items: []string{"data.*"}})
	f := newFake(t, []answer{says(200, `{"data":{"group":[ { "id":1} ],"owner":{"id": 2}}}`)})
	got, err := collect(RawList(t.Context(), f.Pipeline, request(op, ""), nil))
	require.NoError(t, err)
	assert.Equal(t, []client.RawElement{{Array: "data.group", JSON: []byte(`{ "id":1}`)}, {Array: "data.owner", JSON: []byte(`{"id": 2}`)}}, got)
	assert.Equal(t, []string{"/data/owner array<object"}, f.told())
}
