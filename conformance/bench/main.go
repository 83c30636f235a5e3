// Command bench fetches a large TAP SIEM window over loopback with the streamed client and
// with the one that oapi-codegen makes by itself from the same document, each in a process
// of its own, and prints the ratio. Ratios of one run are comparable; seconds are not.
//
//	go run ./conformance/bench [-mb 100] [-rounds 3]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/bench/stock"
	"github.com/threatclients/threatclients-go/conformance/traffic"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// result is what a process says of its fetch.
type result struct {
	Bytes, Events, PeakMemory int64
	Total, First              time.Duration // First: from the first byte of the body to the first event
}

func (r result) speed() float64 { return float64(r.Bytes) / 1e6 / r.Total.Seconds() }

func main() {
	mb := flag.Int64("mb", 100, "size of the window in `MB`")
	rounds := flag.Int("rounds", 3, "how often each client fetches it; the median counts")
	role := flag.String("role", "", "used by the command itself")
	server := flag.String("server", "", "used by the command itself")
	flag.Parse()
	var err error
	switch *role {
	case "":
		err = compare(*mb, *rounds)
	case "serve":
		err = serve(*mb << 20)
	case "streamed":
		err = say(streamed(*server))
	case "stock":
		err = say(whole(*server))
	case "upload":
		err = say(upload(*server))
	case "bulk":
		err = say(bulk(*server))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func compare(mb int64, rounds int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	url, stop, err := startServer(self, mb)
	if err != nil {
		return err
	}
	defer stop()
	all := map[string][]result{}
	for range rounds {
		for _, role := range []string{"streamed", "stock"} {
			out, err := exec.Command(self, "-role", role, "-server", url).Output()
			if err != nil {
				return fmt.Errorf("%s: %w", role, err)
			}
			var r result
			if err := json.Unmarshal(out, &r); err != nil {
				return err
			}
			all[role] = append(all[role], r)
		}
	}
	fmt.Printf("SIEM window of %d MB over loopback, median of %d\n", mb, rounds)
	for _, role := range []string{"streamed", "stock"} {
		list := all[role]
		slices.SortFunc(list, func(a, b result) int { return int(a.Total - b.Total) })
		m := list[len(list)/2]
		fmt.Printf("%-9s %6.1f MB/s  %7d events  first after %8s  peak memory %6.1f MB\n", role, m.speed(), m.Events, m.First.Round(10*time.Microsecond), float64(peak(list))/1e6)
	}
	s, w := all["streamed"][rounds/2], all["stock"][rounds/2]
	fmt.Printf("streamed / stock: %.2f x throughput, %.3f x peak memory\n", s.speed()/w.speed(), float64(peak(all["streamed"]))/float64(peak(all["stock"])))
	return nil
}

// startServer starts this command as a server; it ends when stop closes its input.
func startServer(self string, mb int64) (url string, stop func(), err error) {
	srv := exec.Command(self, "-role", "serve", "-mb", strconv.FormatInt(mb, 10))
	srv.Stderr = os.Stderr
	stdin, err := srv.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := srv.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := srv.Start(); err != nil {
		return "", nil, err
	}
	if _, err := fmt.Fscanln(stdout, &url); err != nil {
		return "", nil, fmt.Errorf("the server did not start: %w", err)
	}
	return url, func() { _ = stdin.Close(); _ = srv.Wait() }, nil
}

func peak(list []result) (most int64) {
	for _, r := range list {
		most = max(most, r.PeakMemory)
	}
	return most
}

// serve keeps one window in memory and answers with it until its input ends.
func serve(size int64) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var body strings.Builder
	body.Grow(int(size + 1<<20))
	made := time.Now().UTC().Truncate(time.Second)
	if _, err := (traffic.Window{Bytes: size, End: made}).WriteTo(&body); err != nil {
		return err
	}
	_, window, _ := strings.Cut(body.String(), made.Format(time.RFC3339))
	go func() {
		_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			switch {
			case r.Method == http.MethodPost: // a batch file
				n, _ := io.Copy(io.Discard, r.Body)
				w.WriteHeader(http.StatusAccepted)
				fmt.Fprintf(w, `{"status":"Success","data":{"batchStatus":{"id":1,"status":"Queued","successCount":%d}}}`, n)
			case strings.HasSuffix(r.URL.Path, "/json"): // a bulk download
				_, _ = traffic.Indicators{Count: int(size / 450), Bulk: true}.WriteTo(w)
			default: // the window that was asked for
				_, end, _ := strings.Cut(r.URL.Query().Get("interval"), "/")
				_, _ = io.WriteString(w, `{"queryEndTime":"`+end)
				_, _ = io.WriteString(w, window)
			}
		}))
	}()
	fmt.Println("http://" + l.Addr().String())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func say(r result, err error) error {
	if err != nil {
		return err
	}
	r.PeakMemory = traffic.PeakMemory()
	return json.NewEncoder(os.Stdout).Encode(r)
}

// firstByte notes when the body of a reply begins.
type firstByte struct {
	http.RoundTripper
	at time.Time
}

func (f *firstByte) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := f.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = &noted{ReadCloser: res.Body, by: f}
	}
	return res, err
}

type noted struct {
	io.ReadCloser
	by *firstByte
	n  int64
}

func (n *noted) Read(p []byte) (int, error) {
	k, err := n.ReadCloser.Read(p)
	if n.n == 0 && k > 0 {
		n.by.at = time.Now()
	}
	n.n += int64(k)
	return k, err
}

func streamed(server string) (r result, err error) {
	first := &firstByte{RoundTripper: http.DefaultTransport}
	c, err := tap.New(auth.Basic("principal", "secret"), client.Server(server), client.AllowHTTP(), client.Transport(first),
		client.OnAttempt(func(a client.Attempt) { r.Bytes = a.Bytes }))
	if err != nil {
		return r, err
	}
	start := time.Now()
	to := start.Add(-2 * time.Minute)
	for w := range c.ListSIEMAll(context.Background(), to.Add(-time.Hour), to, nil) {
		for ev, err := range w.Events() {
			if err != nil {
				return r, err
			}
			if r.Events == 0 {
				r.First = time.Since(first.at)
			}
			if ev.MessagesDelivered != nil || ev.MessagesBlocked != nil || ev.ClicksPermitted != nil || ev.ClicksBlocked != nil {
				r.Events++
			}
		}
	}
	r.Total = time.Since(start)
	return r, nil
}

func whole(server string) (r result, err error) {
	first := &firstByte{RoundTripper: http.DefaultTransport}
	c, err := stock.NewClientWithResponses(server, stock.WithHTTPClient(&http.Client{Transport: first}))
	if err != nil {
		return r, err
	}
	start := time.Now()
	since, format := int64(3600), stock.SIEMFormat("JSON")
	res, err := c.ListSIEMAllWithResponse(context.Background(), &stock.ListSIEMAllParams{SinceSeconds: &since, Format: &format})
	if err != nil {
		return r, err
	}
	r.First, r.Bytes = time.Since(first.at), int64(len(res.Body))
	v := res.JSON200
	if v == nil {
		return r, fmt.Errorf("status %d: nothing decoded", res.StatusCode())
	}
	r.Events = int64(len(v.MessagesDelivered) + len(v.MessagesBlocked) + len(v.ClicksPermitted) + len(v.ClicksBlocked))
	r.Total = time.Since(start)
	return r, nil
}
