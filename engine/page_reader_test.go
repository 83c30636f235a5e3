package engine

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/threatclients/threatclients-go/client"
)

type event struct {
	ID   int64  `json:"id"`
	Text string `json:"text,omitempty"`
}

// stream reads a list of events.
func stream(t *testing.T, f *fake, op *Operation, kinds ...Kind[event]) ([]event, error) {
	t.Helper()
	return collect(List(t.Context(), f.Pipeline, request(op, ""), nil, kinds...))
}

func listOp(p *Paging) *Operation {
	return &Operation{ID: "listEvents", Method: "GET", Path: "/events", Paging: p}
}

var single = &Paging{Style: "single", Total: "total", Items: []string{"data"}}

func ids(events []event) string {
	var all []string
	for _, e := range events {
		all = append(all, fmt.Sprint(e.ID))
	}
	return strings.Join(all, " ")
}

// Where the elements stand in a reply, and what else stands there.
func TestPageReaderShapes(t *testing.T) {
	data, nested, bare := []Kind[event]{data}, []Kind[event]{Of[event]("a.b.data")}, []Kind[event]{Of[event]("")}
	several := []Kind[event]{Of[event]("new"), Of[event]("x.old")}
	for _, c := range []struct {
		name  string
		items []Kind[event]
		reply string
		want  string // ids, then the error after ": "
		told  []string
	}{
		{"a list", data, `{"data":[{"id":1},{"id":2}]}`, "1 2", nil},
		{"white space", data, " \n{ \"data\" : [ {\"id\":1} ,\r\n\t{\"id\":2} ] } \n", "1 2", nil},
		{"empty", data, `{"data":[]}`, "", nil},
		{"null beside a known member", data, `{"data":null,"total":0}`, "", []string{"/data array<null"}},
		{"null alone under its name", data, `{"data":null}`, ": none of the expected members data, found data", nil},
		{"null beside a foreign member", data, `{"data":null,"message":"down"}`, ": none of the expected members data, found data, message", nil},
		{"after others", data, `{"meta":{"data":[{"id":9}]},"n":1,"data":[{"id":1}]}`, "1", nil},
		{"before others", data, `{"data":[{"id":1}],"meta":{"total":1}}`, "1", nil},
		{"without its member", data, `{"total":0}`, ": none of the expected members data, found total", nil},
		{"under another case", data, `{"Data":[{"id":1}]}`, ": a member data in other letters", nil},
		{"one level deeper", data, `{"result":{"data":[{"id":1}]}}`, ": none of the expected members data, found result", nil},
		{"what gateways say", data, `{"message":"Endpoint request timed out"}`, ": none of the expected members data, found message", nil},
		{"names that are data", data, `{"alice@corp.example":1,"b":2}`, ": none of the expected members data, found b", nil},
		{"twice", data, `{"data":[{"id":1}],"data":[{"id":2}]}`, "1 2", nil},
		{"null elements", data, `{"data":[null,{"id":1}]}`, "1", []string{"/data/* element<null"}},
		{"nested", nested, `{"data":[{"id":9}],"a":{"x":1,"b":{"data":[{"id":1}],"y":[]}}}`, "1", nil},
		{"nested nowhere", nested, `{"a":{"b":null}}`, ": none of the expected members a.b.data, found a", nil},
		{"bare", bare, `[{"id":1},{"id":2}]`, "1 2", nil},
		{"several", several, `{"x":{"old":[{"id":1}]},"new":[{"id":2}]}`, "1 2", nil},

		// What vendors do instead.
		{"the array without its object", data, `[{"id":1},{"id":2}]`, "1 2", []string{" object<array"}},
		{"the same, nested", nested, `[{"id":1}]`, "1", []string{" object<array"}},
		{"the same, with a misfit", data, `[{"id":1},{"id":"2"},{"id":3}]`, "1 2 3", []string{" object<array", "/*/id int64<string"}},
		{"the same, nested with a misfit", nested, `[{"id":"1"}]`, "1", []string{" object<array", "/*/id int64<string"}},
		{"an element without its array", data, `{"data":{"id":1},"total":1}`, "1", []string{"/data array<object"}},
		{"the same, with a misfit", data, `{"data":{"id":"1"}}`, "1", []string{"/data array<object", "/data/*/id int64<string"}},
		{"text instead of the array", data, `{"data":"none"}`, ": a JSON string where a list belongs", nil},
		{"a number instead of the array", nested, `{"a":{"b":{"data":7}}}`, ": a JSON number where a list belongs", nil},
		{"empty text instead of the array", data, `{"data":""}`, ": a JSON string where a list belongs", nil},
		{"elements under numbers", data, `{"data":{"0":{"id":1},"2":{"id":2}}}`, "1 2", []string{"/data array<object"}},
		{"an empty object for the array", data, `{"data":{}}`, "", []string{"/data array<object"}},
		{"the array inside an object", data, `{"data":{"event":[{"id":1},{"id":2}]}}`, "1 2", []string{"/data array<object"}},
		{"an object of somebody else for the array", data, `{"data":{"error":"down","n":1}}`, ": a JSON object where a list belongs", nil},

		// What is no list is no empty list.
		{"nothing", data, ``, ": empty body", nil},
		{"white space only", data, " \n", ": empty body", nil},
		{"null alone", data, `null`, ": a JSON null instead of the page", nil},
		{"text alone", data, `"data"`, ": a JSON string instead of the page", nil},
		{"an empty object", data, `{}`, ": none of the expected members", nil},
		{"an object for a bare list", bare, `{"data":[]}`, ": none of the expected members, found data", nil},
		{"one of several without its object", several, `[{"id":1}]`, ": a JSON array instead of the page", nil},
		{"a web page", data, `<html>`, ": a web page", nil},

		// What comes before a failure is data; the failure is seen.
		{"garbage after the end", data, `{"data":[{"id":1}]} x`, "1: broken JSON", nil},
		{"another value after the end", data, `{"data":[{"id":1}]}{}`, "1: more than one JSON value", nil},
		{"cut in an element", data, `{"data":[{"id":1},{"id":2`, "1: unexpected EOF", nil},
		{"cut between elements", data, `{"data":[{"id":1},`, "1: unexpected EOF", nil},
		{"cut after the array", data, `{"data":[{"id":1}]`, "1: unexpected EOF", nil},
		{"cut after a misfit", data, `{"data":[{"id":"1"},{"id":2}`, "1 2: unexpected EOF", []string{"/data/*/id int64<string"}},
		{"cut in a misfit", data, `{"data":[{"id":"1","text"`, ": unexpected EOF", nil},
		{"broken after a misfit", data, `{"data":[{"id":"1"},}`, "1: broken JSON", []string{"/data/*/id int64<string"}},
		{"two commas", data, `{"data":[{"id":1},,{"id":2}]}`, "1: broken JSON", nil},
		{"a comma at the end", data, `{"data":[{"id":1},]}`, "1: broken JSON", nil},
		{"the wrong bracket", data, `{"data":[{"id":1}}}`, "1: broken JSON", nil},
	} {
		for how, r := range map[string]func() io.Reader{
			"at once":      func() io.Reader { return strings.NewReader(c.reply) },
			"byte by byte": func() io.Reader { return iotest.OneByteReader(strings.NewReader(c.reply)) },
		} {
			f := newFake(t, []answer{streams(200, r)})
			events, err := stream(t, f, listOp(single), c.items...)
			want, failure, _ := strings.Cut(c.want, ": ")
			assert.Equal(t, want, ids(events), "%s, %s: the elements", c.name, how)
			var de *client.DecodeError
			switch failure {
			case "":
				assert.NoError(t, err, "%s, %s", c.name, how)
			case "unexpected EOF":
				assert.ErrorAs(t, err, &de, "%s, %s", c.name, how)
				assert.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s, %s", c.name, how)
			default:
				assert.ErrorAs(t, err, &de, "%s, %s", c.name, how)
				assert.ErrorContains(t, err, failure, "%s, %s", c.name, how)
			}
			assert.Equal(t, c.told, f.told(), "%s, %s: what is told", c.name, how)
		}
	}
}

