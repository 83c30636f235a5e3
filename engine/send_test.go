package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/threatclients/threatclients-go/auth"
)

var getUser = &Op{ID: "getUser", Method: "GET", Path: "/users/{id}", Accept: "application/json"}

// Each attempt is signed anew, last, on a clone: a timestamp is fresh, nothing of an attempt
// reaches the next one or the caller's request, and the signature covers what goes out.
func TestSigning(t *testing.T) {
	signed := 0
	f := newFake(t, []answer{says(503, ""), says(503, ""), says(200, "")}, Header("X-Client", "c"))
	f.sign = func(_ context.Context, r *http.Request) error {
		signed++
		r.Header.Add("X-Signature", fmt.Sprint(signed, r.URL.RawQuery, r.Header.Get("X-Client"), r.Header.Get("Accept"), r.Header.Get("User-Agent") != ""))
		r.Header.Add("X-Client", "signed")
		return nil
	}
	r, err := f.request(with(t.Context(), pair{"page", "2"}), getUser, "a=1&page=1", nil, 7)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Do(r); err != nil {
		t.Fatal(err)
	}
	for i, r := range f.sent {
		want := fmt.Sprint(i+1, "a=1&page=2", "c", "application/json", true)
		if got := r.Header["X-Signature"]; len(got) != 1 || got[0] != want || len(r.Header["X-Client"]) != 2 {
			t.Errorf("attempt %d: %q, %q; want %q", i+1, got, r.Header["X-Client"], want)
		}
	}
	if len(f.sent) != 3 || len(r.Header) != 0 || len(f.header["X-Client"]) != 1 {
		t.Errorf("sent %d, the caller's request has %v, the client %v", len(f.sent), r.Header, f.header)
	}
}

// Without credentials nothing is sent, and nothing is tried again.
func TestSigningFails(t *testing.T) {
	f := newFake(t, []answer{says(200, "")})
	f.sign = auth.Basic("principal", "")
	_, err := f.send(getUser, "", 7)(t.Context())
	var re *RequestError
	var cause *auth.Error
	if !errors.As(err, &re) || !errors.As(err, &cause) || len(f.sent) != 0 || len(f.attempts) != 1 || len(f.pauses) != 0 {
		t.Errorf("sent %d, reported %d, paused %d: %v", len(f.sent), len(f.attempts), len(f.pauses), err)
	}
}

