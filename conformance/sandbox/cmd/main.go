// Command cmd serves an API on this machine from the project's fixtures, for
// trying a client without a contract:
//
//	go run ./conformance/sandbox/cmd -api tap
//
// It prints its URL and the credentials that it accepts, checks them as the
// service does, refuses what the specification does not allow, and answers
// everything else with the nearest fixture. "Prefer: code=429" asks for a
// failure.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/fixtures"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/specs"
)

func main() {
	api := flag.String("api", "", "`API` to serve: "+strings.Join(specs.Names(), ", "))
	addr := flag.String("addr", "127.0.0.1:8080", "`address` to listen on; port 0 takes any")
	dir := flag.String("dir", "", "`folder` of exchanges, such as recordings; the fixtures of this build when empty")
	flag.Parse()
	if *api == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := serve(*api, *addr, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

func serve(api, addr, dir string) error {
	spec, err := check.LoadSpec(specs.FS(), api)
	if err != nil {
		return fmt.Errorf("%w; there are %s", err, strings.Join(specs.Names(), ", "))
	}
	exchanges, err := load(api, dir)
	if err != nil {
		return err
	}
	account, err := sandbox.AccountOf(api)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Printf("%s at http://%s%s, %d exchanges\n", api, l.Addr(), spec.Base, len(exchanges))
	for _, c := range account.Credentials {
		fmt.Printf("  %-16s %s\n", c.Name, c.Value)
	}
	srv := &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: &sandbox.Sandbox{
			Spec: spec, Exchanges: exchanges, Verify: account.Verify,
			Log: func(r *http.Request, text string) { fmt.Println(r.Method, r.RequestURI, text) },
		},
	}
	return srv.Serve(l)
}

func load(api, dir string) ([]*exchange.Exchange, error) {
	fsys, below := fixtures.FS(), api
	if dir != "" {
		fsys, below = os.DirFS(dir), "."
	}
	list, err := exchange.Load(fsys, below)
	if err == nil && len(list) == 0 {
		err = errors.New("no exchanges")
	}
	return list, err
}
