package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// walkOp is a list that can be walked by key.
var walkOp = &Operation{ID: "listRows", Method: "GET", Path: "/rows", Status: []int{200}, Idempotent: true,
	Paging: &Paging{Style: "offset", Param: "start", Size: "limit", More: "next", Total: "count", Items: []string{"data"}},
	Keyset: &Keyset{Key: "id", Filter: "where", After: "id > {key}", Both: "({filter}) and ({after})", Order: "sort", Ascending: "id asc", Since: "changed from {from} to {to}"}}

// asked are the conditions and orders of what was sent.
func asked(f *fake) (all []string) {
	for _, r := range f.sent {
		all = append(all, r.URL.Query().Get("where")+"|"+r.URL.Query().Get("sort"))
	}
	return all
}

// A walk asks behind the last key until a page is empty, inside the caller's own condition.
func TestWalk(t *testing.T) {
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"", []string{"|id asc", "id > 8|id asc", "id > 9|id asc"}},
		{"where=a&sort=x", []string{"a|id asc", "(a) and (id > 8)|id asc", "(a) and (id > 9)|id asc"}},
	} {
		f := newFake(t, []answer{says(200, `{"data":[{"id":3},{"id":8}]}`), says(200, `{"data":[{"id":9}]}`), says(200, `{"data":[]}`)})
		got, err := collect(Walk(t.Context(), f.Pipeline, request(walkOp, c.query), nil, data))
		require.NoError(t, err)
		assert.Equal(t, "3 8 9", ids(got))
		assert.Equal(t, c.want, asked(f))
	}
}

// The first key may be 0 or negative; a page that does not ascend above the last one, or whose
// elements have no key, is an error, and what was below is not handed out.
func TestWalkAscends(t *testing.T) {
	for _, c := range []struct {
		name    string
		replies []answer
		want    string
		fails   string
	}{
		{"negative keys", []answer{says(200, `{"data":[{"id":-3},{"id":0}]}`), says(200, `{"data":[]}`)}, "-3 0", ""},
		{"the same page again", []answer{says(200, `{"data":[{"id":3},{"id":8}]}`)}, "3 8", "does not ascend"},
		{"a key twice", []answer{says(200, `{"data":[{"id":3},{"id":3}]}`)}, "3", "does not ascend"},
		{"a smaller key", []answer{says(200, `{"data":[{"id":3},{"id":2}]}`)}, "3", "does not ascend"},
		{"nothing but null", []answer{says(200, `{"data":[{"id":3}]}`), says(200, `{"data":[null]}`)}, "3", "does not ascend"},
		{"null beside a row", []answer{says(200, `{"data":[null,{"id":3}]}`), says(200, `{"data":[]}`)}, "3", ""},
		{"an empty page that states more", []answer{says(200, `{"data":[{"id":3}]}`), says(200, `{"data":[],"count":700}`)}, "3", "an empty page that states more"},
		{"an empty page with a next one", []answer{says(200, `{"data":[{"id":3}]}`), says(200, `{"data":[],"next":"https://api.example.com/v1/rows?start=1"}`)}, "3", "an empty page that states more"},
		{"an empty page that states none", []answer{says(200, `{"data":[{"id":3}],"count":1}`), says(200, `{"data":[],"count":0,"next":null}`)}, "3", ""},
		{"a failure", []answer{says(200, `{"data":[{"id":3}]}`), says(500, ``)}, "3", "500"},
	} {
		got, err := collect(Walk(t.Context(), newFake(t, c.replies).Pipeline, request(walkOp, ""), nil, data))
		assert.Equal(t, c.want, ids(got), c.name)
		if c.fails == "" {
			assert.NoError(t, err, c.name)
			continue
		}
		assert.ErrorContains(t, err, c.fails, c.name)
	}
}

// A caller that breaks ends the walk without another request.
func TestWalkBreaks(t *testing.T) {
	f := newFake(t, []answer{says(200, `{"data":[{"id":3},{"id":8}]}`)})
	for e, err := range Walk(t.Context(), f.Pipeline, request(walkOp, ""), nil, data) {
		require.NoError(t, err)
		require.Equal(t, int64(3), e.ID)
		break
	}
	assert.Len(t, f.sent, 1)
}

// The key of an element is an integer member of its struct, by the name on the wire.
func TestKeyOf(t *testing.T) {
	type inner struct {
		Name string `json:"name"`
		ID   *int64 `json:"id"`
	}
	seven := int64(7)
	whole := &inner{ID: &seven}
	for _, c := range []struct {
		v    any
		name string
		want int64
		ok   bool
	}{
		{&inner{ID: &seven}, "id", 7, true}, {&whole, "id", 7, true}, {&inner{}, "id", 0, false}, {&inner{}, "name", 0, false},
		{&inner{ID: &seven}, "ID", 0, false}, {new(string), "id", 0, false}, {new(*inner), "id", 0, false},
	} {
		got, ok := keyOf(c.v, c.name)
		assert.Equal(t, c.ok, ok, "%#v", c.v)
		assert.Equal(t, c.want, got, "%#v", c.v)
	}
}

