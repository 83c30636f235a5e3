package client

import "time"

// Attempt is what OnAttempt is told: enough for metrics and traces, and nothing of what
// was sent or received.
type Attempt struct {
	Operation string
	Method    string
	Path      string        // template of the operation, so that it can be a metric's label
	Status    int           // 0 when no answer began
	Attempt   int           // 1 for the first
	Wait      time.Duration // pause before this attempt
	Duration  time.Duration // until the body was closed, or until it failed
	Bytes     int64         // of the decompressed body
	Err       error         // typed as what the call returns; nil for success
}

func (d *Doer) report(a Attempt) {
	if d.onAttempt != nil {
		d.onAttempt(a)
	}
}
