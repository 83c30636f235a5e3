package hostile_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/engine"
)

// outcome is what a method made of a reply.
type outcome struct {
	err      error
	elements int  // of a list
	list     bool // the method is an iterator, or over windows of them
	file     bool // the method hands out the body unread
	reply    bool // the method returns the *http.Response
	nothing  bool // the method returns only an error
	holds    bool // something of what the document knows was decoded
	open     bool // the document knows no member of the elements
}

// patience is after how many elements a list is given up; no body here has as many.
const patience = 5000

// invoke calls a method; of windows the first one is read. Elements count while counts is true.
func invoke(i check.Invocation, counts func() bool) (o outcome, err error) {
	in, err := i.Arguments()
	if err != nil {
		return o, err
	}
	out := i.Method.Call(in)
	last := out[len(out)-1]
	if last.Type() == reflect.TypeFor[error]() {
		o.err, _ = last.Interface().(error)
		o.nothing = len(out) == 1
		if o.nothing {
			return o, nil
		}
		switch got := out[0].Interface().(type) {
		case *http.Response:
			o.reply = true
			if o.err == nil {
				_, o.err = io.Copy(io.Discard, got.Body)
				o.err = errors.Join(o.err, got.Body.Close())
			}
		case io.ReadCloser:
			o.file = true
			o.err = errors.Join(o.err, drained(got))
		default:
			o.file = out[0].Type() == reflect.TypeFor[io.ReadCloser]()
			o.holds, o.open = holds(out[0]), isOpen(out[0])
		}
		return o, nil
	}
	o.list = true
	if last.Type().NumIn() == 1 && last.Type().In(0).NumIn() == 1 { // windows
		for w := range last.Seq() {
			o.read(w.MethodByName("Events").Call(nil)[0], counts)
			read := w.MethodByName("Checkpoint").Call(nil)[0].Interface() != w.FieldByName("From").Interface()
			if o.err != nil && read {
				return o, errors.New("a checkpoint after events that were not read")
			}
			break
		}
		return o, nil
	}
	o.read(last, counts)
	return o, nil
}

func drained(r io.ReadCloser) error {
	if r == nil {
		return nil
	}
	_, err := io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}

// read reads a list to its end or its first error.
func (o *outcome) read(seq reflect.Value, counts func() bool) {
	for v, e := range seq.Seq2() {
		if o.err, _ = e.Interface().(error); o.err != nil {
			return
		}
		if !counts() {
			continue // of a page before
		}
		o.elements++
		o.holds, o.open = o.holds || holds(v), isOpen(v)
		if o.elements > patience {
			o.err = errors.New("the list does not end")
			return
		}
	}
}

// holds reports whether something that the document knows was decoded: a member that it does
// not know is kept too, and is none.
func holds(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && holds(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Name == "Extra" || strings.HasSuffix(v.Type().Name(), "Result") && f.Name == "StatusCode" {
				continue
			}
			if holds(v.Field(i)) {
				return true
			}
		}
		return false
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Len() > 0
		}
		for i := range v.Len() {
			if holds(v.Index(i)) {
				return true
			}
		}
		return false
	case reflect.Map:
		return v.Len() > 0
	}
	return !v.IsZero()
}

// isOpen reports whether a value has elements of which the document knows no member, or is one.
func isOpen(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct:
		if v.NumField() == 1 {
			return v.Type().Field(0).Name == "Extra"
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() > 0 && isOpen(f.Index(0)) {
				return true
			}
		}
	case reflect.Slice:
		return v.Len() > 0 && isOpen(v.Index(0))
	case reflect.Map:
		return v.Type().Elem().Kind() == reflect.Interface || v.Type().Elem() == reflect.TypeFor[json.RawMessage]()
	}
	return false
}

// shape is what an operation is answered with by its own service.
type shape struct {
	op    *engine.Operation
	none  bool   // the document knows no member by which an answer is known
	own   []byte // the body of its own fixture
	first []byte // that body, as a page that says that there is more
}
