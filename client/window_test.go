package client

import (
	"errors"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	noon = time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	hour = noon.Add(time.Hour)
)

// events yields the values, then err if there is one.
func events(err error, values ...int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
		if err != nil {
			yield(0, err)
		}
	}
}

// read ranges over a window until it has seen so many events; 0 is all of them.
func read(w Window[int], stop int) (got []int, err error) {
	for v, e := range w.Events() {
		if e != nil {
			return got, e
		}
		if got = append(got, v); len(got) == stop {
			break
		}
	}
	return got, nil
}

// A fake of an API hands out windows of its own; they can be read more than once.
func TestNewWindow(t *testing.T) {
	w := NewWindow(noon, hour, events(nil, 1, 2, 3))
	assert.Equal(t, noon, w.From)
	assert.Equal(t, hour, w.To)
	for range 2 {
		got, err := read(w, 0)
		require.NoError(t, err)
		assert.Equal(t, []int{1, 2, 3}, got)
	}
	assert.Zero(t, w.QueryEnd(), "no server says its end")
}

// A struct with a window that nobody set must not panic, and neither must a window without
// events.
func TestZeroWindow(t *testing.T) {
	for name, w := range map[string]Window[int]{
		"zero":           {},
		"only its range": {From: noon, To: hour},
		"no events":      NewWindow[int](noon, hour, nil),
	} {
		got, err := read(w, 0)
		assert.Empty(t, got, name)
		require.NoError(t, err, name)
		assert.Zero(t, w.QueryEnd(), name)
		assert.Equal(t, w.From, w.Checkpoint(), "%s: nothing was read", name)
	}
}

// A checkpoint never passes over what was not read.
func TestCheckpoint(t *testing.T) {
	lost := errors.New("connection lost")
	for name, c := range map[string]struct {
		events iter.Seq2[int, error]
		stop   int
		err    error
		want   time.Time
	}{
		"read":                 {events(nil, 1, 2), 0, nil, hour},
		"nothing in it":        {events(nil), 0, nil, hour},
		"break":                {events(nil, 1, 2), 1, nil, noon},
		"break at the last":    {events(nil, 1, 2), 2, nil, noon}, // whether it was the last is not known then
		"an error":             {events(lost, 1), 0, lost, noon},
		"an error at once":     {events(lost), 0, lost, noon},
		"break before a error": {events(lost, 1), 1, nil, noon},
	} {
		w := NewWindow(noon, hour, c.events)
		copied := w
		assert.Equal(t, noon, w.Checkpoint(), "%s: before it is read", name)
		_, err := read(w, c.stop)
		require.ErrorIs(t, err, c.err, name)
		assert.Equal(t, c.want, w.Checkpoint(), name)
		assert.Equal(t, c.want, copied.Checkpoint(), "%s: a copy knows it too", name)
	}
	// An error after which the caller goes on is an error all the same.
	w := NewWindow(noon, hour, events(lost, 1))
	n := 0
	for range w.Events() {
		n++
	}
	assert.Equal(t, 2, n)
	assert.Equal(t, noon, w.Checkpoint())

	// A second try counts, for better and for worse, and so does one that has begun.
	w = NewWindow(noon, hour, events(nil, 1, 2))
	for _, c := range []struct {
		stop int
		want time.Time
	}{{0, hour}, {1, noon}, {0, hour}} {
		_, err := read(w, c.stop)
		require.NoError(t, err)
		assert.Equal(t, c.want, w.Checkpoint())
	}
	for range w.Events() {
		assert.Equal(t, noon, w.Checkpoint(), "it is read again")
	}
	assert.Equal(t, hour, w.Checkpoint())
}

// The server may have looked at less than it was asked for.
func TestCheckpointOfTheServer(t *testing.T) {
	for name, c := range map[string]struct{ end, want time.Time }{
		"earlier":    {hour.Add(-time.Second), hour.Add(-time.Second)},
		"the same":   {hour, hour},
		"later":      {hour.Add(time.Second), hour},
		"not stated": {time.Time{}, hour},
	} {
		var stated time.Time
		w := NewWindow(noon, hour, func(yield func(int, error) bool) {
			stated = c.end
			yield(1, nil)
		}, func() time.Time { return stated })
		assert.Zero(t, w.QueryEnd(), name)
		assert.Equal(t, noon, w.Checkpoint(), "%s: before it is read", name)
		_, err := read(w, 1)
		require.NoError(t, err)
		assert.Equal(t, noon, w.Checkpoint(), "%s: after break, whatever the server says", name)
		_, err = read(w, 0)
		require.NoError(t, err)
		assert.Equal(t, c.end, w.QueryEnd(), name)
		assert.Equal(t, c.want, w.Checkpoint(), name)
	}
}

// Copies of a window may be read by several goroutines.
func TestWindowConcurrently(t *testing.T) {
	w := NewWindow(noon, hour, events(nil, 1, 2, 3), func() time.Time { return hour })
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				got, err := read(w, 0)
				assert.Len(t, got, 3)
				assert.NoError(t, err)
				assert.Contains(t, []time.Time{noon, hour}, w.Checkpoint())
				w.QueryEnd()
			}
		})
	}
	all.Wait()
	assert.Equal(t, hour, w.Checkpoint())
}
