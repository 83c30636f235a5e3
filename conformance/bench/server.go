package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/traffic"
)

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

// serve keeps one window in memory and answers with it until its input ends.
func serve(size int64) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var body strings.Builder
	body.Grow(int(size + 1<<20))
	made := time.Now().UTC().Truncate(time.Second)
	if _, err := (traffic.Window{Bytes: size, End: made, Distinct: true}).WriteTo(&body); err != nil {
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
				if end == "" {
					end = made.Format(time.RFC3339)
				}
				_, _ = io.WriteString(w, `{"queryEndTime":"`+end)
				_, _ = io.WriteString(w, window)
			}
		}))
	}()
	fmt.Println("http://" + l.Addr().String())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
