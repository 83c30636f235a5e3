package engine

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// page is the content of a page besides its elements.
type page struct {
	said
	items      int64  // elements, with those that were skipped
	empty      bool   // the reply had no body
	sum        uint64 // over the elements; 0 unless sums are wanted
	repeats    int64  // elements that came before
	identified int64  // elements with an identity
	misfits    int64  // elements of another kind, of which nothing was decoded
}

const (
	// metaLimit bounds a member of a page that is kept besides its elements, in bytes.
	metaLimit = 64 << 10
	// seenLimit bounds how many elements are remembered to recognize a repeated page.
	seenLimit = 1 << 16
)

// pageReader reads one reply after the other and yields the elements of its arrays as they
// arrive, so that a page of any size needs the memory of one element.
//
//	{"status": "Success", "data": {"resultCount": 2, "owner": [{"id": 1}, {"id": "2"}]}}
//
// With the array data.owner it walks the names from the outside in: status and
// data.resultCount are kept as members of the page, data.owner is read element by element.
// The first one decodes where it lies in the buffer. The second does not fit (an id as text):
// it is decoded again, tolerantly. The operation names the members, and the array's
// make creates the elements.
type pageReader struct {
	p       *Pipeline
	op      *Operation
	arrays  []array
	items   []string // their names
	asked   []string
	yield   func(kind int, v any, sum uint64) bool
	seed    maphash.Seed
	sums    bool            // page.sum is asked for
	exact   []byte          // the element that is yielded, if it is what the document says
	known   map[uint64]bool // elements that came, as far as they are remembered
	later   bool            // not the first page
	ctx     context.Context
	res     *http.Response
	request *Request
	in      *input
	page    page
	decoder Decoder          // of the generated functions
	taken   int64            // elements that these read
	refused int64            // elements that these did not
	last    int              // length of the last one that was taken
	plain   jsontext.Decoder // of there
	there   bytes.Buffer
	lenient json.Options
	strict  int64 // elements that json/v2 read with plain, where they lie
	odd     int64 // elements that it could not read so
}

func newPageReader(p *Pipeline, op *Operation, arrays []array, yield func(int, any, uint64) bool, sums bool) *pageReader {
	w := &pageReader{p: p, op: op, arrays: arrays, asked: op.asked(), yield: yield, sums: sums, seed: maphash.MakeSeed(), known: map[uint64]bool{}, lenient: lenient()}
	for _, a := range arrays {
		w.items = append(w.items, a.name)
	}
	return w
}

// read sends one request and yields the elements of its reply. It returns false when yield
// did.
func (w *pageReader) read(ctx context.Context, r *Request, editors []auth.Editor) (page, bool, error) {
	r.wantJSON()
	res, err := w.p.Send(ctx, r, editors)
	if err != nil {
		p := w.op.Paging
		if e, ok := errors.AsType[*client.Error](err); ok && slices.Contains(p.Empty, e.StatusCode) && isEmpty(e.Body) && (w.later || !p.Later) {
			return page{empty: true}, true, nil
		}
		return page{}, true, err
	}
	defer res.Body.Close()
	w.ctx, w.res, w.request = ctx, res, r
	w.page = page{said: said{items: w.items, secrets: r.redactor(res.Request)}}
	w.in = &input{r: res.Body}
	ok, err := w.reply()
	w.later = true
	return w.page, ok, err
}

func (w *pageReader) reply() (bool, error) {
	if !slices.Contains(w.op.Status, w.res.StatusCode) {
		return true, undecodable(w.request, w.res, client.ErrStatus)
	}
	if w.in.peek(); len(w.in.unread()) == 0 && w.in.err == io.EOF {
		if slices.Contains(w.op.Empty, w.res.StatusCode) {
			w.page.empty = true
			return true, nil
		}
		return true, undecodable(w.request, w.res, errors.New("empty body"))
	}
	ok, err := w.value("")
	if err == nil && ok {
		err = w.end()
	}
	if err == nil {
		return ok, nil
	}
	if page := foreign(w.res, w.in.head); page != nil && w.misread(err) {
		err = page
	}
	if _, lost := errors.AsType[*client.TransportError](err); lost {
		return true, err
	}
	return true, undecodable(w.request, w.res, err)
}

// misread reports whether the first byte shows that the reply is not JSON.
func (w *pageReader) misread(err error) bool {
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	return ok && syntax.ByteOffset <= int64(len(w.in.head)-len(bytes.TrimLeft(w.in.head, " \t\r\n")))
}

