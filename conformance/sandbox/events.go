package sandbox

import (
	"encoding/binary"
	"encoding/hex"
	"hash/fnv"
	"slices"
	"sort"
	"time"
)

// Events configures the feeds of windows. The events are a function of time and seed, so that
// a test can compute them: see [Events.Between].
type Events struct {
	Seed      uint64
	PerHour   int           // of each kind; 60 when 0, none when negative
	Delay     time.Duration // the longest time until an event can be read; each has its own
	Duplicate float64       // share of the events that come twice in an answer, 0 to 1
}

// Event is one moment of a feed.
type Event struct {
	ID      string // 32 hexadecimal digits
	Time    time.Time
	Visible time.Time // from when it can be read
	Twice   bool
}

// GUID is the identifier that an answer has for the event.
func (e Event) GUID() string {
	return e.ID[:8] + "-" + e.ID[8:12] + "-4" + e.ID[13:16] + "-a" + e.ID[17:20] + "-" + e.ID[20:]
}

// Between returns the events of a kind, such as messagesDelivered, with from ≤ Time < to, in
// their order, whether they can be read by now or not.
func (e Events) Between(kind string, from, to time.Time) []Event {
	per := e.PerHour
	if per == 0 {
		per = 60
	}
	if per < 0 || !from.Before(to) {
		return nil
	}
	var list []Event
	for hour := from.UTC().Truncate(time.Hour); hour.Before(to); hour = hour.Add(time.Hour) {
		for i := range per {
			if one := e.event(kind, hour, i, per); !one.Time.Before(from) && one.Time.Before(to) {
				list = append(list, one)
			}
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Time.Before(list[j].Time) })
	return list
}

// event is the nth of an hour: somewhere in its part of the hour.
func (e Events) event(kind string, hour time.Time, n, per int) Event {
	at, late, twice := e.hash(kind, hour, n, "at"), e.hash(kind, hour, n, "late"), e.hash(kind, hour, n, "twice")
	part := time.Hour / time.Duration(per)
	t := hour.Add(part*time.Duration(n) + time.Duration(at%uint64(part))).Truncate(time.Millisecond)
	one := Event{Time: t, Visible: t}
	if e.Delay > 0 {
		one.Visible = t.Add(time.Duration(late % uint64(e.Delay)))
	}
	one.Twice = float64(twice%1_000_000) < e.Duplicate*1_000_000
	id := binary.BigEndian.AppendUint64(nil, at)
	one.ID = hex.EncodeToString(binary.BigEndian.AppendUint64(id, late))
	return one
}

func (e Events) hash(kind string, hour time.Time, n int, what string) uint64 {
	h := fnv.New64a()
	var b [24]byte
	binary.BigEndian.PutUint64(b[:], e.Seed)
	binary.BigEndian.PutUint64(b[8:], uint64(hour.Unix()))
	binary.BigEndian.PutUint64(b[16:], uint64(n))
	_, _ = h.Write(b[:])
	_, _ = h.Write([]byte(kind + "\x00" + what))
	x := h.Sum64()
	x ^= x >> 33 // spreads the last bytes over the whole word (murmur3's finalizer)
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}

// readable keeps the events that can be read at a time, those that come twice twice.
func readableAt(list []Event, now time.Time) (out []Event) {
	for _, one := range list {
		if one.Visible.After(now) {
			continue
		}
		out = append(out, one)
		if one.Twice {
			out = append(out, one)
		}
	}
	return slices.Clip(out)
}
