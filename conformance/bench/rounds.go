package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"
)

// bench takes measurements in turns.
type bench struct {
	rounds int
	mb     int64
	peers  string
	self   string
}

// part is a table: ways to do the same, the first of which the others are compared with.
type part struct {
	name  string
	roles []string
	peers []string // roles of the command in peers/
	http  bool
}

var parts = []part{
	{"a TAP window of 10 MB in memory", []string{"tap stream", "tap unknown member", "tap all refused", "tap json/v2, refused", "tap json/v2", "tap encoding/json"},
		[]string{"ogen whole", "ogen by hand", "jx skip"}, false},
	{"a TAP window over loopback", []string{"streamed", "stock"}, []string{"ogen client", "ogen by hand over HTTP", "jx skip over HTTP", "io.Copy"}, true},
	{"ThreatConnect v3 indicators, 5 000 in memory", []string{"v3 list", "v3 page", "v3 encoding/json"}, nil, false},
	{"a ThreatConnect v2 bulk download, 10 000 in memory", []string{"v2 bulk", "v2 encoding/json"}, nil, false},
	{"Essentials users, 10 000 in memory", []string{"users stream", "users page", "users encoding/json"}, nil, false},
	{"signatures", []string{"sign HMAC", "crypto/hmac"}, nil, false},
	{"a small GET over loopback", []string{"small GET", "net/http GET"}, nil, false},
}

func (b bench) run(growth bool) (err error) {
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	for _, p := range parts {
		if err := b.part(p); err != nil {
			return err
		}
	}
	if growth {
		return b.growth()
	}
	return nil
}

func (b bench) part(p part) error {
	url := ""
	if p.http {
		server, stop, err := startServer(b.self, b.mb)
		if err != nil {
			return err
		}
		defer stop()
		url = server
	}
	names := p.roles
	if b.peers != "" {
		names = slices.Concat(p.roles, p.peers)
	}
	all := map[string][]result{}
	for range b.rounds {
		for _, role := range names {
			r, err := b.measure(role, url, slices.Contains(p.peers, role))
			if err != nil {
				return err
			}
			all[role] = append(all[role], r)
		}
	}
	fmt.Printf("\n%s, medians of %d rounds, GOMAXPROCS=2\n%-26s %10s %10s %22s %22s %8s %9s %9s\n", p.name, b.rounds,
		"", "CPU ns", "wall ns", "x CPU of the first", "x wall of the first", "allocs", "peak MB", "first ms")
	for _, role := range names {
		list, base := all[role], all[names[0]]
		cpu, wall := func(r result) float64 { return perEvent(r, r.CPU) }, func(r result) float64 { return perEvent(r, r.Total) }
		fmt.Printf("%-26s %10.0f %10.0f %22s %22s %8.1f %9.1f %9.2f\n", role, median(list, cpu), median(list, wall), ratios(base, list, cpu), ratios(base, list, wall),
			median(list, func(r result) float64 { return float64(r.Allocs) / float64(r.Events) }), median(list, func(r result) float64 { return float64(r.PeakMemory) / 1e6 }),
			median(list, func(r result) float64 { return float64(r.First) / 1e6 }))
	}
	return nil
}

// measure runs one role in a process of its own.
func (b bench) measure(role, url string, peer bool) (r result, err error) {
	program := b.self
	if peer {
		program = b.peers
	}
	cmd := exec.Command(program, "-role", role, "-server", url)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("%s: %w", role, err)
	}
	return r, json.Unmarshal(out, &r)
}

// growth prints what an item costs as the whole grows: medians of rounds in turns, each beside
// the size before.
func (b bench) growth() error {
	fmt.Printf("\ngrowth, medians of %d rounds: CPU ns an item, x the size before, peak MB\n", b.rounds)
	windows, err := b.grow([]int64{10, 100, 1000}, func(mb int64) (result, error) {
		url, stop, err := startServer(b.self, mb)
		if err != nil {
			return result{}, err
		}
		defer stop()
		return b.measure("streamed", url, false)
	})
	if err != nil {
		return err
	}
	pages, err := b.grow([]int64{10_000, 100_000, 1_000_000}, func(n int64) (result, error) {
		return b.measure("tc pages", strconv.FormatInt(n, 10), false)
	})
	if err != nil {
		return err
	}
	for _, row := range append(windows, pages...) {
		fmt.Println(row)
	}
	return nil
}

// grow measures each size in each round and returns a line for each.
func (b bench) grow(sizes []int64, measure func(int64) (result, error)) (rows []string, err error) {
	all := map[int64][]result{}
	for range b.rounds {
		for _, size := range sizes {
			r, err := measure(size)
			if err != nil {
				return nil, err
			}
			all[size] = append(all[size], r)
		}
	}
	cpu := func(r result) float64 { return perEvent(r, r.CPU) }
	for i, size := range sizes {
		rows = append(rows, fmt.Sprintf("%8d %10.0f %22s %9.1f", size, median(all[size], cpu), ratios(all[sizes[max(0, i-1)]], all[size], cpu),
			median(all[size], func(r result) float64 { return float64(r.PeakMemory) / 1e6 })))
	}
	return rows, nil
}

func perEvent(r result, d time.Duration) float64 { return float64(d) / float64(r.Events) }

func median(list []result, of func(result) float64) float64 {
	var all []float64
	for _, r := range list {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// ratios is how much of what of counts a costs for each b, paired by round: the median, the
// least and the most.
func ratios(a, b []result, of func(result) float64) string {
	var all []float64
	for i := range a {
		all = append(all, of(b[i])/of(a[i]))
	}
	slices.Sort(all)
	return fmt.Sprintf("%.2f [%.2f..%.2f]", all[len(all)/2], all[0], all[len(all)-1])
}
