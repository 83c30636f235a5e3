package collector

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/redpanda-data/benthos/v4/public/service"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// An output refuses batches, whole or in part, takes its time, and so acknowledges out of
// order: everything arrives, and at no time has the checkpoint passed over what has not.
func TestOutputThatFailsAndReorders(t *testing.T) {
	events := sandbox.Events{Seed: 8, PerHour: 100}
	in := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: events})
	dir := t.TempDir()
	begin := time.Now().UTC().Add(-5 * time.Hour).Truncate(time.Second)
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(4, 2))
	seen, refused := map[string]int{}, 0
	out := func(_ context.Context, batch service.MessageBatch) error {
		mu.Lock()
		whole, one := random.IntN(10) < 3, random.IntN(2*len(batch))
		pause := time.Duration(random.IntN(15)) * time.Millisecond
		mu.Unlock()
		time.Sleep(pause)
		mu.Lock()
		defer mu.Unlock()
		failure := errors.New("the output of the test refuses")
		if whole {
			refused += len(batch)
			return failure
		}
		var partly *service.BatchError
		for i, m := range batch {
			if i == one {
				refused++
				partly = service.NewBatchError(batch, failure).Failed(i, failure)
				continue
			}
			seen[receive(t, m).guid()]++
		}
		if partly != nil {
			return partly
		}
		return nil
	}
	stop := run(t, fmt.Sprintf("    batch: 10\n    max_in_flight: 200\n    checkpoint: {directory: %s}\n    tenants:\n%s", dir,
		tenantOf(in, "acme", "tap", "SIEMAll", fmt.Sprintf(", window: 10m, start: %q", begin.Format(time.RFC3339)))), out)
	looks := 0
	require.Eventually(t, func() bool {
		at := stored(dir, "acme")
		mu.Lock()
		defer mu.Unlock()
		looks++
		assert.Empty(t, missing(events, begin, at, seen), "what the checkpoint has passed over")
		return at.After(begin.Add(4 * time.Hour))
	}, 2*soon, often, "it ends in spite of the refusals")
	stop()
	at := stored(dir, "acme")
	lost := missing(events, begin, at, seen)
	assert.Empty(t, lost, "what the last checkpoint has passed over")
	assert.Positive(t, refused, "messages that were refused")
	t.Logf("%d messages, %d refused on the way, %d lost; the checkpoint was looked at %d times", len(seen), refused, len(lost), looks)
}

// An output that takes nothing holds back the feed: so many messages are read and no more. The
// checkpoint moves when the first of them is acknowledged, not before.
func TestBlockedOutputIsBounded(t *testing.T) {
	box := serve(t, sandbox.Options{APIs: []string{"tap"}, Events: sandbox.Events{PerHour: 1000}})
	dir := t.TempDir()
	conf, err := spec().ParseYAML("batch: 50\nmax_in_flight: 300\ncheckpoint: {directory: "+dir+"}\ntenants:\n"+
		tenantOf(box, "acme", "tap", "SIEMAll", ", start: 3h, window: 1m"), nil)
	require.NoError(t, err)
	in, err := newInput(conf, service.MockResources())
	require.NoError(t, err)
	require.NoError(t, in.Connect(t.Context()))
	defer func() { assert.NoError(t, in.Close(t.Context())) }()
	var acks []service.AckFunc
	var sizes []int
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		batch, ack, err := in.ReadBatch(ctx)
		cancel()
		if err != nil {
			require.ErrorIs(t, err, context.DeadlineExceeded, "it blocks")
			break
		}
		acks, sizes = append(acks, ack), append(sizes, len(batch))
	}
	total := 0
	for _, n := range sizes {
		total += n
	}
	assert.LessOrEqual(t, total, 300, "messages that wait")
	assert.Greater(t, total, 250, "it reads ahead as far as it may")
	first := stored(dir, "acme")
	for i := len(acks) - 1; i > 0; i-- {
		require.NoError(t, acks[i](t.Context(), nil))
	}
	time.Sleep(100 * time.Millisecond)
	assert.Equal(t, first, stored(dir, "acme"), "the first batch is not acknowledged")
	require.NoError(t, acks[0](t.Context(), nil))
	assert.Eventually(t, func() bool { return stored(dir, "acme").After(first) }, soon, often, "all are")
}