// An element that does not fit is decoded again, wherever it stands, however deep, however
// the bytes arrive, and however large it and its neighbours are. Nothing else changes.
func TestPageReaderMisfits(t *testing.T) {
	for _, nest := range []string{"", "data", "a.b"} {
		for _, size := range []int{0, 100, 2 * chunk} {
			for _, odd := range []string{"", "1", "3", "5", "24", "12345"} {
				reply := oddReply(nest, size, odd)
				for how, wrap := range map[string]func(io.Reader) io.Reader{"in halves": iotest.HalfReader, "byte by byte": iotest.OneByteReader} {
					if size > 100 && how == "byte by byte" {
						continue // takes long
					}
					for _, p := range []*Paging{single, {Style: "offset", Default: 6, Short: true}} { // the second sums up what it reads
						f := newFake(t, []answer{streams(200, func() io.Reader { return wrap(strings.NewReader(reply)) })})
						events, err := stream(t, f, listOp(p), Of[event](nest))
						where := fmt.Sprintf("%q, %d bytes, odd %s, %s, %s", nest, size, odd, how, p.Style)
						require.NoError(t, err, where)
						require.Equal(t, "1 2 3 4 5", ids(events), where)
						for _, e := range events {
							assert.Len(t, e.Text, size, "%s: the text of %d", where, e.ID)
						}
						misfit := "/" + strings.TrimPrefix(strings.ReplaceAll(nest, ".", "/")+"/*/id", "/") + " int64<string"
						assert.ElementsMatch(t, slices.Repeat([]string{misfit}, len(odd)), f.told(), "%s: what is told", where)
					}
				}
			}
		}
	}
}

