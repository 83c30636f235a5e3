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

// page is what a page says besides its elements.
type page struct {
	said
	items      int64  // elements, with those that were skipped
	empty      bool   // the reply had no body
	sum        uint64 // over the elements; 0 when nobody asks
	repeats    int64  // elements that came before
	identified int64  // elements that say what tells them apart
}

// text is the member of that dotted name as text: "" when it is absent, null or false.
func (p page) text(name string) string { return scalar(p.members[name]) }

const (
	// metaLimit bounds a member of a page that is kept besides its elements, in bytes.
	metaLimit = 64 << 10
	// elementLimit bounds one element in memory, in bytes.
	elementLimit = 32 << 20
	// seenLimit bounds how many elements are remembered to know a page again.
	seenLimit = 1 << 16
)

// pageReader reads one reply after the other and hands out the elements of its arrays as
// they arrive, so that a page of any size needs the memory of one element.
//
//	{"status": "Success", "data": {"resultCount": 2, "owner": [{"id": 1}, {"id": "2"}]}}
//
// With the array data.owner it walks the names from the outside in: status and
// data.resultCount are kept as members of the page, data.owner is read element by element.
// The first one decodes straight from the stream. The second does not fit (an id as text):
// the reader goes back to where it began, which is what rewinder keeps bytes for, reads it
// whole and decodes it tolerantly; from then on each element of the page is read whole
// before it is decoded. What the members are called is the operation's; what an element is,
// the array's make.
type pageReader struct {
	p        *Pipeline
	op       *Operation
	arrays   []array
	items    []string // their names
	asked    []string
	yield    func(kind int, v any, sum uint64) bool
	seed     maphash.Seed
	sums     bool            // page.sum is asked for
	known    map[uint64]bool // elements that came, as far as they are remembered
	later    bool            // not the first page
	ctx      context.Context
	res      *http.Response
	src      *rewinder
	dec      *jsontext.Decoder
	page     page
	unions   []bool // which arrays hold elements that would take any JSON
	misfits  int64  // elements of another kind, of which nothing was decoded
	buffered bool   // an element did not fit: from then on each is read whole
}

func newPageReader(p *Pipeline, op *Operation, arrays []array, yield func(int, any, uint64) bool, sums bool) *pageReader {
	w := &pageReader{p: p, op: op, arrays: arrays, asked: op.asked(), yield: yield, sums: sums, seed: maphash.MakeSeed(), known: map[uint64]bool{}}
	for _, a := range arrays {
		w.items = append(w.items, a.name)
		w.unions = append(w.unions, isUnion(reflect.TypeOf(a.make(a.name)).Elem()))
	}
	return w
}

// read sends one request and hands out the elements of its reply. It reports false when
// yield did.
func (w *pageReader) read(ctx context.Context, r *Request, editors []auth.Editor) (page, bool, error) {
	later := w.later
	w.later = true
	res, err := w.p.Send(ctx, r, editors)
	if err != nil {
		var e *client.Error
		p := w.op.Paging
		if errors.As(err, &e) && slices.Contains(p.Empty, e.StatusCode) && isEmpty(e.Body) && (later || !p.Later) {
			return page{empty: true}, true, nil
		}
		return page{}, true, err
	}
	defer res.Body.Close()
	w.ctx, w.res = ctx, res
	w.page = page{said: said{members: map[string]jsontext.Value{}, items: w.items, secrets: redactor{sent: res.Request, declared: r.query}}}
	w.src = &rewinder{r: res.Body}
	w.dec = jsontext.NewDecoder(w.src, lenient())
	w.buffered, w.misfits = false, 0
	ok, err := w.reply(later)
	return w.page, ok, err
}

func (w *pageReader) reply(later bool) (bool, error) {
	if !slices.Contains(w.op.Status, w.res.StatusCode) {
		return true, undecodable(w.op, w.res, client.ErrStatus, w.page.secrets)
	}
	ok, err := w.value("")
	switch {
	case err == nil && !ok:
		return false, nil
	case err == nil:
		err = w.end(later)
	case errors.Is(err, io.EOF) && w.dec.InputOffset() == 0: // not one token
		if slices.Contains(w.op.Empty, w.res.StatusCode) {
			w.page.empty = true
			return true, nil
		}
		err = errors.New("empty body")
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		return true, nil
	}
	if page := foreign(w.res, w.src.head); page != nil && w.misread(err) {
		err = page
	}
	var lost *client.TransportError
	if errors.As(err, &lost) {
		return true, err
	}
	return true, undecodable(w.op, w.res, err, w.page.secrets)
}