// Sync lists what was deleted since the round before, so that what was created again afterwards
// is not taken for deleted, then walks what changed; its checkpoint moves on once both were
// handed out.
func TestSync(t *testing.T) {
	now := noon
	deletedOp := &Operation{ID: "listDeleted", Method: "GET", Path: "/rows/deleted", Status: []int{200}, Idempotent: true, Paging: &Paging{Style: "single", Items: []string{"data"}}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f := newFake(t, []answer{func(r *http.Request) (*http.Response, error) {
		switch {
		case r.URL.Path == "/v1/rows/deleted":
			return says(200, `{"data":[{"id":1}]}`)(r)
		case r.URL.Query().Get("where") == "changed from 2026-01-10T11:00:00Z to 2026-01-10T11:59:00Z":
			return says(200, `{"data":[{"id":3}]}`)(r)
		}
		return says(200, `{"data":[]}`)(r)
	}}, client.Clock(func() time.Time { return now }), client.Poll(time.Hour), client.Sleep(func(ctx context.Context, d time.Duration) error {
		if now = now.Add(d); now.After(noon.Add(90 * time.Minute)) {
			cancel()
		}
		return ctx.Err()
	}))
	var got []string
	var last error
	for e, err := range Sync(ctx, f.Pipeline, request(walkOp, ""), nil, noon.Add(-time.Hour), request(deletedOp, ""), "since", data) {
		at := e.Checkpoint.Format(" 15:04")
		switch last = err; {
		case err != nil:
		case e.Event != nil:
			got = append(got, ids([]event{*e.Event})+at)
		case e.Deleted != nil:
			got = append(got, string(e.Deleted)+at)
		default:
			got = append(got, "mark"+at)
		}
	}
	require.ErrorIs(t, last, context.Canceled)
	assert.Equal(t, []string{`{"id":1} 11:00`, "3 11:00", "mark 11:59", `{"id":1} 11:59`, "mark 12:59"}, got)
	var since []string
	for _, r := range f.sent {
		if s := r.URL.Query().Get("since"); s != "" {
			since = append(since, s)
		}
	}
	assert.Equal(t, []string{"2026-01-10T11:00:00Z", "2026-01-10T11:59:00Z"}, since, "what was deleted since the round before")
	assert.Equal(t, "(changed from 2026-01-10T11:00:00Z to 2026-01-10T11:59:00Z) and (id > 3)", f.sent[2].URL.Query().Get("where"))
}

// table answers a walk with keys up to 9, two a page, and fails as fail says; n counts requests.
func table(n *int, fail func(n int) answer) answer {
	return func(r *http.Request) (*http.Response, error) {
		*n++
		if failure := fail(*n); failure != nil {
			return failure(r)
		}
		_, after, _ := strings.Cut(strings.TrimRight(r.URL.Query().Get("where"), ")"), "id > ")
		last, _ := strconv.Atoi(after)
		var rows []string
		for id := last + 1; id <= 9 && len(rows) < 2; id++ {
			rows = append(rows, fmt.Sprintf(`{"id":%d}`, id))
		}
		return says(200, `{"data":[`+strings.Join(rows, ",")+`]}`)(r)
	}
}

// A round that fails continues behind the last key, with the same end, however often that is:
// each row comes once, failures that lie apart are not counted together, and nothing is a gap.
func TestSyncContinues(t *testing.T) {
	for name, fail := range map[string]func(n int) answer{
		"500 three times at the begin": func(n int) answer {
			if n <= 3 {
				return says(500, "")
			}
			return nil
		},
		"500 for two hours": func(n int) answer {
			if n > 2 && n < 40 {
				return says(500, "")
			}
			return nil
		},
		"every other request is one too many": func(n int) answer {
			if n%2 == 0 {
				return says(429, "")
			}
			return nil
		},
		"a reply that is cut": func(n int) answer {
			if n%2 == 0 {
				return breaksOff(`{"data":[`)
			}
			return nil
		},
	} {
		now, n := noon, 0
		f := newFake(t, []answer{table(&n, fail)}, client.Attempts(1), client.Clock(func() time.Time { return now }),
			client.Sleep(func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() }),
			client.OnGap(func(g client.Gap) bool { assert.Fail(t, "no gap", "%s: %v", name, g); return true }))
		var rows []event
		for e, err := range Sync(t.Context(), f.Pipeline, request(walkOp, ""), nil, noon.Add(-time.Hour), nil, "", data) {
			require.NoError(t, err, name)
			if e.Event == nil {
				assert.Equal(t, noon.Add(-time.Minute), e.Checkpoint, "the end of the round as it began, %s", name)
				break
			}
			rows = append(rows, *e.Event)
		}
		assert.Equal(t, "1 2 3 4 5 6 7 8 9", ids(rows), name)
		for _, r := range f.sent {
			assert.Contains(t, r.URL.Query().Get("where"), "changed from 2026-01-10T11:00:00Z to 2026-01-10T11:59:00Z", "the range of the round, %s", name)
		}
	}
}

