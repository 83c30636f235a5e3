package client

import (
	"context"
	"hash/maphash"
	"iter"
)

// List yields the elements of all pages, page after page, as they arrive. It is lazy: the
// request goes out when it is ranged over, break ends the reading, and a second range
// begins anew. It needs no goroutine.
func List[T any](ctx context.Context, d *Doer, op *Op, items Items[T], send Send) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if err := pages(ctx, d, op, op.Paging, items, send, nil, yield, nil); err != nil {
			var none T
			yield(none, err)
		}
	}
}

// pages walks the pages of p. fixed are query parameters of every request; seen is told
// each page, if it is not nil.
func pages[T any](ctx context.Context, d *Doer, op *Op, p *Paging, items Items[T], send Send, fixed []pair, yield func(T, error) bool, seen func(page)) error {
	w := &walk[T]{yield: yield, sums: p.Style == "offset" || p.Style == "page"}
	if w.sums {
		w.seed = maphash.MakeSeed()
	}
	c := newCourse(p)
	for {
		probe := c.watch(send)
		got, ok, err := each(ctx, d, op, items, probe, append(fixed[:len(fixed):len(fixed)], c.set()...), w)
		if err != nil || !ok {
			return err
		}
		if seen != nil {
			seen(got)
		}
		more, err := c.next(got)
		if err != nil {
			return &DecodeError{Operation: op.ID, Method: op.Method, Path: op.Path, StatusCode: 200, Err: err}
		}
		if !more {
			return nil
		}
	}
}
