// Command tour runs the client of every API against a server of this machine that checks
// credentials and signatures as the vendors do: pages, a refusal with Retry-After, a record
// that leaves the specification, something that does not exist, and replies of 100 MB.
// It ends with 0 only if every answer was right.
//
//	go run ./conformance/tour [-mb 100] [api ...]
package main

import (
	"context"
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
)

// stop is one API of the tour: its server, and the calls of its client.
type stop struct {
	name  string // stem of the specification
	title string
	serve func(size int64) http.Handler // size of the large reply in bytes
	visit func(context.Context, *visit) error
}

func stops() []stop {
	return []stop{tapStop(), essentialsStop(), essentialsThreatStop(), threatStackV1Stop(), threatStackV2Stop(), threatConnectV2Stop(), threatConnectV3Stop()}
}

func main() {
	mb := flag.Int64("mb", 100, "size of the large replies in `MB`")
	serving := flag.Bool("serve", false, "used by the command itself")
	flag.Parse()
	if *serving {
		exit(serve(*mb << 20))
	}
	exit(tour(*mb, flag.Args()))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "tour:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// tour starts the server as a process of its own, so that the memory it prints is the
// client's, and visits the stops.
func tour(mb int64, only []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	srv := exec.Command(self, "-serve", "-mb", strconv.FormatInt(mb, 10))
	srv.Stderr = os.Stderr
	stdin, err := srv.StdinPipe() // closed with us: the server ends
	if err != nil {
		return err
	}
	defer stdin.Close()
	stdout, err := srv.StdoutPipe()
	if err != nil {
		return err
	}
	if err := srv.Start(); err != nil {
		return err
	}
	var url string
	if _, err := fmt.Fscanln(stdout, &url); err != nil {
		return fmt.Errorf("the server did not start: %w", err)
	}
	fmt.Printf("A replay server listens on %s. It checks credentials; nothing leaves this machine.\n\n", url)
	var wrong []string
	for _, s := range stops() {
		if len(only) > 0 && !slices.Contains(only, s.name) {
			continue
		}
		v := newVisit(s, url+"/"+s.name)
		if err := s.visit(context.Background(), v); err != nil {
			v.wrong = append(v.wrong, err.Error())
		}
		v.close()
		for _, w := range v.wrong {
			wrong = append(wrong, s.name+": "+w)
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d answers were wrong:\n  %s", len(wrong), strings.Join(wrong, "\n  "))
	}
	fmt.Println("\nEvery answer was right.")
	return nil
}

// serve answers below /<api>/ until its input ends.
func serve(size int64) error {
	mux := http.NewServeMux()
	for _, s := range stops() {
		mux.Handle("/"+s.name+"/", s.serve(size))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(l, mux) }()
	fmt.Println("http://" + l.Addr().String())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