// What a list refuses or cannot say for an hour ends the feed with that error; it is no gap that
// could be passed, because it is everything.
func TestSyncRefused(t *testing.T) {
	for name, failure := range map[string]answer{"400": says(400, ""), "no list": says(200, `{"data":5}`)} {
		now, n := noon, 0
		f := newFake(t, []answer{table(&n, func(int) answer { return failure })}, client.Attempts(1), client.Clock(func() time.Time { return now }),
			client.Sleep(func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() }),
			client.OnGap(func(client.Gap) bool { return true }))
		var last error
		for e, err := range Sync(t.Context(), f.Pipeline, request(walkOp, ""), nil, noon.Add(-time.Hour), nil, "", data) {
			assert.Nil(t, e.Gap, name)
			last = err
		}
		require.Error(t, last, name)
		assert.NotErrorIs(t, last, client.ErrGap, name)
		assert.GreaterOrEqual(t, now.Sub(noon), time.Hour, "how long it tried, %s", name)
		assert.Less(t, n, 40, "requests, %s", name)
	}
}

// What both lists can be asked for in the same words goes to both. A list of what was deleted
// that counts more than it holds is told.
func TestSyncDeleted(t *testing.T) {
	deletedOp := &Operation{ID: "listDeleted", Method: "GET", Path: "/rows/deleted", Status: []int{200}, Idempotent: true, Paging: &Paging{Style: "single", Items: []string{"data"}, Total: "count"}}
	op := *walkOp
	keyset := *op.Keyset
	op.Keyset, keyset.Deleted = &keyset, []string{"owner", "other"}
	for reply, told := range map[string][]string{
		`{"data":[{"id":1}],"count":1}`: nil, `{"data":[{"id":1}]}`: nil, `{"data":[],"count":0}`: nil,
		`{"data":[{"id":1}],"count":2}`: {"/count all that is counted<a part of it!"},
	} {
		f := newFake(t, []answer{says(200, reply), says(200, `{"data":[]}`)})
		for e, err := range Sync(t.Context(), f.Pipeline, request(&op, "owner=a%20b&where=x"), nil, noon.Add(-time.Hour), request(deletedOp, ""), "since", data) {
			require.NoError(t, err, reply)
			if e.Deleted == nil {
				break
			}
		}
		assert.Equal(t, "owner=a+b&since=2026-01-10T11%3A00%3A00Z", strings.ReplaceAll(f.queries()[0], "%20", "+"), "what was deleted, %s", reply)
		assert.Equal(t, told, f.told(), reply)
	}
}

// A failure of what was deleted is one of the round: it comes again. A caller that breaks at
// what was deleted or at an element gets nothing more.
func TestSyncAgain(t *testing.T) {
	deletedOp := &Operation{ID: "listDeleted", Method: "GET", Path: "/rows/deleted", Status: []int{200}, Idempotent: true, Paging: &Paging{Style: "single", Items: []string{"data"}}}
	for stop, want := range map[string][]string{
		"deleted": {"/v1/rows/deleted", "/v1/rows/deleted"},
		"event":   {"/v1/rows/deleted", "/v1/rows/deleted", "/v1/rows"},
	} {
		rounds := 0
		f := newFake(t, []answer{func(r *http.Request) (*http.Response, error) {
			if r.URL.Path != "/v1/rows/deleted" {
				return says(200, `{"data":[{"id":3},{"id":4}]}`)(r)
			}
			if rounds++; rounds == 1 {
				return nil, errors.New("lost")
			}
			return says(200, `{"data":[{"id":1},{"id":2}]}`)(r)
		}}, client.Attempts(1))
		for e, err := range Sync(t.Context(), f.Pipeline, request(walkOp, ""), nil, noon.Add(-time.Hour), request(deletedOp, ""), "since", data) {
			require.NoError(t, err, stop)
			if stop == "deleted" || e.Event != nil {
				break
			}
		}
		var got []string
		for _, r := range f.sent {
			got = append(got, r.URL.Path)
		}
		assert.Equal(t, want, got, stop)
	}
}

// A second range begins again where the first one did.
func TestSyncTwice(t *testing.T) {
	f := newFake(t, []answer{says(200, `{"data":[{"id":3}]}`)})
	feed := Sync(t.Context(), f.Pipeline, request(walkOp, ""), nil, noon.Add(-time.Hour), nil, "", data)
	for i := range 2 {
		var got []string
		for e, err := range feed {
			require.NoError(t, err)
			got = append(got, ids([]event{*e.Event}))
			break
		}
		assert.Equal(t, []string{"3"}, got, "range %d", i+1)
	}
}
