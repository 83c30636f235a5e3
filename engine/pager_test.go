package engine

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// pageOf is a page of so many elements, with its other members as JSON: `3 {"total":9}` has
// three elements and states nine. Pages hold different elements, unless they say same3 (just
// those of other same pages) or seen3 (elements that came before).
func pageOf(t *testing.T, text string, nth int) page {
	t.Helper()
	if text == "no body" {
		return page{empty: true}
	}
	p := page{sum: uint64(nth + 1)}
	count, around, _ := strings.Cut(text, " ")
	if strings.HasPrefix(count, "same") {
		p.sum = 99
	}
	p.items, _ = strconv.ParseInt(strings.TrimPrefix(strings.TrimPrefix(count, "same"), "seen"), 10, 64)
	if strings.HasPrefix(count, "seen") { // they say what tells them apart
		p.repeats, p.identified = p.items, p.items
	}
	if around != "" {
		var values map[string]jsontext.Value
		require.NoError(t, json.Unmarshal([]byte(around), &values), text)
		for name, v := range values {
			p.members.set(name, v)
		}
	}
	return p
}

// setBy is what stands in after and not in before.
func setBy(before, after []parameter) (set []string) {
	for _, p := range after {
		if !slices.Contains(before, p) {
			set = append(set, p.text)
		}
	}
	return set
}

