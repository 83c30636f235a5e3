package engine

import (
	"bytes"
	"context"
	"iter"
	"net/http"
	"reflect"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Kind is one array of a reply and the Go type of its elements.
type Kind[T any] struct {
	array array
	wrap  func(any) T // nil if the elements are Ts
}

// element is what the array's make made as a T.
func element[T any](k Kind[T], v any) T {
	if k.wrap != nil {
		return k.wrap(v)
	}
	return *v.(*T)
}

// array is a Kind for the page reader, which is not generic: one copy serves all types.
type array struct {
	name string       // dotted; "" is the whole reply, a last * every array there
	typ  reflect.Type // of an element
	// decode reads an element into what make returned; nil if only json can.
	decode func(*Decoder, any) bool
}

// make is a pointer to a fresh element of the array of that name.
func (a array) make(in string) any {
	v := reflect.New(a.typ).Interface()
	if e, ok := v.(*rawElement); ok {
		e.Array = in
	}
	return v
}

// Of is an array of Ts. decode, if it is given, is the generated function that reads one.
//
//go:noinline
func Of[T any](name string, decode ...func(*Decoder, *T) bool) Kind[T] {
	return Kind[T]{array: arrayOf(name, decode)}
}

// As is an array of Ms, which become a variant of the union T.
func As[M, T any](name string, wrap func(*M) T, decode ...func(*Decoder, *M) bool) Kind[T] {
	return Kind[T]{arrayOf(name, decode), func(v any) T { return wrap(v.(*M)) }}
}

// arrayOf is the common part of Of and As. It is not inlined, like all generic code here, to keep
// programs small.
//
//go:noinline
func arrayOf[T any](name string, decode []func(*Decoder, *T) bool) array {
	a := array{name: name, typ: reflect.TypeFor[T]()}
	if len(decode) > 0 {
		a.decode = func(d *Decoder, v any) bool { return decode[0](d, v.(*T)) }
	}
	return a
}

// raw are the arrays of p with elements as they came.
func raw(p *Paging) (kinds []Kind[client.RawElement]) {
	for _, name := range p.Items {
		kinds = append(kinds, Kind[client.RawElement]{
			array{name, reflect.TypeFor[rawElement](), func(d *Decoder, v any) bool {
				raw := d.value()
				v.(*rawElement).JSON = bytes.Clone(raw)
				return raw != nil
			}},
			func(v any) client.RawElement { return client.RawElement(*v.(*rawElement)) },
		})
	}
	return kinds
}

// rawElement accepts any JSON unchanged.
type rawElement client.RawElement

// UnmarshalJSON keeps the bytes.
func (e *rawElement) UnmarshalJSON(b []byte) error {
	e.JSON = bytes.Clone(b)
	return nil
}

// List yields the elements of all pages, page after page, as they arrive. It is lazy: the
// request goes out when it is ranged over, break stops it, and a second range
// starts again. It needs no goroutine.
//
//go:noinline
func List[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, kinds ...Kind[T]) iter.Seq2[T, error] {
	return elements(kinds, p.list(ctx, r, editors))
}

// list reads a list from its first page on. It is not part of List, which is compiled for each
// type.
//
//go:noinline
func (p *Pipeline) list(ctx context.Context, r *Request, editors []auth.Editor) func([]array, func(int, any, uint64) bool) error {
	return func(arrays []array, each func(int, any, uint64) bool) error {
		return p.pages(ctx, r.clone(), editors, r.op.Paging, arrays, each, nil)
	}
}

// elements yields what read yields as Ts, and the error with which it ends.
//
//go:noinline
func elements[T any](kinds []Kind[T], read func([]array, func(int, any, uint64) bool) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := read(arrays(kinds), func(kind int, v any, _ uint64) bool { return yield(element(kinds[kind], v), nil) })
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}

// RawList is List with elements as they came.
func RawList(ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor) iter.Seq2[client.RawElement, error] {
	return List(ctx, p, r, editors, raw(r.op.Paging)...)
}

func arrays[T any](kinds []Kind[T]) (all []array) {
	for _, k := range kinds {
		all = append(all, k.array)
	}
	return all
}

// pages walks the pages of style and yields their elements; seen, if it is not nil, is called
// with each page.
func (p *Pipeline) pages(ctx context.Context, r *Request, editors []auth.Editor, style *Paging, arrays []array, yield func(int, any, uint64) bool, seen func(page) error) error {
	return p.pagesOf(ctx, r, editors, style, newPageReader(p, r.op, arrays, yield, style.Style == "offset" || style.Style == "page"), seen)
}

// pagesOf is pages with a reader.
func (p *Pipeline) pagesOf(ctx context.Context, r *Request, editors []auth.Editor, style *Paging, reader *pageReader, seen func(page) error) error {
	way := newPager(style, r, func(name, want, got string) {
		p.mismatch(client.Mismatch{Operation: r.op.ID, Pointer: pointer(name), Want: want, Got: got})
	})
	for {
		way.set(r)
		got, ok, err := reader.read(ctx, r, editors)
		if err != nil || !ok {
			return err
		}
		if seen != nil {
			if err := seen(got); err != nil {
				return broken(r.op, err)
			}
		}
		more, err := way.next(got)
		if err != nil {
			return broken(r.op, err)
		}
		if !more {
			return nil
		}
	}
}

// broken is the error of a page from which the list cannot continue.
func broken(op *Operation, err error) error {
	return &client.DecodeError{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: http.StatusOK, Reason: decodeReason(err), Err: err}
}
