package client

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAwait(t *testing.T) {
	n, told := 0, 0
	ask := func(context.Context) (int, error) { n++; return n, nil }
	got, err := Await(t.Context(), time.Microsecond, ask, func(s int) bool { return s == 3 }, func(int) { told++ })
	assert.Equal(t, 3, got)
	assert.NoError(t, err)
	assert.Equal(t, 3, told)
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
	assert.Equal(t, 7, got, "an error ends it")
	assert.ErrorIs(t, err, failed, "an error ends it")
	ctx, cancel := context.WithCancel(t.Context())
	got, err = Await(ctx, time.Hour, func(context.Context) (int, error) { cancel(); return 1, nil }, func(int) bool { return false }, nil)
	assert.Equal(t, 1, got, "the context ends it")
	assert.ErrorIs(t, err, context.Canceled, "the context ends it")
}
