package client

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestAwait(t *testing.T) {
	n, told := 0, 0
	ask := func(context.Context) (int, error) { n++; return n, nil }
	got, err := Await(t.Context(), time.Microsecond, ask, func(s int) bool { return s == 3 }, func(int) { told++ })
	if got != 3 || err != nil || told != 3 {
		t.Error(got, err, told)
	}
	synctest.Test(t, func(t *testing.T) { // every 0 asks each second, and not as fast as it can
		n, start := 0, time.Now()
		_, err := Await(t.Context(), 0, func(context.Context) (int, error) { n++; return n, nil }, func(s int) bool { return s == 4 }, nil)
		if d := time.Since(start); err != nil || d != 3*time.Second {
			t.Error(d, err)
		}
		if _, err = Await(t.Context(), -time.Hour, func(context.Context) (int, error) { n++; return n, nil }, func(s int) bool { return s == 6 }, nil); err != nil || time.Since(start) != 4*time.Second {
			t.Error(time.Since(start), err)
		}
	})
	failed := errors.New("failed")
	got, err = Await(t.Context(), time.Hour, func(context.Context) (int, error) { return 7, failed }, func(int) bool { return false }, nil)
	if got != 7 || !errors.Is(err, failed) {
		t.Error("an error ends it:", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	got, err = Await(ctx, time.Hour, func(context.Context) (int, error) { cancel(); return 1, nil }, func(int) bool { return false }, nil)
	if got != 1 || !errors.Is(err, context.Canceled) {
		t.Error("the context ends it:", got, err)
	}
}
