package engine

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
)

// A reply of just the limit is whole; one byte more is an error and never a shorter reply.
func TestLimitedBody(t *testing.T) {
	for _, c := range []struct {
		limit int64
		body  string
		want  string
		err   error
	}{
		{4, "", "", nil},
		{4, "abc", "abc", nil},
		{4, "abcd", "abcd", nil},
		{4, "abcde", "abcd", client.ErrTooLarge},
		{4, strings.Repeat("x", 1<<20), "xxxx", client.ErrTooLarge},
		{1, "ab", "a", client.ErrTooLarge},
		{math.MaxInt64, "abc", "abc", nil}, // "no limit"
	} {
		for name, r := range map[string]io.Reader{
			"at once":          strings.NewReader(c.body),
			"byte by byte":     iotest.OneByteReader(strings.NewReader(c.body)),
			"end with data":    iotest.DataErrReader(strings.NewReader(c.body)),
			"half of the time": iotest.HalfReader(strings.NewReader(c.body)),
		} {
			b := &limitedBody{ReadCloser: io.NopCloser(r), left: c.limit, owner: told{}}
			got, err := io.ReadAll(b)
			assert.Equal(t, c.want, string(got), "%s, limit %d: what is read of %s", name, c.limit, short(c.body))
			assert.Equal(t, c.err, err, "%s, limit %d: how %s ends", name, c.limit, short(c.body))
			assert.ErrorIs(t, err, c.err, "%s, limit %d: it is that very error", name, c.limit)
			assert.Equal(t, int64(len(c.want)), b.read, "%s, limit %d: bytes that count of %s", name, c.limit, short(c.body))
		}
	}
}

// A decoder that asks again after a failure must not find the reply complete.
func TestLimitedBodyStaysFailed(t *testing.T) {
	lost := errors.New("connection lost")
	calls, wraps := 0, 0
	b := &limitedBody{ReadCloser: io.NopCloser(reader(func(p []byte) (int, error) {
		if calls++; calls == 1 {
			return copy(p, "ab"), lost
		}
		return 0, io.EOF
	})), left: 9, owner: told{wraps: func(err error) error { wraps++; return errors.Join(err) }}}
	n, first := b.Read(make([]byte, 4))
	assert.Equal(t, 2, n, "bytes that came before the failure")
	assert.ErrorIs(t, first, lost)
	for range 3 {
		n, err := b.Read(make([]byte, 4))
		assert.Zero(t, n, "bytes after a failure")
		assert.Same(t, first, err, "the failure comes again")
	}
	assert.Equal(t, 1, calls, "reads of the body")
	assert.Equal(t, 1, wraps, "errors that were wrapped")
}

// told is an owner of two functions.
type told struct {
	wraps func(error) error
	dones func(int64, error)
}

func (t told) wrap(err error) error {
	if t.wraps == nil {
		return err
	}
	return t.wraps(err)
}

func (t told) done(read int64, err error) {
	if t.dones != nil {
		t.dones(read, err)
	}
}

type reader func([]byte) (int, error)

func (f reader) Read(p []byte) (int, error) { return f(p) }

// The attempt is reported once, with what was read, however often the body is closed.
func TestLimitedBodyIsDoneOnce(t *testing.T) {
	for _, c := range []struct {
		limit, read int64
		err         error
	}{{9, 5, nil}, {3, 3, client.ErrTooLarge}} {
		closed, done := 0, 0
		b := &limitedBody{ReadCloser: closer{strings.NewReader("abcde"), func() { closed++ }}, left: c.limit, owner: told{dones: func(read int64, err error) {
			done++
			assert.Equal(t, c.read, read, "limit %d: bytes that are told", c.limit)
			assert.Equal(t, c.err, err, "limit %d: the error that is told", c.limit)
			assert.ErrorIs(t, err, c.err, "limit %d: it is that very error", c.limit)
			assert.NotZero(t, closed, "limit %d: the body is closed before it is told", c.limit)
		}}}
		io.ReadAll(b)
		b.Close()
		b.Close()
		assert.Equal(t, 1, done, "limit %d: times that it was told", c.limit)
		assert.NotZero(t, closed, "limit %d: the body is closed", c.limit)
	}
}

type closer struct {
	io.Reader
	close func()
}

func (c closer) Close() error { c.close(); return nil }

// The buffer of the reader is not written beyond its length, whatever is left of the limit.
func TestLimitedBodyKeepsToTheBuffer(t *testing.T) {
	for size := 1; size <= 5; size++ {
		b := &limitedBody{ReadCloser: io.NopCloser(strings.NewReader("abc")), left: 3, owner: told{}}
		buffer := []byte("123456")
		n, err := b.Read(buffer[:size])
		require.NoError(t, err, "a buffer of %d", size)
		assert.Equal(t, min(size, 3), n, "a buffer of %d", size)
		assert.Equal(t, "abc"[:n]+"123456"[n:], string(buffer), "a buffer of %d", size)
	}
}

// A buffer of just the limit is not written beyond its length, though the reply is longer.
func TestLimitedBodyWithABufferOfTheLimit(t *testing.T) {
	b := &limitedBody{ReadCloser: io.NopCloser(strings.NewReader("abcdef")), left: 3, owner: told{}}
	buffer := []byte("123456")
	n, err := b.Read(buffer[:3])
	require.NoError(t, err, "the limit is not exceeded yet")
	assert.Equal(t, 3, n)
	assert.Equal(t, "abc456", string(buffer), "what lies behind the buffer is as it was")
	_, err = b.Read(buffer[:3])
	assert.ErrorIs(t, err, client.ErrTooLarge)
}
