package engine

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// Walk yields the elements of a list in the order of a key that never changes, so that rows
// which are inserted, deleted or changed meanwhile are neither missed nor repeated:
//
//	GET /indicators?tql=&sorting=id asc            {"data": [{"id": 3}, {"id": 8}]}
//	GET /indicators?tql=id > 8&sorting=id asc      {"data": [{"id": 9}]}
//	GET /indicators?tql=id > 9&sorting=id asc      {"data": []}
//
// A page that does not ascend above the last key is an error. Deleted rows are not
// seen, nor rows that become visible below the last key.
func Walk[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, kinds ...Kind[T]) iter.Seq2[T, error] {
	return elements(kinds, func(arrays []array, each func(int, any, uint64) bool) error {
		return p.walk(ctx, r, editors, "", new(position), arrays, each)
	})
}

// position is the last key of a walk, which it continues behind.
type position struct {
	key   int64
	begun bool
	skew  time.Duration // of the first reply
}

// walk lists by key what the caller's filter and condition select, behind at, which it moves.
func (p *Pipeline) walk(ctx context.Context, r *Request, editors []auth.Editor, condition string, at *position, arrays []array, yield func(int, any, uint64) bool) error {
	ks := r.op.Keyset
	filter, _ := r.value(ks.Filter)
	filter = ks.and(filter, condition)
	repeats := r.repeats
	for {
		r := r.clone()
		r.repeats, repeats = repeats, 0
		r.set(ks.Order, ks.Ascending)
		all := filter
		if at.begun {
			all = ks.and(filter, strings.ReplaceAll(ks.After, "{key}", strconv.FormatInt(at.key, 10)))
		}
		if all != "" {
			r.set(ks.Filter, all)
		}
		var bad error
		moved := false
		reader := newPageReader(p, r.op, arrays, func(kind int, v any, sum uint64) bool {
			key, ok := keyOf(v, ks.Key)
			if !ok || at.begun && key <= at.key {
				bad = broken(r.op, errors.New("a page that does not ascend above the last key"))
				return false
			}
			at.key, at.begun, moved = key, true, true
			return yield(kind, v, sum)
		}, false)
		got, whole, err := reader.read(ctx, r, editors)
		at.skew = cmp.Or(at.skew, p.skew(reader.res))
		if bad != nil || err != nil {
			return errors.Join(bad, err)
		}
		_, err = newPager(r.op.Paging, r, func(string, string, string) {}).next(got) // an empty page that states more
		if got.items > 0 && whole && !moved {
			err = errors.New("a page that does not ascend above the last key")
		}
		if err != nil {
			return broken(r.op, err)
		}
		if !whole || got.items == 0 {
			return nil
		}
	}
}

// and joins two conditions, of which either may be "".
func (ks *Keyset) and(filter, condition string) string {
	if filter == "" || condition == "" {
		return filter + condition
	}
	return strings.NewReplacer("{filter}", filter, "{after}", condition).Replace(ks.Both)
}

func keyOf(v any, name string) (int64, bool) {
	rv := reflect.ValueOf(v).Elem()
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	if i, ok := fieldsOf(rv.Type())[name]; ok {
		if f := reflect.Indirect(rv.Field(i)); f.CanInt() {
			return f.Int(), true
		}
	}
	return 0, false
}

// changes is the condition for what changed in [from, to).
func (ks *Keyset) changes(from, to time.Time) string {
	const layout = "2006-01-02T15:04:05Z"
	return strings.NewReplacer("{from}", from.UTC().Format(layout), "{to}", to.UTC().Format(layout)).Replace(ks.Since)
}

// Sync follows a list for what changes in it: each round yields what deleted lists, if it is not
// nil, and then walks by key what changed since the round before. A round that fails continues
// behind the last key. Elements that change while they are read come again in the next round. A
// deletion that deleted does not list is not seen.
func Sync[T any](ctx context.Context, p *Pipeline, r *Request, editors []auth.Editor, since time.Time, deleted *Request, deletedSince string, kinds ...Kind[T]) iter.Seq2[client.Followed[T], error] {
	since = since.UTC().Truncate(time.Second)
	return func(yield func(client.Followed[T], error) bool) {
		f := &feed[T]{p: p, op: r.op, at: since, sure: since, yield: yield}
		var round struct {
			to      time.Time // the same for all of it
			deleted bool      // was read
			at      position
		}
		f.run(ctx, func(from, to time.Time, _ bool) (time.Time, error) {
			if round.to.IsZero() {
				round.to = to
			}
			r := r.clone()
			r.repeats = f.repeats
			if deleted != nil && !round.deleted { // first: what was deleted and created again exists
				d := deleted.clone()
				d.repeats = f.repeats
				for _, name := range r.op.Keyset.Deleted {
					if v, ok := r.value(name); ok {
						d.set(name, v)
					}
				}
				d.set(deletedSince, from.Format(time.RFC3339))
				err := p.pages(ctx, d, editors, d.op.Paging, arrays(raw(d.op.Paging)), func(_ int, v any, _ uint64) bool {
					return f.hand(client.Followed[T]{Deleted: v.(*rawElement).JSON})
				}, func(got page) error {
					if n, err := newPager(d.op.Paging, d, nil).count(got); err == nil && n > got.items {
						p.mismatch(client.Mismatch{Operation: d.op.ID, Pointer: pointer(d.op.Paging.Total), Want: "all that is counted", Got: "a part of it"})
					}
					return nil
				})
				if err != nil || f.ended {
					return to, err
				}
				round.deleted = true
			}
			err := p.walk(ctx, r, editors, r.op.Keyset.changes(from, round.to), &round.at, arrays(kinds), func(kind int, v any, _ uint64) bool {
				e := element(kinds[kind], v)
				return f.hand(client.Followed[T]{Event: &e})
			})
			if err == nil { // what the service's clock had not reached is read again
				round.to = later(from, round.to.Add(min(f.skew-round.at.skew, 0)).Truncate(time.Minute))
				f.skew = round.at.skew
				to, round.to, round.deleted, round.at = round.to, time.Time{}, false, position{}
			}
			return to, err
		})
	}
}
