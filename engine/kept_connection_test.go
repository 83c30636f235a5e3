package engine

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// dyingServer answers the first request that it gets, and closes each connection as soon as it
// has read another one. It keeps the authorization of each.
type dyingServer struct {
	net.Listener
	mu      sync.Mutex
	arrived []string
}

func newDyingServer(t *testing.T) *dyingServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &dyingServer{Listener: l}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return s
}

func (s *dyingServer) serve(conn net.Conn) {
	defer conn.Close()
	for in := bufio.NewReader(conn); ; {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		s.mu.Lock()
		s.arrived = append(s.arrived, r.Header.Get("Authorization"))
		first := len(s.arrived) == 1
		s.mu.Unlock()
		if !first {
			return
		}
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"id\":7}")
	}
}

func (s *dyingServer) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arrived
}

var nonceOf = regexp.MustCompile(`nonce="([^"]+)"`)

// net/http sends a GET by itself once more when a kept connection turns out to be dead: the
// same signature would arrive twice, and one more request than Attempts allows. Neither does.
func TestKeptConnectionDies(t *testing.T) {
	for _, method := range []string{"GET", "PUT"} {
		for attempts := 1; attempts <= 4; attempts++ {
			s := newDyingServer(t)
			reported := 0
			p, err := New("http://"+s.Addr().String(), auth.Hawk("id", "key", "org"), client.AllowHTTP(), client.Attempts(attempts), client.Backoff(0, 0),
				client.OnAttempt(func(client.Attempt) { reported++ }))
			require.NoError(t, err)
			op := &Operation{ID: "getUser", Method: method, Path: "/user", Idempotent: true}
			get := func() error {
				r := request(op, "")
				if method == "PUT" {
					r.Body("text/plain", strings.NewReader("x"))
				}
				_, err := get[map[string]int](t.Context(), p, r, nil)
				return err
			}
			require.NoError(t, get(), "the connection is kept then")
			err = get()
			var te *client.TransportError
			require.ErrorAs(t, err, &te)
			name := fmt.Sprintf("%s, Attempts(%d)", method, attempts)
			assert.Equal(t, attempts, te.Attempts, name)
			assert.Equal(t, method == "PUT", te.Sent, name)
			assert.Equal(t, 1+attempts, reported, "%s: OnAttempt", name)
			assert.Len(t, s.requests(), 1+attempts, "%s: requests arrived", name)
			nonces := map[string]bool{}
			for _, header := range s.requests() {
				found := nonceOf.FindStringSubmatch(header)
				require.NotNil(t, found, header)
				assert.False(t, nonces[found[1]], "%s: a nonce arrived twice", name)
				nonces[found[1]] = true
			}
			p.Close()
		}
	}
}

// Close lets the connections of a client go; it can be used afterwards.
func TestClose(t *testing.T) {
	closed := make(chan struct{}, 9)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	srv := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"id":7}`) }),
		ConnState: func(_ net.Conn, s http.ConnState) {
			if s == http.StateClosed {
				closed <- struct{}{}
			}
		},
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		assert.ErrorIs(t, srv.Serve(l), http.ErrServerClosed)
	})
	defer serving.Wait()
	defer srv.Close()
	p, err := New("http://"+l.Addr().String(), auth.Anonymous(), client.AllowHTTP())
	require.NoError(t, err)
	for range 2 {
		_, err = get[map[string]int](t.Context(), p, request(getUser, "", 7), nil)
		require.NoError(t, err, "also after Close")
		p.Close()
		select {
		case <-closed:
		case <-time.After(5 * time.Second):
			require.Fail(t, "the connection is kept after Close")
		}
	}
	// A transport of the caller that keeps nothing is left alone.
	newFake(t, nil).Close()
}
