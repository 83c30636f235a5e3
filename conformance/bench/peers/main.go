// Command peers reads the windows of the bench by other means: ogen's client, ogen's decoders
// driven by hand, and two limits, jx that skips and io.Copy. It is a module of its own, so that
// nobody inherits what it needs. What ogen generates is made by `make bench`.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/go-faster/jx"

	"github.com/threatclients/threatclients-go/conformance/bench/peers/api"
	"github.com/threatclients/threatclients-go/conformance/traffic"
)

// result has the members of that of the bench.
type result struct {
	Bytes, Events, Allocs, PeakMemory int64
	Total, CPU, First                 time.Duration
}

// read consumes a window and returns how many events there were; first is called at the first one.
type read func(r io.Reader, first func()) (events int64, err error)

func main() {
	role := flag.String("role", "", "what to do")
	server := flag.String("server", "", "of the bench")
	flag.Parse()
	roles := map[string]func() (result, error){
		"ogen whole":             memory(whole),
		"ogen by hand":           memory(byHand),
		"jx skip":                memory(skip),
		"ogen client":            func() (result, error) { return client(*server) },
		"ogen by hand over HTTP": loopback(*server, byHand),
		"jx skip over HTTP":      loopback(*server, skip),
		"io.Copy":                loopback(*server, discard),
	}
	do, ok := roles[*role]
	if !ok {
		fmt.Fprintf(os.Stderr, "peers: no role %q\n", *role)
		os.Exit(2)
	}
	r, err := do()
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", *role+":", err)
		os.Exit(1)
	}
	r.PeakMemory = traffic.PeakMemory()
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		os.Exit(1)
	}
}

// memory measures a reader as the bench does: 10 MB, the first run does not count.
func memory(read read) func() (result, error) {
	return func() (r result, err error) {
		var b bytes.Buffer
		if _, err := (traffic.Window{Bytes: 10 << 20, End: time.Now(), Distinct: true}).WriteTo(&b); err != nil {
			return r, err
		}
		if _, err := read(bytes.NewReader(b.Bytes()), func() {}); err != nil {
			return r, err
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start, cpu := time.Now(), traffic.ProcessTime()
		for r.Events == 0 || time.Since(start) < 700*time.Millisecond {
			n, err := read(bytes.NewReader(b.Bytes()), func() {})
			if err != nil {
				return r, err
			}
			r.Events += n
			r.Bytes += int64(b.Len())
		}
		r.Total, r.CPU = time.Since(start), traffic.ProcessTime()-cpu
		runtime.ReadMemStats(&after)
		r.Allocs = int64(after.Mallocs - before.Mallocs)
		return r, nil
	}
}

// loopback measures a reader on the window of the server.
func loopback(server string, read read) func() (result, error) {
	return func() (r result, err error) {
		start, cpu := time.Now(), traffic.ProcessTime()
		res, err := http.Get(server + "/v2/siem/all?format=json&sinceSeconds=3600")
		if err != nil {
			return r, err
		}
		defer res.Body.Close()
		body := &noted{r: res.Body}
		r.Events, err = read(body, func() { r.First = time.Since(body.first) })
		r.Bytes, r.Total, r.CPU = body.n, time.Since(start), traffic.ProcessTime()-cpu
		return r, err
	}
}

// noted counts bytes and notes when the first one came.
type noted struct {
	r     io.Reader
	n     int64
	first time.Time
}

func (b *noted) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.n == 0 && n > 0 {
		b.first = time.Now()
	}
	b.n += int64(n)
	return n, err
}

// byHand decodes element by element with ogen's decoders.
func byHand(r io.Reader, first func()) (events int64, err error) {
	d := jx.Decode(r, 64<<10)
	err = d.Obj(func(d *jx.Decoder, name string) error {
		if d.Next() != jx.Array {
			return d.Skip()
		}
		clicks := name == "clicksPermitted" || name == "clicksBlocked"
		return d.Arr(func(d *jx.Decoder) error {
			if events++; events == 2 {
				first()
			}
			if clicks {
				return new(api.ClickEvent).Decode(d)
			}
			return new(api.MessageEvent).Decode(d)
		})
	})
	return events, err
}

// whole decodes all at once, as ogen's client does.
func whole(r io.Reader, first func()) (int64, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return 0, err
	}
	var v api.SiemEvents
	err = v.Decode(jx.DecodeBytes(b))
	return count(&v), err
}

func count(v *api.SiemEvents) int64 {
	return int64(len(v.MessagesDelivered) + len(v.MessagesBlocked) + len(v.ClicksPermitted) + len(v.ClicksBlocked))
}

// skip checks the grammar and keeps nothing.
func skip(r io.Reader, first func()) (events int64, err error) {
	err = jx.Decode(r, 64<<10).Obj(func(d *jx.Decoder, name string) error {
		if d.Next() != jx.Array {
			return d.Skip()
		}
		return d.Arr(func(d *jx.Decoder) error {
			events++
			return d.Skip()
		})
	})
	return events, err
}

func discard(r io.Reader, first func()) (int64, error) {
	_, err := io.Copy(io.Discard, r)
	return 1, err
}

type credentials struct{}

func (credentials) Basic(context.Context, api.OperationName) (api.Basic, error) {
	return api.Basic{Username: "principal", Password: "secret"}, nil
}

func client(server string) (r result, err error) {
	c, err := api.NewClient(server, credentials{})
	if err != nil {
		return r, err
	}
	start, cpu := time.Now(), traffic.ProcessTime()
	res, err := c.ListSiemAll(context.Background(), api.ListSiemAllParams{SinceSeconds: api.NewOptInt64(3600), Format: api.NewOptSiemFormat("JSON")})
	if err != nil {
		return r, err
	}
	v, ok := res.(*api.SiemEvents)
	if !ok {
		return r, errors.New("another reply")
	}
	r.Total, r.CPU, r.Events = time.Since(start), traffic.ProcessTime()-cpu, count(v)
	return r, nil
}
