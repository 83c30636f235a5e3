// Command bench measures the clients beside other ways to read the same JSON. Each
// measurement is a process of its own; the processes take turns, round after round. Ratios of
// one run are comparable; seconds are not.
//
//	go run ./conformance/bench [-rounds 8] [-mb 100] [-peers path] [-growth]
//
// The peers, which need modules that this one does not have, are a command in peers/.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/threatclients/threatclients-go/conformance/traffic"
)

// result is the figures of one process.
type result struct {
	Bytes, Events, Allocs, PeakMemory int64
	Total, CPU                        time.Duration
	First                             time.Duration // from the first byte of the body to the first event
}

func (r result) speed() float64 { return float64(r.Bytes) / 1e6 / r.Total.Seconds() }

// roles are the measurements by name; url is the server, "" for those that work from memory.
var roles = map[string]func(url string) (result, error){
	"streamed": streamed, "stock": whole, "upload": upload, "bulk": bulk, "tc pages": pages,
	"tap stream":           inMemory(tapStream("")),
	"tap unknown member":   inMemory(tapStream(`"newThing":{"a":[1,2,"x"],"b":{"c":null}},`)),
	"tap all refused":      inMemory(tapStream(`"new\u0041":1,`)),
	"tap json/v2":          inMemory(tapByHand("")),
	"tap json/v2, refused": inMemory(tapByHand(`"new\u0041":1,`)),
	"tap encoding/json":    inMemory(tapWhole),
	"v3 list":              inMemory(v3List), "v3 page": inMemory(v3Page), "v3 encoding/json": inMemory(v3Whole),
	"v2 bulk": inMemory(v2Bulk), "v2 encoding/json": inMemory(v2Whole),
	"users stream": inMemory(usersStream), "users page": inMemory(usersPage), "users encoding/json": inMemory(usersWhole),
	"sign HMAC": signing(hmacSigned), "crypto/hmac": signing(hmacAlone), "small GET": smallCalls(true), "net/http GET": smallCalls(false),
}

func main() {
	rounds := flag.Int("rounds", 8, "how often each measurement is taken; medians count")
	mb := flag.Int64("mb", 100, "size of the window over loopback in `MB`")
	peers := flag.String("peers", "", "`path` of the built command of peers/")
	growth := flag.Bool("growth", false, "also 10 MB to 1 GB, and 10 000 to a million items")
	role := flag.String("role", "", "used by the command itself")
	server := flag.String("server", "", "used by the command itself")
	flag.Parse()
	var err error
	switch do, ok := roles[*role]; {
	case *role == "":
		err = bench{rounds: *rounds, mb: *mb, peers: *peers}.run(*growth)
	case *role == "serve":
		err = serve(*mb << 20)
	case ok:
		err = say(do(*server))
	default:
		err = fmt.Errorf("no role %q", *role)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func say(r result, err error) error {
	if err != nil {
		return err
	}
	r.PeakMemory = traffic.PeakMemory()
	return json.NewEncoder(os.Stdout).Encode(r)
}
