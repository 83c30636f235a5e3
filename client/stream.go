package client

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
)

// Items decode the elements of the arrays that they name (dotted); "" is the whole reply,
// and a last part of * stands for every array there.
// Each element goes through one function value per type, so that a generated decoder can
// take the place of json there.
type Items[T any] map[string]Item[T]

// Item decodes one element: from the stream, or tolerantly from its bytes.
type Item[T any] struct {
	strict   func(*jsontext.Decoder) (T, error)
	tolerant func(d *Doer, op *Op, at string, raw []byte) (T, error)
}

// Of decodes elements into T.
func Of[T any]() Item[T] { return As(func(v *T) T { return *v }) }

// As decodes elements into M, which is one kind of T.
func As[M, T any](wrap func(*M) T) Item[T] {
	return Item[T]{
		func(dec *jsontext.Decoder) (T, error) {
			v := new(M)
			err := json.UnmarshalDecode(dec, v)
			return wrap(v), err
		},
		func(d *Doer, op *Op, at string, raw []byte) (T, error) {
			v := new(M)
			err := d.unmarshal(op, at, raw, v)
			return wrap(v), err
		},
	}
}

// page is what a page says besides its elements.
type page struct {
	items int64
	empty bool // the reply had no body
	meta  map[string]jsontext.Value
	sum   uint64 // over the elements; 0 when nobody asks
}

// text is the member of that dotted name as text: "" when it is absent, null or false.
func (p page) text(name string) string {
	v := p.meta[name]
	switch v.Kind() {
	case 0, 'n', 'f', '{', '[':
		return ""
	}
	s, _ := scalarText(v)
	return s
}

// metaLimit bounds what is kept of a page besides its elements.
const metaLimit = 64 << 10

// walk reads one reply and yields the elements of its arrays as they arrive.
type walk[T any] struct {
	d     *Doer
	op    *Op
	res   *http.Response
	items Items[T]
	yield func(T, error) bool
	src   *replay
	dec   *jsontext.Decoder
	page  page
	found bool
	sums  bool
	// misfits counts elements of another kind, of which nothing was decoded.
	misfits int64
	// careful is set once an element did not fit: from then on each is read whole, so
	// that it can be decoded a second time.
	careful bool
	seed    maphash.Seed
}

// each sends one request and yields the elements of its reply. It reports false when
// yield did.
func each[T any](ctx context.Context, d *Doer, op *Op, items Items[T], send Send, set []pair, w *walk[T]) (page, bool, error) {
	if op.Media != nil {
		set = append(set, pair{op.Media.Param, op.Media.JSON})
	}
	res, err := send(with(ctx, set...))
	if err != nil {
		var e *Error
		if errors.As(err, &e) && slices.Contains(op.Paging.Empty, e.StatusCode) && isEmpty(e.Body) {
			return page{empty: true}, true, nil
		}
		return page{}, true, err
	}
	defer res.Body.Close()
	w.d, w.op, w.res, w.items = d, op, res, items
	w.page = page{meta: map[string]jsontext.Value{}}
	w.src = &replay{r: res.Body}
	w.dec = jsontext.NewDecoder(w.src, lenient())
	w.found, w.careful, w.misfits = false, false, 0
	ok, err := w.reply()
	return w.page, ok, err
}

func (w *walk[T]) reply() (bool, error) {
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
	var known *Error
	var lost *TransportError
	if errors.As(err, &known) || errors.As(err, &lost) {
		return true, err
	}
	return true, undecodable(w.op, w.res, err)
}

