package collector

import (
	"context"
	"errors"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
)

// delivery is a batch on its way to the output. A refused batch is delivered again by itself,
// because service.AutoRetryNacks holds all others while it waits for one.
type delivery struct {
	ctx     context.Context // of the lease: whoever has the next one delivers it again
	batch   service.MessageBatch
	refused int                  // times
	settle  func(delivered bool) // called once, in the end
}

// acknowledge settles a delivery, or hands what was refused to the deliveries again.
func (d *delivery) acknowledge(index *service.Indexer, err error, again chan<- *delivery) {
	if err == nil {
		d.settle(true)
		return
	}
	d.batch = failed(d.batch, index, err)
	d.refused++
	time.AfterFunc(min(5*time.Second, 10*time.Millisecond<<min(d.refused, 10)), func() {
		select {
		case again <- d:
		case <-d.ctx.Done():
			d.settle(false)
		}
	})
}

// failed are the messages of a batch that an error names, all if it names none.
func failed(batch service.MessageBatch, index *service.Indexer, err error) (left service.MessageBatch) {
	var partly *service.BatchError
	if !errors.As(err, &partly) || partly.IndexedErrors() == 0 {
		return batch
	}
	named := make([]bool, len(batch))
	partly.WalkMessagesIndexedBy(index, func(i int, _ *service.Message, err error) bool {
		if err != nil && i >= 0 && i < len(named) {
			named[i] = true
		}
		return true
	})
	for i, m := range batch {
		if named[i] {
			left = append(left, m)
		}
	}
	if len(left) == 0 {
		return batch
	}
	return left
}
