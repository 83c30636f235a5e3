package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Followed is one item of a feed: an element, a deleted element, a gap, or a bare checkpoint
// after elements. Each Checkpoint may be stored: everything before it was yielded. After a
// restart the feed resumes there; elements that were yielded since then come again.
type Followed[T any] struct {
	Event *T
	// JSON is the event of a window as it came, if it is what the document says, until the loop
	// goes on; nil if it had to be repaired. Encoding the event costs more than reading it.
	JSON       json.RawMessage
	Deleted    json.RawMessage // what a service lists as deleted, as it came
	Gap        *Gap
	Checkpoint time.Time // UTC, whole seconds
}

// Gap is a part of the time that could not be read: the shortest window that the service allows,
// which failed the same way for ten minutes while another one could be read, or a time that the
// service no longer keeps. A time in which everything fails is no gap: the feed waits for its end.
type Gap struct {
	From, To time.Time // [From, To), UTC
	Err      error
}

// ErrGap matches the error that ends a feed at a Gap which OnGap does not pass.
var ErrGap = errors.New("a part of the feed cannot be read")

// GapError ends a feed over windows. To resume after the gap, follow from Gap.To, or set OnGap. A
// list that is followed by key has no gaps.
type GapError struct {
	Operation string
	Gap       Gap
}

func (e *GapError) Error() string {
	return fmt.Sprintf("%s: cannot be read from %s to %s: %s", e.Operation, e.Gap.From.Format(time.RFC3339), e.Gap.To.Format(time.RFC3339), e.Gap.Err)
}

// Is matches ErrGap.
func (e *GapError) Is(target error) bool { return target == ErrGap }

// Unwrap returns why it could not be read.
func (e *GapError) Unwrap() error { return e.Gap.Err }

// Oldest as the begin of a range means as far back as the service allows, less a margin for
// the time until the request arrives.
func Oldest() time.Time { return time.Unix(0, 0).UTC() }

// OnGap decides whether a feed skips a Gap: true yields it and continues after it, false ends
// the feed with a *GapError, as without OnGap.
func OnGap(f func(Gap) bool) Option { return func(c *Config) error { c.OnGap = f; return nil } }

// Poll is how long a feed waits between two rounds when there is nothing to fetch; the default
// is five minutes. A window is asked for once a round, and counts against the quota.
func Poll(every time.Duration) Option {
	return sets(every >= time.Second, "the time between two rounds is below a second", func(c *Config) { c.Poll = every })
}

// WindowLength bounds the windows into which a range is cut, and the requests of a feed, below
// what the service allows:
// a large tenant's hour may be more than the service gathers in time.
func WindowLength(t time.Duration) Option {
	return sets(t >= time.Second, "the length of a window is below a second", func(c *Config) { c.WindowLength = t })
}
