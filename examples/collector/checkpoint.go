package collector

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// checkpoint is what a store keeps of a tenant: how far its feed was read, and which feed that is.
// It is a text of two lines, such as
//
//	2026-01-15T09:00:00Z
//	tap SIEMAll at https://tap-api-v2.proofpoint.com
//
// One that an earlier version or a person wrote has the time alone.
type checkpoint struct {
	at   time.Time
	feed string // "" when the text does not say
}

func (c checkpoint) text() []byte {
	return []byte(c.at.UTC().Format(time.RFC3339) + "\n" + c.feed + "\n")
}

// parseCheckpoint returns an error for a text that it cannot read. Treating it as no checkpoint
// would restart the tenant at its start and lose what lies between.
func parseCheckpoint(tenant string, b []byte) (c checkpoint, err error) {
	first, second, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	if c.at, err = time.Parse(time.RFC3339, strings.TrimSpace(first)); err != nil {
		return c, fmt.Errorf("the checkpoint of %s is no time; put one there, such as 2026-01-15T09:00:00Z", tenant)
	}
	c.feed = strings.TrimSpace(second)
	return c, nil
}

// clockError is how far the clocks of processes that share checkpoints may differ.
const clockError = time.Minute

// check refuses a checkpoint of another feed, which says nothing of this one, and one that lies
// after now: a feed there would wait without a word until that time comes, and miss what happens before.
func (c checkpoint) check(t *tenant, now time.Time) error {
	if c.feed != "" && c.feed != t.identity {
		return fmt.Errorf("the checkpoint of %s belongs to %s, and the configuration asks for %s: give the tenant another name, or leave only the time in the checkpoint to go on from there",
			t.name, c.feed, t.identity)
	}
	if c.at.After(now.Add(clockError)) {
		return fmt.Errorf("the checkpoint of %s is %s, later than now, %s: put an earlier time there, or set the clock",
			t.name, c.at.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return nil
}

// identify names a feed by all that decides what it hands out. Of the parameters it has the names
// and a hash, because errors print it and values may be anybody's data.
func identify(api, feed, server string, params any) (string, error) {
	name := fmt.Sprintf("%s %s at %s", api, feed, strings.TrimRight(server, "/"))
	named, _ := params.(map[string]any)
	if len(named) == 0 {
		return name, nil
	}
	b, err := json.Marshal(named)
	if err != nil {
		return "", fmt.Errorf("params: %w", err)
	}
	return fmt.Sprintf("%s with %s (%.8x)", name, strings.Join(slices.Sorted(maps.Keys(named)), ", "), sha256.Sum256(b)), nil
}

// resume returns where a tenant goes on, or begins.
func (in *input) resume(l *lease, t *tenant) (time.Time, error) {
	c, found, err := in.state.load(l.ctx, t.name)
	if err != nil {
		return c.at, err
	}
	now := time.Now()
	if !found {
		c.at = t.start(now).Truncate(time.Second)
	}
	if err := c.check(t, now); err != nil {
		return c.at, err
	}
	if c.feed != "" {
		return c.at, nil
	}
	// Stored before anything is read: a start that is relative to now must not move on, and a
	// checkpoint without a feed is taken for this one once.
	c.feed = t.identity
	return c.at, in.state.save(l.ctx, t.name, l.holder, c)
}
