// Command cmd serves APIs on this machine, for trying a client without a contract:
//
//	go run ./conformance/sandbox/cmd -api tap,threatconnectv3
//
// It prints its URL, the credentials that it accepts and a call to begin with. README.md of
// the folder above says what it does.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/specs"
)

func main() {
	var o sandbox.Options
	api := flag.String("api", "", "`APIs` to serve, separated by commas: "+strings.Join(specs.Names(), ", ")+"; all when empty")
	flag.StringVar(&o.Addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 takes any")
	flag.StringVar(&o.Dir, "dir", "", "`folder` of exchanges over the fixtures, read again when it changes")
	flag.BoolVar(&o.TLS, "tls", false, "serve https; the authority is printed")
	flag.BoolVar(&o.Strict, "strict", false, "refuse what the services take and ignore")
	flag.BoolVar(&o.Quotas, "quotas", false, "refuse calls beyond the documented quotas")
	flag.Uint64Var(&o.Events.Seed, "seed", 0, "`number` that the events of feeds are made from")
	flag.IntVar(&o.Events.PerHour, "events", 60, "events of each kind per hour; 0 for none")
	flag.DurationVar(&o.Events.Delay, "late", 0, "longest time until an event can be read")
	flag.Float64Var(&o.Events.Duplicate, "twice", 0, "share of events that come twice, 0 to 1")
	flag.Func("fail", "a `fault`: 'GET /v2/siem/*=429,retry-after=2,first=3'; may be repeated", func(s string) error {
		f, err := sandbox.ParseFault(s)
		o.Faults = append(o.Faults, f)
		return err
	})
	quiet := flag.Bool("quiet", false, "no log of calls")
	asJSON := flag.Bool("json", false, "log as JSON, an object a line")
	flag.Parse()
	if flag.NArg() > 0 || o.Events.PerHour < 0 {
		fmt.Fprintln(os.Stderr, "sandbox: takes options only, and no negative number of events")
		flag.Usage()
		os.Exit(2)
	}
	if o.Events.PerHour == 0 {
		o.Events.PerHour = -1 // none, where the zero Options mean the default
	}
	if *api != "" {
		o.APIs = strings.Split(*api, ",")
	}
	switch {
	case *quiet:
	case *asJSON:
		o.Log = sandbox.JSONLog(os.Stdout)
	default:
		o.Log = sandbox.TextLog(os.Stdout)
	}
	if err := run(o, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

func run(o sandbox.Options, out io.Writer) error {
	in, err := sandbox.Serve(o)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, in.Banner()); err != nil {
		return err
	}
	return in.Wait()
}