// oddReply holds five events with a text of that size. The id of those named in odd is text.
func oddReply(nest string, size int, odd string) string {
	var s strings.Builder
	depth := 0
	for name := range strings.SplitSeq(nest, ".") {
		if name != "" {
			fmt.Fprintf(&s, `{"before":[1,{"id":"x"}], %q : `, name)
			depth++
		}
	}
	for i, sep := range []string{"[", ",", " ,\n\t", ", ", ","} {
		id := fmt.Sprint(i + 1)
		if strings.Contains(odd, id) {
			id = `"` + id + `"`
		}
		fmt.Fprintf(&s, `%s{"text":%q,"id":%s}`, sep, strings.Repeat("x", size), id)
	}
	return s.String() + " ]" + strings.Repeat(`,"after":"x"}`, depth)
}

// However the bytes of a reply arrive, the same comes out of them.
func FuzzPageReader(f *testing.F) {
	for _, s := range []string{oddReply("data", 3, "24"), oddReply("a.b", 0, "12345"), `[{"id":1},{"id":"2"},"x"]`, `{"data":{"id":"1"}}`, `{"data":[{"id":"1"},,]}`, `{"data":[1,2`, ` null `, `{"data":"","data":[{}]} x`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		for _, nest := range []string{"", "data", "a.b"} {
			var first string
			for i, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.DataErrReader} {
				f := newFake(t, []answer{streams(200, func() io.Reader { return wrap(strings.NewReader(reply)) })})
				events, err := stream(t, f, listOp(single), Of[event](nest))
				got := fmt.Sprint(events, err, f.told())
				if i == 0 {
					first = got
				} else {
					assert.Equal(t, first, got, "%q in %q", nest, reply)
				}
			}
		}
	})
}

// An element of another kind is skipped and reported, and its place counts; a list of nothing else is an
// error and not so many empty elements.
func TestPageReaderElementsOfAnotherKind(t *testing.T) {
	f := newFake(t, []answer{says(200, `{"data":["x",{"id":2},[],{"id":4}]}`)})
	events, err := stream(t, f, listOp(single), data)
	assert.Equal(t, "2 4", ids(events))
	assert.NoError(t, err)
	assert.Equal(t, []string{"/data/* element<string!", "/data/* element<[!"}, f.told())
	for reply, want := range map[string]bool{`{"data":["x"]}`: false, `["x","y"]`: false, `{"data":["x",{}]}`: false, `{"data":["x",{"id":1}]}`: true, `{"data":[{}]}`: false, `{"data":[{"message":"down"}]}`: false, `{"data":[{"more":1},{"id":null}]}`: true, `{"data":[[]]}`: false, `{"data":[null]}`: true} {
		f := newFake(t, []answer{says(200, reply)})
		_, err := stream(t, f, listOp(single), data)
		var de *client.DecodeError
		if want {
			assert.NoError(t, err, "%s has an element", reply)
		} else {
			assert.ErrorAs(t, err, &de, "%s has no element", reply)
		}
	}
}

