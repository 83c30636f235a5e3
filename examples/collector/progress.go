package collector

import (
	"sync"
	"time"
)

// progress turns acknowledgements, which come in any order, into a checkpoint before which
// everything was acknowledged.
type progress struct {
	mu    sync.Mutex
	queue []*part // oldest first
	at    time.Time
	moved chan struct{} // has an element when at has moved since it was last looked at
}

// part is a stretch of the feed that is acknowledged as a whole.
type part struct {
	checkpoint time.Time // of the feed behind it
	done       bool
}

func newProgress(at time.Time) *progress { return &progress{at: at, moved: make(chan struct{}, 1)} }

// add puts a part behind all others.
func (p *progress) add(checkpoint time.Time) *part {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := &part{checkpoint: checkpoint}
	p.queue = append(p.queue, q)
	return q
}

// done acknowledges a part.
func (p *progress) done(q *part) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q.done = true
	at := p.at
	for len(p.queue) > 0 && p.queue[0].done {
		at, p.queue[0], p.queue = p.queue[0].checkpoint, nil, p.queue[1:]
	}
	if at.After(p.at) {
		p.at = at
		select {
		case p.moved <- struct{}{}:
		default:
		}
	}
}

// checkpoint is the time before which everything was acknowledged.
func (p *progress) checkpoint() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at
}
