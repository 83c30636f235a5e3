package main

import (
	"runtime"
	"time"

	"github.com/threatclients/threatclients-go/conformance/traffic"
)

// work is something to be measured: once reads everything and returns how many items and bytes
// there were.
type work func() (once func() (events, bytes int64, err error), err error)

// least is the shortest time of a measurement, so that the process is warm for most of it.
const least = 700 * time.Millisecond

// inMemory measures w: its preparation and its first run do not count.
func inMemory(w work) func(string) (result, error) {
	return func(string) (r result, err error) {
		once, err := w()
		if err != nil {
			return r, err
		}
		if _, _, err := once(); err != nil {
			return r, err
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start, cpu := time.Now(), traffic.ProcessTime()
		for r.Events == 0 || time.Since(start) < least {
			events, bytes, err := once()
			if err != nil {
				return r, err
			}
			r.Events += events
			r.Bytes += bytes
		}
		r.Total, r.CPU = time.Since(start), traffic.ProcessTime()-cpu
		runtime.ReadMemStats(&after)
		r.Allocs = int64(after.Mallocs - before.Mallocs)
		return r, nil
	}
}