// end reads what follows the value: nothing may, and reading it frees the connection.
func (w *pageReader) end() error {
	switch w.in.kind() {
	case '{', '[', '"', '0', 't', 'f', 'n':
		return errors.New("more than one JSON value")
	}
	if err := w.in.broken(); err != io.ErrUnexpectedEOF {
		return err
	}
	if err := w.p.accept(w.op, w.res, w.page.said, w.later); err != nil {
		return err
	}
	if w.page.misfits > 0 && w.page.misfits == w.page.items {
		return errNoElement
	}
	return nil
}

// kind is the array of that dotted name, -1 if it is none; "data.*" is every array of data.
func (w *pageReader) kind(name string, json jsontext.Kind) int {
	is := func(name string) int { return slices.IndexFunc(w.arrays, func(a array) bool { return a.name == name }) }
	kind := is(name)
	if i := strings.LastIndexByte(name, '.'); kind < 0 && i >= 0 && (json == '[' || json == '{') {
		return is(name[:i] + ".*")
	}
	return kind
}

// value consumes the value of that dotted name. It returns false when yield did.
func (w *pageReader) value(name string) (bool, error) {
	json := w.in.kind()
	kind := w.kind(name, json)
	if kind < 0 && name == "" && json == '[' && len(w.arrays) == 1 { // the array without its object
		w.p.mismatch(client.Mismatch{Operation: w.op.ID, Want: "object", Got: "array", Kept: true})
		kind = 0
	}
	if kind >= 0 && (json == '[' || json == '{' && name != "") {
		// What follows a refusal is not data.
		if w.op.succeeded(w.res, w.page.said) != nil {
			return true, w.in.skip()
		}
		w.page.members.set(w.arrays[kind].name, jsontext.Value("[]"))
		return w.elements(name, json, kind)
	}
	if json != '{' || name != "" && !w.page.inside(name) && !slices.ContainsFunc(w.asked, func(n string) bool { return strings.HasPrefix(n, name+".") }) {
		return true, w.member(name, kind >= 0)
	}
	if slices.Contains(w.asked, name) {
		w.page.members.set(name, jsontext.Value("{}"))
	}
	w.in.pos++
	for first := true; ; first = false {
		if more, err := w.in.more('}', first); err != nil || !more {
			return true, err
		}
		member, err := w.in.name()
		if err != nil {
			return true, err
		}
		if name == "" && len(w.page.names) < maxNames {
			w.page.names = append(w.page.names, member)
		}
		if lower := strings.ToLower(member); name == "" && isFailure(lower) && w.page.members.get(lower) == nil {
			member = lower
		}
		if ok, err := w.value(dotted(name, member)); err != nil || !ok {
			return ok, err
		}
	}
}

// member reads a value that is not walked into. Only those that the operation names are kept. Others
// below a named object are noted, because they show the page of another service.
func (w *pageReader) member(name string, array bool) error {
	if name == "" {
		v, err := w.in.valid()
		if err == nil {
			err = errors.New("a JSON " + kindName(jsonKind(v)) + " instead of the page")
		}
		return err
	}
	if !array && !slices.Contains(w.asked, name) {
		if i := strings.LastIndexByte(name, '.'); i > 0 && slices.Contains(w.op.Paging.Blank, name[:i]) {
			w.page.members.set(name[:i], jsontext.Value(`{"":0}`)) // a member that the operation does not name
		}
		return w.in.skip()
	}
	v, err := w.in.valid()
	if err != nil {
		return err
	}
	if len(v) > metaLimit {
		return errors.New("a member of the page is too long")
	}
	w.page.members.set(name, v)
	return nil
}

// pointer is the JSON pointer of a dotted name.
func pointer(name string) string {
	if name == "" {
		return ""
	}
	return "/" + strings.ReplaceAll(name, ".", "/")
}

func (w *pageReader) elements(name string, json jsontext.Kind, kind int) (bool, error) {
	if json == '{' {
		return w.object(name, kind)
	}
	w.in.pos++
	for first := true; ; first = false {
		if more, err := w.in.more(']', first); err != nil || !more {
			return true, err
		}
		if err := context.Cause(w.ctx); err != nil {
			return true, lost(w.op, 1, w.res.StatusCode, err, redactor{})
		}
		if ok, err := w.element(name, kind); err != nil || !ok {
			return ok, err
		}
	}
}

// object reads the elements of an object that stands in the place of the array.
func (w *pageReader) object(name string, kind int) (bool, error) {
	raw, err := w.in.valid()
	if err != nil {
		return true, err
	}
	v := w.arrays[kind].make(name)
	list, ok := asList(raw, reflect.TypeOf(v).Elem())
	if _, untyped := v.(*rawElement); untyped && !ok { // as it came
		list, ok = []jsontext.Value{raw}, true
	}
	if !ok {
		return true, errors.New("a JSON object where a list belongs")
	}
	w.p.mismatch(client.Mismatch{Operation: w.op.ID, Pointer: pointer(name), Want: "array", Got: "object", Kept: true})
	for _, e := range list {
		if ok, err := w.decode(name, kind, e, 0); err != nil || !ok {
			return ok, err
		}
	}
	return true, nil
}