// An element is yielded as soon as it is here, before and after a misfit; break ends the
// reading at once and closes the reply.
func TestPageReaderIsLazy(t *testing.T) {
	for _, parts := range [][]string{
		{`{"data":[{"id":1},`, `{"id":2},`, `{"id":3},`, `{"id":4}]}`},
		{`{"data":[{"id":"1"},`, `{"id":2},`, `{"id":"3"},`, `{"id":4}]}`},
	} {
		for stop := 1; stop <= 3; stop++ {
			yielded, read, closed := 0, 0, false
			body := closer{reader(func(p []byte) (int, error) {
				assert.GreaterOrEqual(t, yielded, read, "elements that are yielded before more is asked for")
				if read == len(parts) {
					return 0, io.EOF
				}
				read++
				return copy(p, parts[read-1]), nil
			}), func() { closed = true }}
			f := newFake(t, []answer{func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body}, nil
			}})
			list := List(t.Context(), f.Pipeline, request(listOp(single), ""), nil, data)
			assert.Empty(t, f.sent, "nothing is sent before it is ranged over")
			for e, err := range list {
				yielded++
				assert.NoError(t, err)
				assert.EqualValues(t, yielded, e.ID)
				if yielded == stop {
					break
				}
			}
			assert.Equal(t, stop, read, "elements that are read")
			assert.True(t, closed, "the reply is closed after %d elements", stop)
		}
	}
}

// A long array is not kept, neither as it fits nor after a misfit.
func TestPageReaderMemory(t *testing.T) {
	for _, odd := range []string{"", `"odd"`} {
		const n = 50_000
		body := io.MultiReader(strings.NewReader(`{"data":[{"id":`+cmp.Or(odd, "0")+`}`),
			&repeat{text: `,{"id":1,"text":"` + strings.Repeat("x", 100) + `"}`, left: n - 1}, strings.NewReader("]}"))
		f := newFake(t, []answer{streams(200, func() io.Reader { return body })})
		seen, largest := 0, 0
		w := newPageReader(f.Pipeline, declared(listOp(single)), []array{data.array}, nil, true)
		w.yield = func(int, any, uint64) bool {
			seen, largest = seen+1, max(largest, cap(w.in.buf))
			return true
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, ok, err := w.read(t.Context(), request(listOp(single), ""), nil)
		runtime.GC()
		runtime.ReadMemStats(&after)
		assert.NoError(t, err, "odd %q", odd)
		assert.True(t, ok, "odd %q: there is a page", odd)
		assert.Equal(t, n, seen, "odd %q: elements", odd)
		assert.LessOrEqual(t, largest, 4*chunk, "odd %q: bytes of the reply that are kept at once", odd)
		assert.LessOrEqual(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(4<<20), "odd %q: bytes by which the heap has grown", odd)
		runtime.KeepAlive(w)
	}
}

// repeat reads as a text so many times.
type repeat struct {
	strings.Reader
	text string
	left int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.Len() == 0 && r.left > 0 {
		r.left--
		r.Reset(r.text)
	}
	return r.Reader.Read(p)
}

// A connection that breaks is a TransportError, not a reply that leaves the specification.
func TestPageReaderBreaks(t *testing.T) {
	for _, reply := range []string{``, `{"data":`, `{"data":[`, `{"data":[{"id":1}`, `{"data":[{"id":1},{"id"`, `{"data":[{"id":"1"},{"id"`, `{"data":[{"id":1}]`, `{"data":[{"id":1}]}`} {
		f := newFake(t, []answer{breaksOff(reply)})
		_, err := stream(t, f, listOp(single), data)
		var te *client.TransportError
		var de *client.DecodeError
		require.ErrorAs(t, err, &te, reply)
		assert.Equal(t, 200, te.StatusCode, reply)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF, reply)
		assert.NotErrorAs(t, err, &de, reply)
	}
}

// Statuses without a body, where the specification knows them.
func TestPageReaderWithoutBody(t *testing.T) {
	op := &Operation{ID: "listEvents", Method: "GET", Path: "/events", Empty: []int{204}, Paging: &Paging{Style: "single", Empty: []int{404}}}
	for _, c := range []struct {
		status int
		body   string
		ok     bool
	}{{204, "", true}, {404, "", true}, {404, "null", true}, {404, `{"message":"no such list"}`, false}, {410, "", false}, {200, "", false}} {
		f := newFake(t, []answer{says(c.status, c.body)})
		events, err := stream(t, f, op, data)
		assert.Empty(t, events, "%d %q", c.status, c.body)
		assert.Equal(t, c.ok, err == nil, "%d %q is an empty page: %v", c.status, c.body, err)
	}
}

