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
	assert.NoError(t, err)
	assert.Equal(t, 3, got, "the state that was waited for")
	assert.Equal(t, 3, told, "states that were told, the last one too")
	synctest.Test(t, func(t *testing.T) { // every 0 asks each second, and not as fast as it can
		n, start := 0, time.Now()
		_, err := Await(t.Context(), 0, func(context.Context) (int, error) { n++; return n, nil }, func(s int) bool { return s == 4 }, nil)
		assert.NoError(t, err)
		assert.Equal(t, 3*time.Second, time.Since(start), "four questions, every 0")
		_, err = Await(t.Context(), -time.Hour, func(context.Context) (int, error) { n++; return n, nil }, func(s int) bool { return s == 6 }, nil)
		assert.NoError(t, err)
		assert.Equal(t, 4*time.Second, time.Since(start), "two questions more, every -1h")
	})
	failed := errors.New("failed")
	got, err = Await(t.Context(), time.Hour, func(context.Context) (int, error) { return 7, failed }, func(int) bool { return false }, nil)
	assert.Equal(t, 7, got, "what came with the error is returned")
	assert.ErrorIs(t, err, failed, "an error ends it")
	ctx, cancel := context.WithCancel(t.Context())
	got, err = Await(ctx, time.Hour, func(context.Context) (int, error) { cancel(); return 1, nil }, func(int) bool { return false }, nil)
	assert.Equal(t, 1, got, "the last state is returned")
	assert.ErrorIs(t, err, context.Canceled, "the context ends it")
}
