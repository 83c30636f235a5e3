package collector

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Whatever the order of the acknowledgements, the checkpoint passes over nothing that was not
// acknowledged, and is at the end when everything is.
func TestCheckpointFollowsAcknowledgementsInOrder(t *testing.T) {
	begin := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		p := newProgress(begin)
		var parts []*part
		for i := range 20 {
			parts = append(parts, p.add(begin.Add(time.Duration(i+1)*time.Minute)))
		}
		acknowledged := map[int]bool{}
		for _, i := range random.Perm(len(parts)) {
			p.done(parts[i])
			acknowledged[i] = true
			first := 0
			for acknowledged[first] {
				first++
			}
			assert.Equal(t, begin.Add(time.Duration(first)*time.Minute), p.checkpoint(), "before the first part that is not acknowledged")
		}
		assert.Empty(t, p.queue, "nothing is kept")
	}
}

// A part that ends where the one before it ended moves nothing, and nothing is stored for it.
func TestCheckpointOfAWindowThatIsNotRead(t *testing.T) {
	begin := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	p := newProgress(begin)
	p.done(p.add(begin))
	assert.Empty(t, p.moved, "the checkpoint has not moved")
	p.done(p.add(begin.Add(time.Hour)))
	assert.Len(t, p.moved, 1, "the checkpoint has moved")
}
