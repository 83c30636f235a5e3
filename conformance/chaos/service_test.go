package chaos_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// twists are the faults of the way through a list: the reply is sound and leads astray.
var twists = []string{"offset ignored", "page before", "smaller total", "cursor of another type", "empty page in between", "end moved back", "end of another window"}

// service serves one list over plain TCP, and spoils some of its replies.
type service struct {
	style  style
	total  int
	size   int // of a page, where the request does not say
	rate   float64
	listen net.Listener

	mu     sync.Mutex
	rnd    *rand.Rand
	open   map[net.Conn]bool
	used   map[string]int
	asked  int
	bodies map[string]int // POST bodies that were not refused by a 429
	before string         // the page before the one that was served last
	last   string
	wait   sync.WaitGroup
}

func serve(t testing.TB, s *service) string {
	t.Helper()
	var err error
	s.listen, err = net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.open, s.used, s.bodies = map[net.Conn]bool{}, map[string]int{}, map[string]int{}
	s.wait.Go(func() {
		for {
			c, err := s.listen.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.open[c] = true
			s.mu.Unlock()
			s.wait.Go(func() { s.connection(c) })
		}
	})
	return "http://" + s.listen.Addr().String() + "/api/v1"
}

// close ends the service; the connections that are open must end by themselves soon. It
// returns how many did not.
func (s *service) close() (left int) {
	_ = s.listen.Close()
	for range 200 {
		s.mu.Lock()
		left = len(s.open)
		s.mu.Unlock()
		if left == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.mu.Lock()
	for c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.wait.Wait()
	return left
}

func (s *service) connection(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		delete(s.open, c)
		s.mu.Unlock()
	}()
	in := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		answer, f := s.choose(r, string(body))
		if f != nil {
			if !f.send(c, answer) {
				return
			}
			continue
		}
		if _, err := c.Write([]byte(whole(answer.status, answer.body))); err != nil {
			return
		}
	}
}

// choose is the reply to a request, and what spoils it.
func (s *service) choose(r *http.Request, body string) (reply, *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	q := r.URL.Query()
	spoiled, f := s.rnd.Float64() < s.rate, (*fault)(nil)
	astray := spoiled && r.Method == http.MethodGet && s.rnd.IntN(4) == 0
	if spoiled && !astray {
		f = &faults[s.rnd.IntN(len(faults))]
		s.used[f.name]++
	}
	if r.Method == http.MethodPost {
		if f == nil || !strings.HasPrefix(f.name, "429") {
			s.bodies[body]++
		}
		return reply{http.StatusCreated, `{"users":[{"id":"u-1"}]}`, false}, f
	}
	text, _ := s.style.page(s, q, "")
	for i := 0; astray && i < 2*len(twists); i++ { // a style knows some of them
		twist := twists[s.rnd.IntN(len(twists))]
		if other, used := s.style.page(s, q, twist); used {
			text, astray = other, false
			s.used[twist]++
		}
	}
	s.before, s.last = s.last, text
	return reply{status: http.StatusOK, body: text}, f
}

// number is a query value, or what holds without it.
func number(q url.Values, name string, otherwise int) int {
	if n, err := strconv.Atoi(q.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// elements are those from one place to another, each by a format that takes its number.
func (s *service) elements(from, to int, format string) string {
	var b bytes.Buffer
	for i := max(0, from); i < min(to, s.total); i++ {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, format, i, i)
	}
	return "[" + b.String() + "]"
}
