package collector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"

	"github.com/threatclients/threatclients-go/client"
)

// outage logs that a feed does not get on, which the feed itself waits out without a word: the
// first failure at once, then at most a line a minute, and one when the feed goes on. The errors of
// package client name operation and reason, and show neither a credential nor a query nor a body.
type outage struct {
	log *service.Logger
	now func() time.Time

	mu       sync.Mutex
	failures int
	since    time.Time // of the first of them
	told     time.Time // the last line of this or an earlier outage
	known    bool      // there was a line of this one
	answers  int       // since the feed last handed something out
}

const (
	tellEvery = time.Minute // and a wait that is as long is told at once
	unread    = 5           // answers in a row that brought nothing: a page that is no reply of the API, for one
)

// attempt takes note of a call that was made. A 404 counts as an answer: so TAP says that a window
// has no campaigns.
func (o *outage) attempt(a client.Attempt) {
	if a.Err != nil && a.Status != http.StatusNotFound {
		o.fail(a.Err)
		return
	}
	o.mu.Lock()
	o.answers++
	n := o.answers
	o.mu.Unlock()
	if n >= unread {
		o.fail(fmt.Errorf("%s: %d answers in a row brought nothing, the last with status %d", a.Operation, n, a.Status))
	}
}

// fail takes note of what kept the feed from going on.
func (o *outage) fail(err error) {
	if errors.Is(err, context.Canceled) { // an ordered end
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	if o.failures == 0 {
		o.since = now
	}
	o.failures++
	if now.Sub(o.told) < tellEvery && waitOf(err) < tellEvery {
		return
	}
	o.told, o.known = now, true
	if o.failures == 1 {
		o.log.Warnf("Cannot fetch: %v", err)
		return
	}
	o.log.Warnf("Cannot fetch since %s, failures: %d, the last: %v", o.since.UTC().Format(time.RFC3339), o.failures, err)
}

// over takes note that the feed has handed something out.
func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.known {
		o.log.Infof("Fetching again after %s, failures: %d", o.now().Sub(o.since).Round(time.Second), o.failures)
	}
	o.failures, o.answers, o.known = 0, 0, false
}

// waitOf is how long a feed waits after a failure that names a time.
func waitOf(err error) time.Duration {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return e.RetryAfter
	}
	if q, ok := errors.AsType[*client.QuotaError](err); ok {
		return q.RetryAfter
	}
	return 0
}
