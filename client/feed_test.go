package client

import (
	"bytes"
	"encoding/gob"
	"errors"
	"iter"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
)

// The options of feeds are taken as they are, down to a second.
func TestFeedOptions(t *testing.T) {
	gaps := 0
	c, err := Configure("https://api.example.com", auth.Anonymous(), Poll(time.Second), WindowLength(time.Second), OnGap(func(Gap) bool { gaps++; return true }))
	require.NoError(t, err)
	assert.Equal(t, time.Second, c.Poll)
	assert.Equal(t, time.Second, c.WindowLength)
	require.NotNil(t, c.OnGap)
	assert.True(t, c.OnGap(Gap{}))
	assert.Equal(t, 1, gaps)
	for name, o := range map[string]Option{"the time between two rounds": Poll(time.Second - 1), "the length of a window": WindowLength(time.Second - 1)} {
		_, err := Configure("https://api.example.com", auth.Anonymous(), o)
		assert.ErrorContains(t, err, name+" is below a second")
	}
	c, err = Configure("https://api.example.com", auth.Anonymous())
	require.NoError(t, err)
	assert.Equal(t, 5*time.Minute, c.Poll, "the default")
	assert.Equal(t, 30*time.Second, c.BackoffLimit, "the default")
	assert.Equal(t, int64(256<<20), c.MaxBody, "the default")
	assert.Zero(t, c.WindowLength)
}

// A limit of one byte is one; of none it is refused.
func TestMaxBodyOfOne(t *testing.T) {
	server, err := url.Parse("https://api.example.com")
	require.NoError(t, err)
	c := &Config{Server: server}
	require.NoError(t, MaxBody(1)(c))
	assert.Equal(t, int64(1), c.MaxBody)
	assert.Error(t, MaxBody(0)(c))
}

// A gap says where it is and why, and is matched as one and as its cause.
func TestGapError(t *testing.T) {
	at := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	cause := &Error{Operation: "listThings", Method: "GET", Path: "/things", StatusCode: 500}
	err := error(&GapError{Operation: "listThings", Gap: Gap{From: at, To: at.Add(time.Hour), Err: cause}})
	assert.Equal(t, "listThings: cannot be read from 2026-01-10T12:00:00Z to 2026-01-10T13:00:00Z: "+cause.Error(), err.Error())
	assert.ErrorIs(t, err, ErrGap)
	assert.NotErrorIs(t, err, ErrCursor)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Same(t, cause, e)
	assert.True(t, Oldest().Equal(time.Unix(0, 0)))
	assert.Equal(t, time.UTC, Oldest().Location())
}

// A refusal says by its message that something exists or is excluded.
func TestErrorIsByMessage(t *testing.T) {
	exists, excluded := &Error{StatusCode: 400, Message: "The item Already Exists."}, &Error{StatusCode: 403, Message: "on a system-wide Exclusion List"}
	assert.ErrorIs(t, exists, ErrExists)
	assert.NotErrorIs(t, exists, ErrExcluded)
	assert.ErrorIs(t, excluded, ErrExcluded)
	assert.NotErrorIs(t, excluded, ErrExists)
}

// What encoders write of an error is its text: neither header nor body, nor the cause.
func TestErrorsInGob(t *testing.T) {
	secret := errors.New("hidden-0000")
	for _, v := range []interface {
		error
		GobEncode() ([]byte, error)
		MarshalText() ([]byte, error)
	}{
		Error{Operation: "listThings", Body: []byte("hidden-0000")}, TransportError{Operation: "listThings", Err: secret}, DecodeError{Operation: "listThings", Err: secret},
	} {
		for _, encode := range []func() ([]byte, error){v.GobEncode, v.MarshalText} {
			b, err := encode()
			require.NoError(t, err)
			assert.Equal(t, v.Error(), string(b), "%T", v)
		}
		var b bytes.Buffer
		require.NoError(t, gob.NewEncoder(&b).Encode(v))
		assert.Contains(t, b.String(), "listThings")
		assert.NotContains(t, b.String(), "hidden-0000")
	}
}

// A checkpoint lies in the window, wherever the server says that it ended.
func TestCheckpointBeforeTheWindow(t *testing.T) {
	at := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	none := iter.Seq2[int, error](func(func(int, error) bool) {})
	for end, want := range map[time.Duration]time.Duration{-time.Second: 0, 0: 0, time.Minute: time.Minute, time.Hour: time.Hour, 2 * time.Hour: time.Hour} {
		w := NewWindow(at, at.Add(time.Hour), none, func() time.Time { return at.Add(end) })
		assert.Equal(t, at, w.Checkpoint(), "before it is read")
		for range w.Events() {
			assert.Fail(t, "the window has no event")
		}
		assert.Equal(t, at.Add(want), w.Checkpoint(), "the server ended at %s", end)
	}
}