// A 200 whose envelope refuses is an error, wherever the envelope stands.
func TestPageReaderEnvelope(t *testing.T) {
	op := &Operation{ID: "listEvents", Method: "GET", Path: "/events", Paging: single, Envelope: &Envelope{Status: "status", Success: "Success", Message: "message", Code: "errCode"}}
	for reply, want := range map[string]string{
		`{"status":"Success","data":[{"id":1}]}`:                       "1",
		`{"data":[{"id":1}]}`:                                          "1",
		`{"data":[{"id":1}],"status":"Success"}`:                       "1",
		`{"status":"Failure","message":"no","errCode":7,"data":[]}`:    ": Failure: no, code 7",
		`{"status":"Failure","data":[{"id":1}],"message":"no"}`:        ": Failure: no, code ",
		`{"status":"Failure","data":{"id":1}}`:                         ": Failure, code ",
		`{"data":[{"id":1}],"status":"Failure","message":"cut short"}`: "1: Failure: cut short, code ",
		`{"status":"Failure"}`:                                         ": Failure, code ",
	} {
		f := newFake(t, []answer{says(200, reply)})
		events, err := stream(t, f, op, data)
		got := ids(events)
		var e *client.Error
		if errors.As(err, &e) {
			got += ": " + e.Message + ", code " + e.Code
		}
		var de *client.DecodeError
		assert.Equal(t, want, got, reply)
		assert.Equal(t, e != nil, err != nil, "%s: an error is a refusal: %v", reply, err)
		assert.NotErrorAs(t, err, &de, reply)
	}
}

// Elements of several kinds come out as one type, each kind through its own decoder.
func TestAs(t *testing.T) {
	type any2 struct {
		Event *event
		Rec   *rec
	}
	events, recs := As("events", func(e *event) any2 { return any2{Event: e} }), As("recs", func(r *rec) any2 { return any2{Rec: r} })
	f := newFake(t, []answer{says(200, `{"recs":[{"id":1}],"events":[{"id":"2"},{"id":3}]}`)})
	got, err := collect(List(t.Context(), f.Pipeline, request(listOp(single), ""), nil, events, recs))
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.EqualValues(t, 1, got[0].Rec.ID)
	assert.EqualValues(t, 2, got[1].Event.ID)
	assert.EqualValues(t, 3, got[2].Event.ID)
	assert.Nil(t, got[2].Rec)
}

// What a page says besides its elements is kept if the operation names it, and only then.
func TestPageText(t *testing.T) {
	paging := *single
	paging.Next, paging.More, paging.Total, paging.End, paging.Blank = "meta.next", "b", "c", "d", []string{"e", "a"}
	op := listOp(&paging)
	f := newFake(t, []answer{says(200, `{"a":"x","b":12345678901234567,"c":true,"d":false,"e":null,"unasked":{"g":[1]},"meta":{"next":"t"},"data":[]}`)})
	w := newPageReader(f.Pipeline, declared(op), []array{data.array, Of[event]("meta.data").array}, func(int, any, uint64) bool { return true }, false)
	p, _, err := w.read(t.Context(), request(op, ""), nil)
	require.NoError(t, err)
	for name, want := range map[string]string{"a": "x", "b": "12345678901234567", "c": "true", "d": "", "e": "", "meta.next": "t", "none": "", "": ""} {
		assert.Equal(t, want, scalar(p.members.get(name)), "the member %s", name)
	}
	assert.NotContains(t, p.members, "unasked", "a member that the operation does not name")

	f = newFake(t, []answer{says(200, `{"data":[],"a":"`+strings.Repeat("x", metaLimit)+`"}`)})
	w = newPageReader(f.Pipeline, declared(op), []array{data.array}, func(int, any, uint64) bool { return true }, false)
	_, _, err = w.read(t.Context(), request(op, ""), nil)
	var de *client.DecodeError
	assert.ErrorAs(t, err, &de, "a member that is too long to be a cursor")
}

// A media parameter goes along with each page.
func TestPageReaderMedia(t *testing.T) {
	op := &Operation{ID: "listEvents", Method: "GET", Path: "/events", Paging: single, Media: &Media{Param: "format", JSON: "json"}}
	f := newFake(t, []answer{says(200, `{"data":[]}`)})
	_, err := collect(List(t.Context(), f.Pipeline, request(op, "format=syslog&a=1"), nil, data))
	assert.NoError(t, err)
	assert.Equal(t, []string{"a=1&format=json"}, f.queries(), "a list is read as JSON, whatever the caller asks for")
}

