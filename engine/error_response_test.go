package engine

import (
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/threatclients/threatclients-go/client"
)

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"":                                 0,
		"0":                                0,
		"7":                                7 * time.Second,
		" 7 ":                              7 * time.Second,
		"3600":                             time.Hour,
		"-7":                               0,
		"Sat, 10 Jan 2026 12:00:09 GMT":    9 * time.Second,
		"Sat, 10 Jan 2026 11:59:00 GMT":    0,
		"Saturday, 10-Jan-26 12:00:09 GMT": 9 * time.Second,
		"soon":                             0,
		"7s":                               0,
		"0.5":                              0,
		"2026-01-10T12:00:09Z":             0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, noon); got != want {
			t.Errorf("%q: %s; want %s", value, got, want)
		}
	}
	// More than can be waited for is a long wait and not none.
	for _, value := range []string{"99999999999", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, noon); got < 24*time.Hour {
			t.Errorf("%q: %s", value, got)
		}
	}
	if got := retryAfter(http.Header{}, noon); got != 0 {
		t.Errorf("absent: %s", got)
	}
}

func TestClassify(t *testing.T) {
	op := &Operation{ID: "getUser", Method: "GET", Path: "/users/{id}"}
	f := newFake(t, nil)
	closed := 0
	res := &http.Response{StatusCode: 429, Header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {"7"}},
		Body: closer{strings.NewReader(`{"message":"slow down","code":"E7"}`), func() { closed++ }}}
	want := &client.Error{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 429, Attempts: 2, RetryAfter: 7 * time.Second,
		Code: "E7", Message: "slow down", Header: res.Header, Body: []byte(`{"message":"slow down","code":"E7"}`)}
	if got := f.classify(op, res, 2); !reflect.DeepEqual(got, want) || closed != 1 {
		t.Errorf("closed %d:\n%+v\n%+v", closed, *got, *want)
	}
}

// A refusal may be gigabytes too.
func TestClassifyBoundsTheBody(t *testing.T) {
	read := 0
	endless := reader(func(p []byte) (int, error) {
		read += len(p)
		for i := range p {
			p[i] = 'x'
		}
		return len(p), nil
	})
	e := newFake(t, nil).classify(&Operation{}, &http.Response{StatusCode: 500, Header: http.Header{}, Body: io.NopCloser(endless)}, 1)
	if len(e.Body) != 64<<10 || read > 128<<10 || len(e.Message) > 400 {
		t.Errorf("kept %d of %d bytes, message of %d", len(e.Body), read, len(e.Message))
	}
}

func TestClassifyNamesRedirects(t *testing.T) {
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		res, _ := says(status, "", "Location", "https://evil.example/?token=s3cr3t")(nil)
		if e := newFake(t, nil).classify(&Operation{}, res, 1); !strings.Contains(e.Error(), "redirects are not followed") || strings.Contains(e.Error(), "evil") {
			t.Errorf("%d: %v", status, e)
		}
	}
}

// A wrong clock is why a signature over the time is refused, and nothing else says so.
func TestClassifyNamesTheClock(t *testing.T) {
	for _, c := range []struct {
		status     int
		date, want string
	}{
		{401, "Sat, 10 Jan 2026 11:50:00 GMT", "wrong signature (the local clock differs from the server's by 10m0s)"},
		{401, "Sat, 10 Jan 2026 12:10:00 GMT", "wrong signature (the local clock differs from the server's by -10m0s)"},
		{401, "Sat, 10 Jan 2026 12:01:01 GMT", "wrong signature (the local clock differs from the server's by -1m1s)"},
		{401, "Sat, 10 Jan 2026 12:01:00 GMT", "wrong signature"},
		{401, "Sat, 10 Jan 2026 12:00:00 GMT", "wrong signature"},
		{401, "", "wrong signature"},
		{401, "today", "wrong signature"},
		{403, "Sat, 10 Jan 2026 11:50:00 GMT", "wrong signature"},
	} {
		res, _ := says(c.status, "wrong signature", "Date", c.date)(nil)
		if e := newFake(t, nil).classify(&Operation{}, res, 1); e.Message != c.want {
			t.Errorf("%d at %q: %q; want %q", c.status, c.date, e.Message, c.want)
		}
	}
	res, _ := says(401, "", "Date", "Sat, 10 Jan 2026 11:50:00 GMT")(nil)
	if e := newFake(t, nil).classify(&Operation{}, res, 1); e.Message != "the local clock differs from the server's by 10m0s" {
		t.Errorf("alone: %q", e.Message)
	}
}
