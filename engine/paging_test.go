package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

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
	op := listOp(&Paging{Style: "offset", Param: "start", Default: 3})
	f := newFake(t, []answer{served("start", 8, 3)})
	list := List(t.Context(), f.Pipeline, request(op, "q=a%20b"), nil, data)
	for range 2 {
		f.sent = nil
		events, err := collect(list)
		if ids(events) != "0 1 2 3 4 5 6 7" || err != nil || !slices.Equal(f.queries(), []string{"q=a%20b", "q=a%20b&start=3", "q=a%20b&start=6"}) {
			t.Errorf("%s, %v, %q", ids(events), err, f.queries())
		}
	}
}

// break ends the requests, wherever in a page it comes.
func TestListBreaks(t *testing.T) {
	op := listOp(&Paging{Style: "offset", Param: "start", Default: 3})
	for stop, pages := range map[int]int{1: 1, 2: 1, 3: 1, 4: 2, 6: 2, 7: 3} {
		f, seen := newFake(t, []answer{served("start", 8, 3)}), 0
		for range List(t.Context(), f.Pipeline, request(op, ""), nil, data) {
			if seen++; seen == stop {
				break
			}
		}
		if len(f.sent) != pages {
			t.Errorf("%d requests for %d elements", len(f.sent), stop)
		}
	}
}

// A list goes on where a caller left it.
func TestListResumes(t *testing.T) {
	op := listOp(&Paging{Style: "cursor", Param: "token", Next: "next"})
	f := newFake(t, []answer{says(200, `{"data":[{"id":3}],"next":"c"}`), says(200, `{"data":[{"id":4}]}`)})
	events, err := collect(List(t.Context(), f.Pipeline, request(op, "token=b&from=1"), nil, data))
	if ids(events) != "3 4" || err != nil || !slices.Equal(f.queries(), []string{"token=b&from=1", "from=1&token=c"}) {
		t.Errorf("%s, %v, %q", ids(events), err, f.queries())
	}
}

// Services that insist on start and size get them with each request; the caller's own win.
func TestListAlways(t *testing.T) {
	op := listOp(&Paging{Style: "page", Param: "page", Size: "count", Default: 2, First: 1, Always: true})
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
		err := f.pages(t.Context(), request(c.op, c.query), nil, op.Paging, []array{data.array}, func(int, any) bool { return true }, nil)
		if err != nil || !slices.Equal(f.queries(), c.want) {
			t.Errorf("%q: %v, %q; want %q", c.query, err, f.queries(), c.want)
		}
		// One page of the same list is asked for alike.
		f = newFake(t, []answer{full})
		if _, err := f.Send(t.Context(), request(c.op, c.query), nil); err != nil || f.queries()[0] != c.want[0] {
			t.Errorf("%q, one page: %v, %q; want %q", c.query, err, f.queries(), c.want[0])
		}
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
			if !errors.Is(err, client.ErrCursor) || !errors.As(err, &de) || de.Operation != "listEvents" || len(f.sent) != 2 {
				t.Errorf("%s: %s, sent %d: %v", style, ids(events), len(f.sent), err)
			}
		}
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
				if e != (event{}) || c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("%s: %v with %v", name, err, e)
				}
				got = append(got, "error")
				continue
			}
			got = append(got, fmt.Sprint(e.ID))
		}
		if !slices.Equal(got, []string{"1", "2", "error"}) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A cancelled context ends a list between two pages.
func TestListCancelled(t *testing.T) {
	op := listOp(&Paging{Style: "offset", Param: "start", Default: 3})
	f := newFake(t, []answer{served("start", 99, 3)})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	inner := f.http.Transport
	f.http.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
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
	if !errors.Is(last, context.Canceled) || len(f.sent) != 1 || n != 4 {
		t.Errorf("sent %d, yielded %d: %v", len(f.sent), n, last)
	}
}