// The same bytes go out with each attempt.
func TestBodyGoesOutAgain(t *testing.T) {
	op := &Op{ID: "createUser", Method: "POST", Path: "/users"}
	f := newFake(t, []answer{says(429, ""), says(200, "")})
	r, err := f.request(t.Context(), op, "", strings.NewReader(`{"name":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Do(r); err != nil || len(f.bodies) != 2 || f.bodies[0] != `{"name":"x"}` || f.bodies[1] != f.bodies[0] {
		t.Errorf("%q, %v", f.bodies, err)
	}
	r.GetBody = func() (io.ReadCloser, error) { return nil, io.ErrClosedPipe }
	var re *RequestError
	if _, err := f.Do(r); !errors.As(err, &re) || !errors.Is(err, io.ErrClosedPipe) || len(f.sent) != 2 {
		t.Errorf("sent %d: %v", len(f.sent), err)
	}
}

// A redirect is an answer: following it would take credentials along.
func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		for _, to := range []string{"https://api.example.com/v1/users/8", "https://evil.example/", "http://api.example.com/v1/users/7"} {
			f := newFake(t, []answer{says(307, "", "Location", to)})
			_, err := f.send(&Op{ID: "x", Method: method, Path: "/x"}, "")(t.Context())
			var e *Error
			if !errors.As(err, &e) || e.StatusCode != 307 || len(f.sent) != 1 {
				t.Errorf("%s to %s: sent %d: %v", method, to, len(f.sent), err)
			}
		}
	}
}

func TestRetries(t *testing.T) {
	lost := fails(errors.New("connection reset"))
	for _, c := range []struct {
		name    string
		method  string
		answers []answer
		sent    int
		want    int // status of the error; 0 for success, -1 for a lost connection
	}{
		{"works", "GET", []answer{says(200, "")}, 1, 0},
		{"works at last", "GET", []answer{says(503, ""), lost, says(200, "")}, 3, 0},
		{"never works", "GET", []answer{says(503, "")}, 3, 503},
		{"the last error counts", "GET", []answer{lost, says(503, ""), says(404, "")}, 3, 404},
		{"lost for good", "GET", []answer{lost}, 3, -1},
		{"not found is final", "GET", []answer{says(404, ""), says(200, "")}, 1, 404},
		{"a broken server is final", "GET", []answer{says(500, ""), says(200, "")}, 1, 500},
		{"POST after 503", "POST", []answer{says(503, ""), says(200, "")}, 1, 503},
		{"POST after a lost connection", "POST", []answer{lost, says(200, "")}, 1, -1},
		{"POST after 429", "POST", []answer{says(429, "", "Retry-After", "7"), says(200, "")}, 2, 0},
		{"Retry-After beyond the cap", "GET", []answer{says(429, "", "Retry-After", "61"), says(200, "")}, 1, 429},
	} {
		f := newFake(t, c.answers)
		_, err := f.send(&Op{ID: "x", Method: c.method, Path: "/x"}, "")(t.Context())
		got := 0
		var e *Error
		var te *TransportError
		switch {
		case errors.As(err, &e):
			got = e.StatusCode
			if e.Attempts != c.sent {
				t.Errorf("%s: the error counts %d attempts", c.name, e.Attempts)
			}
		case errors.As(err, &te):
			got = -1
			if te.Attempts != c.sent {
				t.Errorf("%s: the error counts %d attempts", c.name, te.Attempts)
			}
		}
		if got != c.want || len(f.sent) != c.sent || len(f.pauses) != c.sent-1 {
			t.Errorf("%s: sent %d, paused %d: %v", c.name, len(f.sent), len(f.pauses), err)
		}
	}
}

// A caller who gives up between two attempts learns both: that he did, and what failed.
func TestContextEndsThePause(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := newFake(t, []answer{says(429, "")}, Sleep(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }))
	_, err := f.send(getUser, "", 7)(ctx)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrRateLimited) || len(f.sent) != 1 {
		t.Errorf("sent %d: %v", len(f.sent), err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	f = newFake(t, []answer{fails(io.EOF)}, Sleep(func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }))
	_, err = f.send(getUser, "", 7)(ctx)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, io.EOF) || strings.Count(err.Error(), "getUser") != 1 {
		t.Errorf("%v", err)
	}
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := sleep(t.Context(), time.Hour); err != nil || time.Since(start) != time.Hour {
			t.Error(err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start = time.Now()
		if err := sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Error(err, time.Since(start))
		}
	})
}

// Headers of the caller's editors win over the client's, those over the operation's.
func TestHeaderPrecedence(t *testing.T) {
	op := &Op{ID: "x", Method: "GET", Path: "/x", Accept: "application/json", Headers: map[string]string{"X-A": "operation", "X-B": "operation", "X-C": "operation"}}
	f := newFake(t, []answer{says(200, "")}, Header("X-A", "client"), Header("X-B", "client"))
	r, err := f.request(t.Context(), op, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"X-A": {"call"}, "Accept": {"text/csv"}, "X-D": {""}, "X-E": {"1", ""}}
	if _, err := f.Do(r); err != nil {
		t.Fatal(err)
	}
	h := f.sent[0].Header
	if h.Get("X-A") != "call" || h.Get("X-B") != "client" || h.Get("X-C") != "operation" || h.Get("Accept") != "text/csv" {
		t.Error(h)
	}
	if _, ok := h["X-D"]; ok || len(h["X-E"]) != 2 {
		t.Error("an empty header means none, and only that:", h)
	}
}

// Over a real connection: the body of a refusal is read, so that the connection is used again.
func TestOverLoopback(t *testing.T) {
	conns := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conns[r.RemoteAddr] = true
		if r.URL.Path == "/v1/users/missing" {
			http.Error(w, "no such user", 404)
			return
		}
		io.WriteString(w, `{"id":"7"}`)
	}))
	defer s.Close()
	d, err := New(s.URL+"/v1", auth.Anonymous(), AllowHTTP())
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{Doer: d}
	for range 3 {
		if _, err := Get[map[string]string](t.Context(), d, getUser, f.send(getUser, "", "missing")); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
		if v, err := Get[map[string]string](t.Context(), d, getUser, f.send(getUser, "", "7")); v["id"] != "7" || err != nil {
			t.Error(v, err)
		}
	}
	if len(conns) != 1 {
		t.Errorf("%d connections", len(conns))
	}
}