// Each row is a list: what the caller asks for first, what each page holds (see pageOf), and
// what must be asked for each of them: "() (start=3) end" is a request without a cursor, one
// that starts at 3, and the end. It ends after the last page, by itself or with an error;
// "told total" is a mismatch of that member.
func TestPager(t *testing.T) {
	var (
		cursor  = Paging{Style: "cursor", Param: "token", Next: "next"}
		offset  = Paging{Style: "offset", Param: "start", Size: "limit", Default: 3, Short: true}
		unsized = Paging{Style: "offset", Param: "start"}
		total   = Paging{Style: "offset", Param: "start", Size: "limit", Default: 3, Total: "total"}
		fromOne = Paging{Style: "offset", Param: "start", Size: "limit", Default: 3, First: 1, Total: "total"}
		more    = Paging{Style: "offset", Param: "start", Size: "limit", Default: 3, More: "more"}
		both    = Paging{Style: "offset", Param: "start", Size: "limit", Default: 3, More: "more", Total: "total"}
		toEmpty = Paging{Style: "offset", Param: "start", Size: "limit", Default: 3}
		number  = Paging{Style: "page", Param: "page", Size: "size", Default: 3, First: 1, Short: true}
		zero    = Paging{Style: "page", Param: "page", Size: "size", Default: 3, Short: true}
		counted = Paging{Style: "page", Param: "page", Size: "size", Default: 3, First: 1, Total: "total"}
	)
	for _, c := range []struct {
		name   string
		paging Paging
		query  string // of the caller
		pages  []string
		want   string // the requests, then how it ended
	}{
		{"single", Paging{Style: "single"}, "", []string{`3 {"next":"a","total":9}`}, "() end"},

		{"cursor", cursor, "", []string{`1 {"next":"a"}`, `1 {"next":"b"}`, `1 {}`}, "() (token=a) (token=b) end"},
		{"cursor ends with null", cursor, "", []string{`1 {"next":"a"}`, `1 {"next":null}`}, "() (token=a) end"},
		{"cursor ends with empty text", cursor, "", []string{`1 {"next":""}`}, "() end"},
		{"cursor ends with false", cursor, "", []string{`1 {"next":false}`}, "() end"},
		{"cursor is a number", cursor, "", []string{`1 {"next":12345678901234567}`, `1`}, "() (token=12345678901234567) end"},
		{"cursor goes on after an empty page", cursor, "", []string{`0 {"next":"a"}`, `1`}, "() (token=a) end"},
		{"cursor, no body", cursor, "", []string{`1 {"next":"a"}`, "no body"}, "() (token=a) end"},
		{"cursor of the caller", cursor, "token=x", []string{`1 {"next":"a"}`, `1`}, "() (token=a) end"},
		{"cursor is kept as it came", cursor, "", []string{`1 {"next":" b "}`, `1`}, "() (token=+b+) end"},
		{"cursor is an object", cursor, "", []string{`1 {"next":{"id":"b"}}`}, "() a JSON object where a cursor belongs"},
		{"cursor is a list", cursor, "", []string{`1 {"next":["b"]}`}, "() a JSON array where a cursor belongs"},
		{"cursor is true", cursor, "", []string{`1 {"next":true}`}, "() a JSON true where a cursor belongs"},
		{"cursor repeats", cursor, "", []string{`1 {"next":"a"}`, `1 {"next":"a"}`}, "() (token=a) " + client.ErrCursor.Error()},
		{"cursor goes in circles", cursor, "", []string{`1 {"next":"a"}`, `1 {"next":"b"}`, `1 {"next":"a"}`}, "() (token=a) (token=b) " + client.ErrCursor.Error()},
		{"cursor comes back to the caller's", cursor, "token=x", []string{`1 {"next":"a"}`, `1 {"next":"x"}`}, "() (token=a) " + client.ErrCursor.Error()},

		{"offset ends with a short page", offset, "", []string{"3", "3", "2"}, "() (start=3) (start=6) end"},
		{"offset ends with an empty page", offset, "", []string{"3", "3", "0"}, "() (start=3) (start=6) end"},
		{"offset, nothing", offset, "", []string{"0"}, "() end"},
		{"offset, no body", offset, "", []string{"3", "no body"}, "() (start=3) end"},
		{"offset, the caller's size", offset, "limit=5", []string{"5", "4"}, "() (start=5) end"},
		{"offset, the caller's start", offset, "start=10", []string{"3", "1"}, "() (start=13) end"},
		{"offset, unreadable size", offset, "limit=all&start=x", []string{"3", "1"}, "() (start=3) end"},
		{"offset, size 0", offset, "limit=0", []string{"3", "1"}, "() (start=3) end"},
		{"offset, larger pages than asked for", offset, "", []string{"4", "2"}, "() (start=4) end"},
		{"offset without a size ends empty", unsized, "", []string{"3", "1", "0"}, "() (start=3) (start=4) end"},
		{"offset repeats a page", offset, "", []string{"same3", "same3"}, "() (start=3) " + client.ErrCursor.Error()},
		{"offset repeats a later page", offset, "", []string{"3", "same3", "same3"}, "() (start=3) (start=6) " + client.ErrCursor.Error()},
		{"offset ends with a page like the one before", total, "", []string{`same3 {"total":6}`, "same3"}, "() (start=3) " + client.ErrCursor.Error()},
		{"offset repeats a page before the last one", total, "", []string{`seen3 {"total":6}`, "seen3"}, "() (start=3) " + client.ErrCursor.Error()},
		{"offset ends with a short page of elements that came before", total, "", []string{`3 {"total":5}`, "seen2"}, "() (start=3) " + client.ErrCursor.Error()},
		{"offset and short pages, where nobody says that they end", toEmpty, "", []string{"3", "1", "0"}, "() (start=3) (start=4) end"},
		{"offset until empty", toEmpty, "", []string{"2", "1", "0"}, "() (start=2) (start=3) end"},

		{"total", total, "", []string{`3 {"total":5}`, `2 {"total":5}`}, "() (start=3) end"},
		{"total on the first page only", total, "", []string{`3 {"total":7}`, "3", "1"}, "() (start=3) (start=6) end"},
		{"total and full pages", total, "", []string{`3 {"total":6}`, "3"}, "() (start=3) end"},
		{"total and short pages", total, "", []string{`1 {"total":3}`, "1", "1"}, "() (start=1) (start=2) end"},
		{"total is text", total, "", []string{`3 {"total":"4"}`, "1"}, "() (start=3) end"},
		{"total counts from the start", total, "start=3", []string{`3 {"total":7}`, "1"}, "() (start=6) end"},
		{"total counts from the first offset", fromOne, "start=4", []string{`3 {"total":7}`, "1"}, "() (start=7) end"},
		{"total is stated by an empty page after a smaller one", total, "", []string{`3 {"total":9}`, `3 {"total":0}`, `0 {"total":9}`}, "() (start=3) (start=6) an empty page that states more, told total"},
		{"total is smaller than the first page", total, "", []string{`3 {"total":2}`, `3 {"total":2}`, `0 {"total":2}`}, "() (start=3) (start=6) end, told total"},
		{"total is 0 beside elements", total, "", []string{`3 {"total":0}`, `1`, `0`}, "() (start=3) (start=4) end, told total"},
		{"total is 0 on the empty page at the end", total, "", []string{`3 {"total":9}`, `0 {"total":0}`}, "() (start=3) end, told total"},
		{"total is before the caller's start", total, "start=10", []string{`0 {"total":5}`}, "() end"},
		{"total is 0 beside elements, and nothing says that there are more", both, "", []string{`3 {"total":0}`, "0"}, "() (start=3) end, told total"},
		{"total as a float", total, "", []string{`3 {"total":3.0}`}, "() end"},
		{"total is wrong", total, "", []string{`3 {"total":9}`, "0"}, "() (start=3) end, told total"},
		{"total is stated by an empty page", total, "", []string{`3 {"total":9}`, `0 {"total":9}`}, "() (start=3) an empty page that states more"},
		{"total becomes smaller", total, "", []string{`3 {"total":9}`, `3 {"total":0}`, "3", "0"}, "() (start=3) (start=6) (start=9) end, told total"},
		{"total becomes smaller and is reached", total, "", []string{`3 {"total":9}`, `3 {"total":6}`}, "() (start=3) end"},
		{"total with a separator", total, "", []string{`3 {"total":"1,000"}`}, "() a total that is no number of elements"},
		{"total is an object", total, "", []string{`3 {"total":{}}`}, "() a total that is no number of elements"},
		{"total is a boolean", total, "", []string{`3 {"total":true}`}, "() a total that is no number of elements"},
		{"total is negative", total, "", []string{`3 {"total":-1}`}, "() a total that is no number of elements"},
		{"total is unknown", total, "", []string{`3 {"total":null}`, "1", "0"}, "() (start=3) (start=4) end"},
		{"total 0", total, "", []string{`0 {"total":0}`}, "() end"},

		{"more", more, "", []string{`1 {"more":true}`, `3 {"more":false}`}, "() (start=1) end"},
		{"more is a URL", more, "", []string{`3 {"more":"https://evil.example/"}`, `3 {"more":null}`}, "() (start=3) end"},
		{"more is 0", more, "", []string{`3 {"more":1}`, `3 {"more":0}`}, "() (start=3) end"},
		{"more is empty", more, "", []string{`3 {"more":""}`}, "() end"},
		{"more is absent", more, "", []string{`3 {"more":"x"}`, `3 {}`}, "() (start=3) end"},
		{"more without elements", more, "", []string{`3 {"more":true}`, `0 {"more":true}`}, "() (start=3) an empty page that states more"},
		{"more is an object", more, "", []string{`3 {"more":{"href":"x"}}`}, "() a JSON object where the next page belongs"},
		{"more names a larger start", more, "", []string{`3 {"more":"https://api.example.com/x?start=7"}`, `1 {"more":null}`}, "() (start=7) end"},
		{"more names a smaller start", more, "", []string{`3 {"more":"https://api.example.com/x?start=1"}`, `1 {"more":null}`}, "() (start=3) end"},
		{"more wins over total", both, "", []string{`3 {"more":true,"total":3}`, `1 {"more":false,"total":9}`}, "() (start=3) end"},
		{"total where more is absent", both, "", []string{`3 {"total":4}`, `1`}, "() (start=3) end"},

		{"page", number, "", []string{"3", "3", "1"}, "() (page=2) (page=3) end"},
		{"page from 0", zero, "", []string{"3", "1"}, "() (page=1) end"},
		{"page of the caller", number, "page=4&size=2", []string{"2", "1"}, "() (page=5) end"},
		{"page, last one is full", number, "", []string{"3", "0"}, "() (page=2) end"},
		{"page with total", counted, "", []string{`3 {"total":6}`, "3"}, "() (page=2) end"},
		{"page of the caller with total", counted, "page=2", []string{`3 {"total":6}`}, "() end"},
		{"page repeats", number, "", []string{"same3", "same3"}, "() (page=2) " + client.ErrCursor.Error()},
	} {
		r := request(&Operation{Paging: &c.paging}, c.query)
		var log, told []string
		way := newPager(&c.paging, r, func(pointer, want, got string) { told = append(told, pointer) })
		end := "goes on"
		for i, text := range c.pages {
			before := slices.Clone(r.query)
			way.set(r)
			log = append(log, "("+strings.Join(setBy(before, r.query), "&")+")")
			goesOn, err := way.next(pageOf(t, text, i))
			if err != nil || !goesOn {
				if end = "end"; err != nil {
					end = err.Error()
				}
				assert.False(t, goesOn, "%s: goes on after %v", c.name, err)
				assert.Equal(t, len(c.pages), i+1, "%s: the page that ends the list", c.name)
				break
			}
		}
		if len(told) > 0 {
			end += ", told " + strings.Join(told, " ")
		}
		assert.Equal(t, c.want, strings.Join(append(log, end), " "), c.name)
	}
}

// sighting is an element whose document says what tells it apart.
type sighting struct {
	ID   string `json:"id"`
	Seen int    `json:"seen"`
}

func (s *sighting) IdentityKey() string { return s.ID }

// A page is known again by what tells its elements apart, whatever else of them changed; a short
// one only if each says it.
func TestPagesRepeatByIdentity(t *testing.T) {
	first := `{"data":[{"id":"a","seen":1},{"id":"b","seen":1}]}`
	for second, want := range map[string]error{
		`{"data":[{"id":"a","seen":2},{"id":"b","seen":2}]}`: client.ErrCursor,
		`{"data":[{"id":"a","seen":2},{"id":"c","seen":2}]}`: nil,
		`{"data":[{"id":"b","seen":2}]}`:                     client.ErrCursor,
		`{"data":[{"id":"","seen":2}]}`:                      nil,
	} {
		f := newFake(t, []answer{says(200, first), says(200, second), says(200, `{"data":[]}`)})
		op := listOp(&Paging{Style: "offset", Param: "start", Size: "limit", Default: 2, Always: true})
		_, err := collect(List(t.Context(), f.Pipeline, request(op, ""), nil, Of[sighting]("data")))
		assert.ErrorIs(t, err, want, second)
	}
}