// misread reports whether the reply is no JSON from its first byte on.
func (w *pageReader) misread(err error) bool {
	var syntax *jsontext.SyntacticError
	return errors.As(err, &syntax) && syntax.ByteOffset <= int64(len(w.src.head)-len(bytes.TrimLeft(w.src.head, " \t\r\n")))
}

// end reads what follows the value: nothing may, and reading it frees the connection.
func (w *pageReader) end(later bool) error {
	if err := ended(w.dec); err != nil {
		return err
	}
	if err := w.p.accept(w.op, w.res, w.page.said, later); err != nil {
		return err
	}
	if w.misfits > 0 && w.misfits == w.page.items {
		return errNoElement
	}
	return nil
}

// kind is the array of that dotted name, -1 if it is none; "data.*" is every array of data.
func (w *pageReader) kind(name string) int {
	is := func(name string) int { return slices.IndexFunc(w.arrays, func(a array) bool { return a.name == name }) }
	kind := is(name)
	if i := strings.LastIndexByte(name, '.'); kind < 0 && i >= 0 {
		if k := w.dec.PeekKind(); k == '[' || k == '{' {
			return is(name[:i] + ".*")
		}
	}
	return kind
}

// inside reports whether an array lies below name.
func (w *pageReader) inside(name string) bool {
	return slices.ContainsFunc(w.arrays, func(a array) bool {
		return name == "" && a.name != "" || strings.HasPrefix(a.name, name+".")
	})
}

// value consumes the value of that dotted name. It reports false when yield did.
func (w *pageReader) value(name string) (bool, error) {
	if !w.buffered {
		w.src.keep(w.dec.InputOffset())
	}
	json, kind := w.dec.PeekKind(), w.kind(name)
	if kind >= 0 && (json == '[' || json == '{' && name != "") {
		// What follows a refusal is not data.
		if w.op.succeeded(w.res, w.page.said) != nil {
			return true, w.dec.SkipValue()
		}
		w.page.members[w.arrays[kind].name] = jsontext.Value("[]")
		return w.elements(name, json, kind)
	}
	if name == "" && json == '[' && len(w.arrays) == 1 { // the array without its object
		w.p.mismatch(client.Mismatch{Operation: w.op.ID, Want: "object", Got: "array", Kept: true})
		w.page.members[w.arrays[0].name] = jsontext.Value("[]")
		return w.elements("", json, 0)
	}
	if json != '{' || name != "" && !w.inside(name) {
		return true, w.member(name, kind >= 0)
	}
	if slices.Contains(w.asked, name) {
		w.page.members[name] = jsontext.Value("{}")
	}
	if _, err := w.dec.ReadToken(); err != nil {
		return true, err
	}
	for w.dec.PeekKind() != '}' {
		t, err := w.dec.ReadToken()
		if err != nil {
			return true, err
		}
		if name == "" && len(w.page.names) < maxNames {
			w.page.names = append(w.page.names, t.String())
		}
		if ok, err := w.value(dotted(name, t.String())); err != nil || !ok {
			return ok, err
		}
	}
	_, err := w.dec.ReadToken()
	return true, err
}

// member reads a value that is not walked into. Only those that the operation names are kept;
// of others below a named object the place is, so that a page of somebody else is known.
func (w *pageReader) member(name string, array bool) error {
	if name == "" {
		v, err := w.dec.ReadValue()
		if err == nil {
			err = errors.New("a JSON " + kindName(v.Kind()) + " instead of the page")
		}
		return err
	}
	if !array && !slices.Contains(w.asked, name) {
		if i := strings.LastIndexByte(name, '.'); i > 0 && slices.Contains(w.op.Paging.Blank, name[:i]) {
			w.page.members[name[:i]] = jsontext.Value(`{"":0}`) // a member that nobody asked for
		}
		return w.skip()
	}
	v, err := w.dec.ReadValue()
	if err != nil {
		return err
	}
	if len(v) > metaLimit {
		return errors.New("a member of the page is too long")
	}
	w.page.members[name] = v.Clone()
	return nil
}

