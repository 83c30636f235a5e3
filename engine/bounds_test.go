package engine

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Work is linear in what came: nesting is no way to make a small reply expensive.
func TestNestingIsCheap(t *testing.T) {
	type tags struct {
		IPs []string `json:"ips"`
		N   *int64   `json:"n"`
		T   text     `json:"t"`
	}
	for _, open := range []string{`[`, `{"a":`, `[{"ips":`} {
		shut := map[string]string{`[`: `]`, `{"a":`: `}`, `[{"ips":`: `}]`}[open]
		for _, member := range []string{"ips", "n", "t"} {
			for _, depth := range []int{1, 4, 5, 8000 / strings.Count(open, "")} {
				body := `{"` + member + `":` + strings.Repeat(open, depth) + `1` + strings.Repeat(shut, depth) + `}`
				start := time.Now()
				f := newFake(t, nil)
				_, _ = f.unmarshal(&Operation{}, "", []byte(body), new(tags))
				assert.Less(t, time.Since(start), time.Second, "%s %d deep in %s", open, depth, member)
			}
		}
	}
}

// The context ends a list between two elements, also if all of the page is here.
func TestContextEndsAPage(t *testing.T) {
	for _, reply := range []string{`{"data":[{"id":1},{"id":2},{"id":3}]}`, `{"data":[{"id":"1"},{"id":2},{"id":3}]}`} {
		f := newFake(t, []answer{says(200, reply)})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var got []int64
		var last error
		for e, err := range List(ctx, f.Pipeline, request(listOp(single), ""), nil, data) {
			if last = err; err == nil {
				got = append(got, e.ID)
			}
			cancel()
		}
		assert.Equal(t, []int64{1}, got)
		var te *client.TransportError
		require.ErrorAs(t, last, &te)
		assert.ErrorIs(t, last, context.Canceled)
		assert.Equal(t, 200, te.StatusCode)
	}
}

// Members that nobody asked for are passed over and not kept, however large they are.
func TestUnknownMembersAreNotKept(t *testing.T) {
	const each, n = 64 << 10, 1000 // 64 MB
	body := func() io.Reader {
		return io.MultiReader(strings.NewReader(`{"x":0`), &repeat{text: `,"other":{"a":["` + strings.Repeat("x", each) + `"]}`, left: n}, strings.NewReader(`,"data":[{"id":1}]}`))
	}
	f := newFake(t, []answer{streams(200, body)})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for _, err := range List(t.Context(), f.Pipeline, request(listOp(single), ""), nil, data) {
		require.NoError(t, err)
		runtime.GC()
		runtime.ReadMemStats(&after)
	}
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(4<<20), "bytes that are held")
	assert.Less(t, int64(after.TotalAlloc)-int64(before.TotalAlloc), int64(32<<20), "bytes that were allocated for 64 MB that nobody reads")
}

// One element has a limit of its own, wherever it stands.
func TestElementLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("65 MB, three times")
	}
	large := func(before string) func() io.Reader {
		return func() io.Reader {
			return io.MultiReader(strings.NewReader(`{"data":[`+before+`{"text":"`), &repeat{text: strings.Repeat("x", 1<<20), left: elementLimit>>20 + 1}, strings.NewReader(`"}]}`))
		}
	}
	for name, before := range map[string]string{"first": "", "second": `{"id":1},`, "behind a misfit": `{"id":"1"},`} {
		f := newFake(t, []answer{streams(200, large(before))})
		_, err := stream(t, f, listOp(single), data)
		require.ErrorIs(t, err, client.ErrTooLarge, name)
		assert.Len(t, f.sent, 1, name)
	}
}

// The body of a refusal is read for not much longer than the time-out, however it drips.
func TestRefusalDrips(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		b := readFor(&paused{iotest.OneByteReader(strings.NewReader(strings.Repeat("x", 1000))), t.Context(), limit / 2}, limit)
		assert.Len(t, b, 2)
		assert.Equal(t, limit, time.Since(start))
		b = readFor(&paused{iotest.OneByteReader(strings.NewReader("abc")), t.Context(), limit}, 0)
		assert.Equal(t, "abc", string(b), "0 is no limit")
	})
}

