package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/traffic"
)

// visit counts what a client does at one stop, and prints it while it runs.
type visit struct {
	stop
	server string
	start  time.Time
	told   time.Time
	wrong  []string

	mu                           sync.Mutex
	calls, retries, bytes, items int64
	pages, odd, refused          int64
	large                        int64         // bytes of the largest reply
	largeTime                    time.Duration // and how long it took
}

func newVisit(s stop, server string) *visit {
	fmt.Println(s.title)
	return &visit{stop: s, server: server, start: time.Now(), told: time.Now()}
}

// options direct a client to the local server and count its calls.
func (v *visit) options(more ...client.Option) []client.Option {
	return append([]client.Option{
		client.Server(v.server), client.AllowHTTP(), client.Backoff(10*time.Millisecond, time.Second), client.OnAttempt(v.attempt),
		client.OnMismatch(func(client.Mismatch) { v.mu.Lock(); v.odd++; v.mu.Unlock() }),
	}, more...)
}

func (v *visit) attempt(a client.Attempt) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.calls++
	v.bytes += a.Bytes
	switch {
	case a.Attempt > 1:
		v.retries++
	case a.Err != nil:
		v.refused++
	}
	if a.Err == nil {
		v.pages++
	}
	if a.Bytes > v.large {
		v.large, v.largeTime = a.Bytes, a.Duration
	}
}

// item counts an element and prints the progress from time to time.
func (v *visit) item() {
	v.items++
	if v.items%1000 == 0 && time.Since(v.told) > 300*time.Millisecond {
		v.told = time.Now()
		v.progress(fmt.Sprintf("%d items …", v.items))
	}
}

// step prints what is done next.
func (v *visit) step(format string, a ...any) { v.progress(fmt.Sprintf(format, a...)) }

func (v *visit) progress(s string) {
	if info, err := os.Stdout.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		fmt.Printf("\r\033[K  %s", s)
		return
	}
	fmt.Println("  " + s)
}

// want notes an answer that is not right.
func (v *visit) want(ok bool, format string, a ...any) {
	if !ok {
		v.wrong = append(v.wrong, fmt.Sprintf(format, a...))
	}
}

func (v *visit) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	mark := "ok"
	if len(v.wrong) > 0 {
		mark = fmt.Sprintf("%d WRONG", len(v.wrong))
	}
	v.progress("")
	fmt.Printf("\r  %d calls, %d pages, %d items, %d retries, %d odd members, %.1f MB", v.calls, v.pages, v.items, v.retries, v.odd, float64(v.bytes)/1e6)
	if v.large > 10e6 {
		fmt.Printf(" (the largest reply at %.0f MB/s)", float64(v.large)/1e6/v.largeTime.Seconds())
	}
	fmt.Printf(", %.2f s, peak memory %.1f MB: %s\n", time.Since(v.start).Seconds(), float64(traffic.PeakMemory())/1e6, mark)
}

// document uploads a file and checks that the download gives the same bytes.
func (v *visit) document(upload func(io.Reader) error, download func() (io.ReadCloser, error)) error {
	sent := bytes.Repeat([]byte("document "), 100_000)
	err := upload(bytes.NewReader(sent))
	v.want(err == nil, "upload: %v", err)
	body, err := download()
	if err != nil {
		return err
	}
	defer body.Close()
	got, err := io.ReadAll(body)
	v.want(err == nil && bytes.Equal(got, sent), "the document came back changed: %v", err)
	return nil
}

// answer writes JSON.
func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// object is a JSON object in the replies of the server.
type object = map[string]any