// element yields the next element. One that is complete in the buffer is decoded in place.
func (w *pageReader) element(name string, kind int) (bool, error) {
	a := &w.arrays[kind]
	fast := w.in.kind() == '{' && a.decode != nil && (w.refused < 32+w.taken/4 || w.page.items%32 == 0)
	there := w.in.unread()
	if fast && len(there) >= w.last {
		v := a.make(name)
		if n := w.decoder.run(there, v, a.decode); n > 0 {
			w.in.pos += n
			return w.took(name, kind, v, there[:n]), nil
		}
	}
	// json/v2 reads most of them in place too. A list with null in it is told of each 32nd of them, where it is looked for.
	if !fast && w.in.kind() == '{' && w.odd < 32+w.strict/4 {
		v := a.make(name)
		w.there = *bytes.NewBuffer(there)
		w.plain.Reset(&w.there, w.lenient)
		if json.UnmarshalDecode(&w.plain, v) == nil {
			n := int(w.plain.InputOffset())
			w.strict++
			w.in.pos += n
			return w.give(name, kind, v, there[:n]), nil
		}
		w.odd++
	}
	at := w.in.offset()
	raw, err := w.in.value()
	if err != nil {
		return true, err
	}
	if len(raw) > elementLimit {
		return true, client.ErrTooLarge
	}
	if fast && (len(there) < w.last || len(raw) > len(there)) { // it had been cut off, or probably
		if v := a.make(name); w.decoder.whole(raw, v, a.decode) {
			return w.took(name, kind, v, raw), nil
		}
	}
	if fast {
		w.refused++
	}
	return w.decode(name, kind, raw, at)
}

// took yields an element that a.decode read.
func (w *pageReader) took(name string, kind int, v any, raw []byte) bool {
	w.taken++
	w.last, w.exact = len(raw), raw
	ok := w.give(name, kind, v, raw)
	w.exact = nil
	return ok
}

// give yields an element. One without a member that the document knows counts as of another
// type; an empty object is not yielded.
func (w *pageReader) give(name string, kind int, v any, raw jsontext.Value) bool {
	if rv := reflect.ValueOf(v).Elem(); isBlank(rv) && isHollow(raw, rv.Type()) {
		if w.page.misfits++; rv.IsZero() {
			w.skipped(name, v, raw)
			return true
		}
	}
	var sum uint64
	if w.sums {
		sum = w.add(v, raw)
	}
	w.page.items++
	return w.yield(kind, v, sum)
}

// decode yields an element that begins at the offset, decoded tolerantly if it does not fit.
// Null and elements of which nothing can be decoded are skipped and reported, but counted.
func (w *pageReader) decode(name string, kind int, raw jsontext.Value, at int64) (bool, error) {
	v, null := w.arrays[kind].make(name), jsonKind(raw) == 'n'
	_, err := w.p.unmarshal(w.op, pointer(name)+"/*", raw, v)
	if misfit(err) { // json/v2 says so before it has read the whole value
		if broken := json.Unmarshal(raw, new(jsontext.Value), lenient()); broken != nil {
			err = broken
		}
	}
	switch {
	case err != nil && !misfit(err):
		return true, shifted(err, at)
	case err == nil && !null:
		return w.give(name, kind, v, raw), nil
	}
	if !null {
		w.page.misfits++
	}
	w.skipped(name, v, raw)
	return true, nil
}

// skipped reports an element that is not yielded but counts as a position.
func (w *pageReader) skipped(name string, v any, raw jsontext.Value) {
	w.page.items++
	null := jsonKind(raw) == 'n'
	if w.sums && !null {
		w.add(v, raw)
	}
	w.p.mismatch(client.Mismatch{Operation: w.op.ID, Pointer: pointer(name) + "/*", Want: "element", Got: jsonKind(raw).String(), Kept: null})
}

// add remembers an element by its identity, and by its bytes if it has none. It returns the
// fingerprint of its bytes.
func (w *pageReader) add(v any, raw []byte) (sum uint64) {
	sum = maphash.Bytes(w.seed, raw)
	content := sum
	w.page.sum = w.page.sum*31 + sum
	if e, ok := v.(interface{ IdentityKey() string }); ok {
		if id := e.IdentityKey(); id != "" {
			sum = maphash.String(w.seed, id)
			w.page.identified++
		}
	}
	switch {
	case w.known[sum]:
		w.page.repeats++
	case len(w.known) < seenLimit:
		w.known[sum] = true
	}
	return content
}