// A pause never overflows: it would be none, or negative.
func TestPauseDoesNotOverflow(t *testing.T) {
	f := newFake(t, nil, client.Backoff(time.Second, math.MaxInt64))
	last := time.Duration(0)
	for _, n := range []int{1, 34, 35, 36, 64, 100, math.MaxInt32} {
		d := f.pause(n)
		assert.Positive(t, d, n)
		assert.Greater(t, d, last/3, n)
		last = d
	}
}

// A null element is skipped and has its place: the next page begins behind it.
func TestNullElementsHaveTheirPlace(t *testing.T) {
	f := newFake(t, []answer{says(200, `{"data":[null,{"id":1},null]}`), says(200, `{"data":[{"id":2}]}`), says(200, `{"data":[]}`)})
	events, err := stream(t, f, listOp(&Paging{Style: "offset", Param: "start"}), data)
	require.NoError(t, err)
	assert.Equal(t, "1 2", ids(events))
	assert.Equal(t, []string{"", "start=3", "start=4"}, f.queries())
	assert.Equal(t, []string{"/data/* element<null", "/data/* element<null"}, f.told())
}

// A page of nothing but null is no error: its elements have been there.
func TestPageOfNulls(t *testing.T) {
	f := newFake(t, []answer{says(200, `{"data":[null,null]}`)})
	events, err := stream(t, f, listOp(single), data)
	require.NoError(t, err)
	assert.Empty(t, events)
	assert.Len(t, f.told(), 2)
}

// How many elements are remembered is bounded; a list that goes on behind them still ends.
func TestRememberedElementsAreBounded(t *testing.T) {
	f := newFake(t, nil)
	w := newPageReader(f.Pipeline, declared(listOp(single)), []array{data.array}, nil, true)
	for i := range seenLimit + 10 {
		w.add(new(event), fmt.Appendf(nil, `{"id":%d}`, i))
	}
	assert.Len(t, w.known, seenLimit)
	w.page.repeats = 0
	w.add(new(event), []byte(`{"id":7}`))
	assert.Equal(t, int64(1), w.page.repeats, "what came first is known")
}

// An editor may not lead a request elsewhere, not by its Host either.
func TestEditorsMayNotSetHost(t *testing.T) {
	for host, passes := range map[string]bool{"": true, "api.example.com": true, "evil.example": false, "api.example.com:8443": false} {
		f := newFake(t, []answer{says(200, "{}")})
		_, err := f.Send(t.Context(), request(&Operation{ID: "x", Method: "GET", Path: "/x"}, ""), []auth.Editor{func(_ context.Context, r *http.Request) error {
			r.Host = host
			return nil
		}})
		if passes {
			require.NoError(t, err, host)
			continue
		}
		assert.ErrorIs(t, err, client.ErrUnsafe, host)
		assert.Empty(t, f.sent, host)
	}
}

// An editor that is not there is refused, and nothing is sent.
func TestNilEditorIsRefused(t *testing.T) {
	f := newFake(t, []answer{says(200, "{}")})
	_, err := f.Send(t.Context(), request(&Operation{ID: "x", Method: "GET", Path: "/x"}, ""), []auth.Editor{nil})
	var refused *client.RequestError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "an editor is nil", refused.Reason)
	assert.Empty(t, f.sent)
}

// An array that nobody reads is passed over, whatever its length: it is no element.
func TestLongArraysThatNobodyReads(t *testing.T) {
	body := func() io.Reader {
		return io.MultiReader(strings.NewReader(`{"other":[0`), &repeat{text: `,"` + strings.Repeat("x", 1<<20) + `"`, left: elementLimit>>20 + 1}, strings.NewReader(`],"data":[{"id":1}]}`))
	}
	f := newFake(t, []answer{streams(200, body)})
	events, err := stream(t, f, listOp(single), data)
	require.NoError(t, err)
	assert.Equal(t, "1", ids(events))
}