// An array in the place of an element is lost, and its neighbours are whole.
func TestPageReaderArrayForAnElement(t *testing.T) {
	f := newFake(t, []answer{says(200, `{"data":[[{"id":1}],{"id":2}]}`)})
	events, err := stream(t, f, listOp(single), data)
	require.NoError(t, err)
	assert.Equal(t, "2", ids(events))
	assert.Equal(t, []string{"/data/* element<[!"}, f.told())
}

// A page that differs from the one before in its first element only is another page.
func TestPagesThatDifferInOneElement(t *testing.T) {
	page := func(first int) answer {
		return says(200, fmt.Sprintf(`{"data":[{"id":%d}%s]}`, first, strings.Repeat(`,{"id":0}`, 39)))
	}
	f := newFake(t, []answer{page(1), page(2), page(3), says(200, `{"data":[]}`)})
	events, err := stream(t, f, listOp(&Paging{Style: "page", Param: "page", First: 1}), data)
	require.NoError(t, err)
	assert.Len(t, events, 120)
}

// A member of a page may be as long as its limit, and no longer.
func TestPageReaderMemberLimit(t *testing.T) {
	for size, want := range map[int]bool{metaLimit: true, metaLimit + 1: false} {
		f := newFake(t, []answer{says(200, `{"total":"`+strings.Repeat(" ", size-3)+`1","data":[{"id":1}]}`)})
		_, err := stream(t, f, listOp(single), data)
		assert.Equal(t, want, err == nil, "%d bytes: %v", size, err)
	}
}

// JSON that breaks off its grammar is broken JSON, though its type says that it is a web page.
func TestPageReaderBrokenUnderAnotherType(t *testing.T) {
	f := newFake(t, []answer{says(200, ` {"data":[{"id":1},}`, "Content-Type", "text/html")})
	_, err := stream(t, f, listOp(single), data)
	assert.ErrorContains(t, err, "broken JSON")
}

// An element that fits is read once: by the generated function, or by json/v2 where there is
// none. Where many do not fit, few are tried in vain: 32 and a quarter of those that fitted, and
// one in 32 of the rest for the generated function.
func TestPageReaderTriesFewInVain(t *testing.T) {
	generated := func(d *Decoder, x *event) bool {
		for d.Enter('{'); d.More('}'); {
			if string(d.Name()) != "id" || !ReadInt(d, &x.ID) {
				return false
			}
		}
		return d.Done()
	}
	type counts struct{ taken, refused, strict, odd int64 }
	for _, c := range []struct {
		name     string
		kind     Kind[event]
		fit, odd int
		slow     bool
		want     counts
	}{
		{"all fit", Of("data", generated), 100, 0, false, counts{taken: 100}},
		{"all fit, byte by byte", Of("data", generated), 100, 0, true, counts{taken: 100}},
		{"none fits", Of("data", generated), 0, 640, false, counts{refused: 32 + 19, odd: 32}},
		{"most fit", Of("data", generated), 400, 200, false, counts{taken: 400, refused: 32 + 100 + 2, odd: 32}},
		{"all fit, without a function", Of[event]("data"), 100, 0, false, counts{strict: 100}},
		{"none fits, without a function", Of[event]("data"), 0, 640, false, counts{odd: 32}},
		{"most fit, without a function", Of[event]("data"), 400, 200, false, counts{strict: 400, odd: 32 + 100}},
	} {
		reply := `{"data":[` + strings.TrimSuffix(strings.Repeat(`{"id":1},`, c.fit)+strings.Repeat(`{"id":"1"},`, c.odd), ",") + `]}`
		f := newFake(t, []answer{streams(200, func() io.Reader {
			if c.slow {
				return iotest.OneByteReader(strings.NewReader(reply))
			}
			return strings.NewReader(reply)
		})})
		seen := 0
		w := newPageReader(f.Pipeline, declared(listOp(single)), []array{c.kind.array}, func(_ int, v any, _ uint64) bool {
			seen++
			return assert.Equal(t, event{ID: 1}, *v.(*event), c.name)
		}, false)
		_, _, err := w.read(t.Context(), request(listOp(single), ""), nil)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.fit+c.odd, seen, "%s: elements", c.name)
		assert.Equal(t, c.want, counts{w.taken, w.refused, w.strict, w.odd}, c.name)
	}
}
