package engine

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// page is what a page says besides its elements.
type page struct {
	items int64
	empty bool // the reply had no body
	meta  map[string]jsontext.Value
	sum   uint64 // over the elements; 0 when nobody asks
}

// text is the member of that dotted name as text: "" when it is absent, null or false.
func (p page) text(name string) string { return scalar(p.meta[name]) }

// metaLimit bounds what is kept of a page besides its elements.
const metaLimit = 64 << 10

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
	yield    func(kind int, v any) bool
	seed     maphash.Seed
	sums     bool // page.sum is asked for
	res      *http.Response
	src      *rewinder
	dec      *jsontext.Decoder
	page     page
	found    bool
	misfits  int64 // elements of another kind, of which nothing was decoded
	buffered bool  // an element did not fit: from then on each is read whole
}

func newPageReader(p *Pipeline, op *Operation, arrays []array, yield func(int, any) bool, sums bool) *pageReader {
	return &pageReader{p: p, op: op, arrays: arrays, yield: yield, sums: sums, seed: maphash.MakeSeed()}
}

// read sends one request and hands out the elements of its reply. It reports false when
// yield did.
func (w *pageReader) read(ctx context.Context, r *Request, editors []auth.Editor) (page, bool, error) {
	res, err := w.p.Send(ctx, r, editors)
	if err != nil {
		var e *client.Error
		if errors.As(err, &e) && slices.Contains(w.op.Paging.Empty, e.StatusCode) && isEmpty(e.Body) {
			return page{empty: true}, true, nil
		}
		return page{}, true, err
	}
	defer res.Body.Close()
	w.res = res
	w.page = page{meta: map[string]jsontext.Value{}}
	w.src = &rewinder{r: res.Body}
	w.dec = jsontext.NewDecoder(w.src, lenient())
	w.found, w.buffered, w.misfits = false, false, 0
	ok, err := w.reply()
	return w.page, ok, err
}

func (w *pageReader) reply() (bool, error) {
	ok, err := w.value("")
	switch {
	case err == nil && !ok:
		return false, nil
	case err == nil:
		err = w.end()
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
	var known *client.Error
	var lost *client.TransportError
	if errors.As(err, &known) || errors.As(err, &lost) {
		return true, err
	}
	return true, undecodable(w.op, w.res, err)
}

// end reads what follows the value: nothing may, and reading it frees the connection.
func (w *pageReader) end() error {
	if err := ended(w.dec); err != nil {
		return err
	}
	if err := w.refusal(); err != nil {
		return err
	}
	if !w.found && len(w.page.meta) == 0 {
		return errors.New("none of the expected members")
	}
	if w.misfits > 0 && w.misfits == w.page.items {
		return errors.New("no element of the list fits")
	}
	return nil
}

func (w *pageReader) refusal() error {
	if e := w.op.Envelope; e != nil {
		return e.refusal(w.op, w.res, w.page.meta, nil)
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
		if err := w.refusal(); err != nil {
			return true, w.dec.SkipValue()
		}
		w.found = true
		return w.elements(name, json, kind)
	}
	if name == "" && json == '[' && len(w.arrays) == 1 { // the array without its object
		w.p.mismatch(client.Mismatch{Operation: w.op.ID, Want: "object", Got: "array", Kept: true})
		w.found = true
		return w.elements("", json, 0)
	}
	if json != '{' || !w.inside(name) {
		return true, w.member(name, kind >= 0)
	}
	if _, err := w.dec.ReadToken(); err != nil {
		return true, err
	}
	for w.dec.PeekKind() != '}' {
		t, err := w.dec.ReadToken()
		if err != nil {
			return true, err
		}
		if ok, err := w.value(dotted(name, t.String())); err != nil || !ok {
			return ok, err
		}
	}
	_, err := w.dec.ReadToken()
	return true, err
}

// member reads a value that is not walked into.
func (w *pageReader) member(name string, array bool) error {
	v, err := w.dec.ReadValue()
	if err == nil && name == "" {
		return errors.New("a JSON " + v.Kind().String() + " instead of the page")
	}
	if err == nil && array && v.Kind() != 'n' { // text or a number where the array belongs
		w.p.mismatch(client.Mismatch{Operation: w.op.ID, Pointer: pointer(name), Want: "array", Got: v.Kind().String(), Kept: string(v) == `""`})
	}
	if len(v) <= metaLimit {
		w.page.meta[name] = v.Clone()
	}
	return err
}

// pointer is the JSON pointer of a dotted name.
func pointer(name string) string {
	if name == "" {
		return ""
	}
	return "/" + strings.ReplaceAll(name, ".", "/")
}

func (w *pageReader) elements(name string, json jsontext.Kind, kind int) (bool, error) {
	if json == '{' { // one element without its array
		w.p.mismatch(client.Mismatch{Operation: w.op.ID, Pointer: pointer(name), Want: "array", Got: "object", Kept: true})
		return w.element(name, kind, true)
	}
	if _, err := w.dec.ReadToken(); err != nil {
		return true, err
	}
	for w.dec.PeekKind() != ']' {
		if ok, err := w.element(name, kind, false); err != nil || !ok {
			return ok, err
		}
	}
	_, err := w.dec.ReadToken()
	return true, err
}

func (w *pageReader) element(name string, kind int, alone bool) (bool, error) {
	start := w.dec.InputOffset()
	if !w.buffered && !alone {
		w.src.keep(start)
		v := w.arrays[kind].make(name)
		err := json.UnmarshalDecode(w.dec, v)
		if err == nil {
			if w.sums {
				w.add(w.src.since(start)[:w.dec.InputOffset()-start])
			}
			w.page.items++
			return w.yield(kind, v), nil
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
	if w.sums {
		w.add(raw)
	}
	v, at := w.arrays[kind].make(name), pointer(name)+"/*"
	if err := w.p.unmarshal(w.op, at, raw, v); err != nil { // sound JSON of another kind: its place is kept, and reported
		w.p.mismatch(client.Mismatch{Operation: w.op.ID, Pointer: at, Want: "element", Got: raw.Kind().String()})
		w.misfits++
	}
	w.page.items++
	return w.yield(kind, v), nil
}

func (w *pageReader) add(element []byte) {
	element = bytes.TrimLeft(element, ", \t\r\n")
	w.page.sum = w.page.sum*31 + maphash.Bytes(w.seed, element)
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
