// Package chaos_test reads lists of every style from services that fail in many ways: a list is
// complete and in order, or an error came.
package chaos_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

// known are seeds of scenarios that failed once: an empty page that stated more ended a list
// after a page that had stated a smaller total.
var known = []uint64{10454, 11394}

// result is what came of the scenarios.
type result struct {
	sync.Mutex
	scenarios, complete, silent, failed, stopped, requests int
	used                                                   map[string]int
}

// A list is complete and in order, or an error came; no POST arrives twice; nothing is left.
func TestChaos(t *testing.T) {
	n := uint64(2000)
	if os.Getenv("FULL") != "" {
		n = 12000
	}
	seeds := slices.Clone(known)
	if one, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		seeds, n = []uint64{one}, 0
	}
	for seed := range n {
		seeds = append(seeds, seed+1)
	}
	log.SetOutput(io.Discard) // net/http writes what it did not expect to the standard log
	defer log.SetOutput(os.Stderr)
	before := runtime.NumGoroutine()
	all := result{used: map[string]int{}}
	work := make(chan uint64)
	var wait sync.WaitGroup
	for range 8 { // most of the time a scenario waits
		wait.Go(func() {
			for seed := range work {
				if seed%10 == 0 {
					all.posts(t, seed)
				} else {
					all.lists(t, seed)
				}
			}
		})
	}
	for _, seed := range seeds {
		work <- seed
	}
	close(work)
	wait.Wait()
	after := settled(before)
	t.Logf("chaos: %d scenarios, %d requests, %d kinds of fault: %d complete, %d with an error, %d given up, %d silent; goroutines %d before, %d after",
		all.scenarios, all.requests, len(all.used), all.complete, all.failed, all.stopped, all.silent, before, after)
	assert.LessOrEqual(t, after, before, "goroutines")
	if n > 0 {
		for _, f := range faults {
			assert.Positive(t, all.used[f.name], "times of fault %q", f.name)
		}
	}
	if n > 10000 { // each style knows only some of these
		for _, name := range twists {
			assert.Positive(t, all.used[name], "times of fault %q", name)
		}
	}
}

// settled waits until no more goroutines are left than before.
func settled(before int) (now int) {
	for range 100 {
		if now = runtime.NumGoroutine(); now <= before {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return now
}

// options are small and random, so that a scenario is over soon.
func options(rnd *rand.Rand, url string) []client.Option {
	transport := &http.Transport{}
	return []client.Option{
		client.Server(url), client.AllowHTTP(), client.Transport(transport), client.Attempts(1 + rnd.IntN(4)),
		client.Backoff(0, time.Millisecond), client.MaxWait(50 * time.Millisecond), client.Timeout(time.Duration(40+rnd.IntN(80)) * time.Millisecond),
		client.Clock(func() time.Time { return noon }), client.OnMismatch(func(client.Mismatch) {}),
	}
}

func signed(_ context.Context, r *http.Request) error {
	r.SetBasicAuth("principal-0000", "hunter2-hunter2")
	return nil
}

// lists is one scenario: a list of one style, read to its end, or cancelled, or broken off.
func (all *result) lists(t *testing.T, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 7))
	s := &service{style: styles[rnd.IntN(len(styles))], total: rnd.IntN(60), size: 1 + rnd.IntN(20),
		rate: []float64{0.02, 0.1, 0.3}[rnd.IntN(3)], rnd: rand.New(rand.NewPCG(seed, 11))}
	url := serve(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stop, ended := -1, false
	switch rnd.IntN(8) {
	case 0:
		time.AfterFunc(time.Duration(rnd.IntN(5000))*time.Microsecond, cancel)
	case 1:
		stop = rnd.IntN(30)
	}
	got, err, broke := collect(s.style.list(ctx, signed, int64(s.size), options(rnd, url)...), stop)
	ended = err == nil && !broke
	cancel()
	left := s.close()
	name := fmt.Sprintf("SEED=%d %s, %d elements in pages of %d", seed, s.style.name, s.total, s.size)
	assert.Zero(t, left, "%s: connections left", name)
	whole := slices.Equal(got, inOrder(s.total))
	if ended { // a page that came before is known when it was read
		assert.True(t, whole, "%s: no error, and what came is %v (faults %v)", name, got, s.used)
	}
	all.add(s, ended, whole, err)
}

// inOrder are the numbers of so many elements.
func inOrder(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// collect reads a list up to stop elements, all if that is negative.
func collect(list iter.Seq2[int, error], stop int) (got []int, err error, broke bool) {
	for n, e := range list {
		if e != nil {
			return got, e, false
		}
		if got = append(got, n); len(got) == stop || len(got) > 10000 {
			return got, nil, true
		}
	}
	return got, nil, false
}

// posts is one scenario: numbered writes, of which none may be carried out twice.
func (all *result) posts(t *testing.T, seed uint64) {
	rnd := rand.New(rand.NewPCG(seed, 7))
	s := &service{rate: 0.4, rnd: rand.New(rand.NewPCG(seed, 11)), style: styles[0]}
	c, err := synthetic.New(signed, options(rnd, serve(t, s))...)
	require.NoError(t, err)
	var last error
	for i := range 6 {
		address := fmt.Sprintf("user%d@example.com", i)
		if _, err := c.CreateUsers(context.Background(), "o", synthetic.UserInputs{{Email: &address}}); err != nil {
			last = err
		}
	}
	c.Close()
	assert.Zero(t, s.close(), "SEED=%d posts: connections left", seed)
	once := true
	for body, n := range s.bodies {
		once = once && n <= 1
		assert.LessOrEqual(t, n, 1, "SEED=%d: %s arrived more than once (faults %v)", seed, body, s.used)
	}
	all.add(s, last == nil, once, last)
}

// add counts a scenario; right is that it came out as it is to, if no error says otherwise.
func (all *result) add(s *service, ended, right bool, err error) {
	all.Lock()
	defer all.Unlock()
	all.scenarios++
	switch {
	case ended && !right:
		all.silent++
	case ended:
		all.complete++
	case err != nil:
		all.failed++
	default:
		all.stopped++
	}
	for name, n := range s.used {
		all.used[name] += n
	}
	all.requests += s.asked
}