// end reads what follows the value: nothing may, and reading it frees the connection.
func (w *walk[T]) end() error {
	if _, err := w.dec.ReadToken(); err == nil {
		return errors.New("more than one JSON value")
	} else if err != io.EOF {
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

func (w *walk[T]) refusal() error {
	if e := w.op.Envelope; e != nil {
		return e.refusal(w.op, w.res, w.page.text, nil)
	}
	return nil
}

// item is the decoder for the array of that dotted name; "data.*" is every array of data.
func (w *walk[T]) item(name string) (Item[T], bool) {
	item, ok := w.items[name]
	if i := strings.LastIndexByte(name, '.'); !ok && i >= 0 {
		if kind := w.dec.PeekKind(); kind == '[' || kind == '{' {
			item, ok = w.items[name[:i]+".*"]
		}
	}
	return item, ok
}

// inside reports whether an array lies below name.
func (w *walk[T]) inside(name string) bool {
	for k := range w.items {
		if name == "" && k != "" || strings.HasPrefix(k, name+".") {
			return true
		}
	}
	return false
}

// value consumes the value of that dotted name. It reports false when yield did.
func (w *walk[T]) value(name string) (bool, error) {
	if !w.careful {
		w.src.keep(w.dec.InputOffset())
	}
	kind := w.dec.PeekKind()
	item, isItem := w.item(name)
	if isItem && (kind == '[' || kind == '{' && name != "") {
		// What follows a refusal is not data.
		if err := w.refusal(); err != nil {
			return true, w.dec.SkipValue()
		}
		w.found = true
		return w.elements(name, kind, item)
	}
	if name == "" && kind == '[' && len(w.items) == 1 {
		for _, item := range w.items { // the array without its object
			w.d.mismatch(Mismatch{w.op.ID, "", "object", "array", true})
			w.found = true
			return w.elements("", kind, item)
		}
	}
	if kind != '{' || !w.inside(name) {
		v, err := w.dec.ReadValue()
		if err == nil && name == "" {
			return true, errors.New("a JSON " + v.Kind().String() + " instead of the page")
		}
		if err == nil && isItem && kind != 'n' { // text or a number where the array belongs
			w.d.mismatch(Mismatch{w.op.ID, "/" + strings.ReplaceAll(name, ".", "/"), "array", kind.String(), string(v) == `""`})
		}
		if len(v) <= metaLimit {
			w.page.meta[name] = v.Clone()
		}
		return true, err
	}
	if _, err := w.dec.ReadToken(); err != nil {
		return true, err
	}
	for w.dec.PeekKind() != '}' {
		t, err := w.dec.ReadToken()
		if err != nil {
			return true, err
		}
		sub := t.String()
		if name != "" {
			sub = name + "." + sub
		}
		if ok, err := w.value(sub); err != nil || !ok {
			return ok, err
		}
	}
	_, err := w.dec.ReadToken()
	return true, err
}

func (w *walk[T]) elements(name string, kind jsontext.Kind, item Item[T]) (bool, error) {
	at := "/" + strings.ReplaceAll(name, ".", "/") + "/*"
	if name == "" {
		at = "/*"
	}
	if kind == '{' { // one element without its array
		w.d.mismatch(Mismatch{w.op.ID, strings.TrimSuffix(at, "/*"), "array", "object", true})
		return w.element(name, at, item, true)
	}
	if _, err := w.dec.ReadToken(); err != nil {
		return true, err
	}
	for w.dec.PeekKind() != ']' {
		if ok, err := w.element(name, at, item, false); err != nil || !ok {
			return ok, err
		}
	}
	_, err := w.dec.ReadToken()
	return true, err
}

func (w *walk[T]) element(name, at string, item Item[T], alone bool) (bool, error) {
	start := w.dec.InputOffset()
	if !w.careful && !alone {
		w.src.keep(start)
		v, err := item.strict(w.dec)
		if err == nil {
			if w.sums {
				w.add(w.src.since(start)[:w.dec.InputOffset()-start])
			}
			w.page.items++
			return w.yield(v, nil), nil
		}
		if !misfit(err) {
			return true, err
		}
		if err := w.rewind(name, start); err != nil {
			return true, err
		}
		w.careful = true
	}
	raw, err := w.dec.ReadValue()
	if err != nil {
		return true, err
	}
	if w.sums {
		w.add(raw)
	}
	v, err := item.tolerant(w.d, w.op, at, raw)
	if err != nil { // sound JSON of another kind: its place is kept, and reported
		w.d.mismatch(Mismatch{w.op.ID, at, "element", raw.Kind().String(), false})
		w.misfits++
	}
	w.page.items++
	return w.yield(v, nil), nil
}

func (w *walk[T]) add(element []byte) {
	element = bytes.TrimLeft(element, ", \t\r\n")
	w.page.sum = w.page.sum*31 + maphash.Bytes(w.seed, element)
}

// rewind puts the decoder back before the element that begins at start. A decoder cannot
// go back, so a new one is led to the same place by the tokens that open it.
func (w *walk[T]) rewind(name string, start int64) error {
	var opening strings.Builder
	tokens := 1
	if name != "" {
		for _, s := range strings.Split(name, ".") {
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