// skip passes over a value token by token: what nobody reads must not be kept.
func (w *pageReader) skip() error {
	for depth := w.dec.StackDepth(); ; {
		if _, err := w.dec.ReadToken(); err != nil {
			return err
		}
		if !w.buffered {
			w.src.keep(w.dec.InputOffset())
		}
		if w.dec.StackDepth() <= depth {
			return nil
		}
	}
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
	if _, err := w.dec.ReadToken(); err != nil {
		return true, err
	}
	for w.dec.PeekKind() != ']' {
		if err := context.Cause(w.ctx); err != nil {
			return true, lost(w.op, 1, w.res.StatusCode, err, redactor{})
		}
		if ok, err := w.element(name, kind); err != nil || !ok {
			return ok, err
		}
	}
	_, err := w.dec.ReadToken()
	return true, err
}

// object takes an object in the place of the array for the elements that it holds.
func (w *pageReader) object(name string, kind int) (bool, error) {
	raw, err := w.dec.ReadValue()
	if err != nil {
		return true, err
	}
	element := w.arrays[kind].make(name)
	list, ok := asList(raw.Clone(), reflect.TypeOf(element).Elem())
	if _, untyped := element.(*rawElement); untyped && !ok { // as it came
		list, ok = []jsontext.Value{raw}, true
	}
	if !ok {
		return true, errors.New("a JSON object where a list belongs")
	}
	w.p.mismatch(client.Mismatch{Operation: w.op.ID, Pointer: pointer(name), Want: "array", Got: "object", Kept: true})
	for _, e := range list {
		if !w.tolerant(name, kind, e) {
			return false, nil
		}
	}
	return true, nil
}

func (w *pageReader) element(name string, kind int) (bool, error) {
	start := w.dec.InputOffset()
	if k := w.dec.PeekKind(); !w.buffered && k != 'n' && (k == '{' || !w.unions[kind]) {
		w.src.keep(start)
		v := w.arrays[kind].make(name)
		err := json.UnmarshalDecode(w.dec, v)
		if err == nil {
			var sum uint64
			if w.sums {
				sum = w.add(v, w.src.since(start)[:w.dec.InputOffset()-start])
			}
			w.page.items++
			return w.yield(kind, v, sum), nil
		}
		if !misfit(err) {
			return true, err
		}
		if err := w.rewind(name, start); err != nil {
			return true, err
		}
		w.buffered = true
	}
	raw, err := w.dec.ReadValue()
	if err != nil {
		return true, err
	}
	if len(raw) > elementLimit {
		return true, client.ErrTooLarge
	}
	return w.tolerant(name, kind, raw), nil
}

// tolerant hands out an element that was read whole. One of which nothing can be decoded, and
// null, are skipped and reported; their place counts.
func (w *pageReader) tolerant(name string, kind int, raw jsontext.Value) bool {
	w.page.items++
	v, at := w.arrays[kind].make(name), pointer(name)+"/*"
	null := raw.Kind() == 'n'
	if !null {
		_, err := w.p.unmarshal(w.op, at, raw, v)
		var sum uint64
		if w.sums {
			sum = w.add(v, raw)
		}
		if err == nil {
			return w.yield(kind, v, sum)
		}
		w.misfits++
	}
	w.p.mismatch(client.Mismatch{Operation: w.op.ID, Pointer: at, Want: "element", Got: raw.Kind().String(), Kept: null})
	return true
}

// add remembers an element by its identity, and by its bytes if it has none. It returns the
// fingerprint of its bytes.
func (w *pageReader) add(v any, raw []byte) (sum uint64) {
	sum = maphash.Bytes(w.seed, bytes.TrimLeft(raw, ", \t\r\n"))
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

// rewind puts the decoder back before the element that begins at start. A decoder cannot
// go back, so a new one is led to the same place by the tokens that open it.
func (w *pageReader) rewind(name string, start int64) error {
	var opening strings.Builder
	tokens := 1
	if name != "" {
		for s := range strings.SplitSeq(name, ".") {
			quoted, err := jsontext.AppendQuote(nil, s)
			if err != nil {
				return err
			}
			opening.WriteString("{" + string(quoted) + ":")
			tokens += 2
		}
	}
	opening.WriteString("[")
	rest := bytes.TrimLeft(w.src.since(start), ", \t\r\n")
	w.src.release()
	w.dec.Reset(io.MultiReader(strings.NewReader(opening.String()), bytes.NewReader(rest), w.src), lenient())
	for range tokens {
		if _, err := w.dec.ReadToken(); err != nil {
			return err
		}
	}
	return nil
}
