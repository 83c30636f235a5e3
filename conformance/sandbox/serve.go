package sandbox

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/threatclients/threatclients-go/auth"
)

// Instance is a sandbox that listens.
type Instance struct {
	*Sandbox
	URL string // without a base path
	CA  string // PEM of the authority that signed its certificate; "" without TLS

	server *http.Server
	ended  chan error
}

// Serve starts a sandbox, which listens when Serve returns.
func Serve(o Options) (*Instance, error) {
	s, err := Handler(o)
	if err != nil {
		return nil, err
	}
	return serveSandbox(s, o)
}

func serveSandbox(s *Sandbox, o Options) (*Instance, error) {
	addr := o.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	host := reachable(l.Addr())
	in := &Instance{Sandbox: s, URL: "http://" + host, ended: make(chan error, 1)}
	in.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(os.Stderr, "sandbox: ", 0)}
	if o.TLS {
		certificate, ca, err := certify(l.Addr())
		if err != nil {
			return nil, errors.Join(err, l.Close())
		}
		in.URL, in.CA = "https://"+host, ca
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}})
	}
	go func() { in.ended <- in.server.Serve(l) }()
	return in, nil
}

// reachable is an address that a client of this machine can ask: a server on all addresses is
// named by the loopback one.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}

// Server is the URL of an API with its base path: what a client takes as its server.
func (in *Instance) Server(api string) string {
	for _, sv := range in.services {
		if sv.name == api {
			return in.URL + sv.outline.base
		}
	}
	return in.URL
}

// Credential returns a value of an API's account by its name; "" when there is none.
func (in *Instance) Credential(api, name string) string {
	for _, c := range in.Credentials()[api] {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Sign returns the editor that signs for an API; nil when it is not served.
func (in *Instance) Sign(api string) auth.Editor {
	for _, sv := range in.services {
		if sv.name == api && sv.account != nil {
			return sv.account.Sign
		}
	}
	return nil
}

// APIs lists what is served.
func (in *Instance) APIs() (list []string) {
	for _, sv := range in.services {
		list = append(list, sv.name)
	}
	return list
}

// Close stops listening and ends open connections.
func (in *Instance) Close() error { return in.server.Close() }

// Wait returns when the sandbox has ended, with the reason unless it was closed.
func (in *Instance) Wait() error {
	err := <-in.ended
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serving: %w", err)
}
