package engine

import (
	"io"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/threatclients/threatclients-go/client"

	"github.com/stretchr/testify/assert"
)

// The longest wish counts; what cannot be read is longer than what is waited for.
func TestRetryAfter(t *testing.T) {
	const longest, unreadable = time.Minute, time.Minute + time.Second
	for _, x := range []struct {
		date   string
		values []string
		want   time.Duration
	}{
		{"", nil, 0},
		{"", []string{""}, 0},
		{"", []string{"0"}, 0},
		{"", []string{"7"}, 7 * time.Second},
		{"", []string{" 7 "}, 7 * time.Second},
		{"", []string{"3600"}, time.Hour},
		{"", []string{"-7"}, 0},
		{"", []string{"0.5"}, time.Second},
		{"", []string{"30.1"}, 31 * time.Second},
		{"", []string{"Sat, 10 Jan 2026 12:00:09 GMT"}, 9 * time.Second},
		{"", []string{"Sat, 10 Jan 2026 11:59:00 GMT"}, 0},
		{"", []string{"Saturday, 10-Jan-26 12:00:09 GMT"}, 9 * time.Second},
		{"Sat, 10 Jan 2026 11:59:00 GMT", []string{"Sat, 10 Jan 2026 12:00:09 GMT"}, 69 * time.Second},
		{"", []string{"1", "40"}, 40 * time.Second},
		{"", []string{"", "40"}, 40 * time.Second},
		{"", []string{"abc", "40"}, unreadable},
		{"", []string{"abc", "90"}, 90 * time.Second},
		{"", []string{"soon"}, unreadable},
		{"", []string{"7s"}, unreadable},
		{"", []string{"20, 40"}, unreadable},
		{"", []string{"NaN"}, unreadable},
		{"", []string{"2026-01-10T12:00:09Z"}, unreadable},
		{"", []string{"99999999999"}, math.MaxInt64},
		{"", []string{"99999999999999999999999"}, math.MaxInt64},
		{"", []string{"1e400"}, math.MaxInt64},
	} {
		h := http.Header{"Retry-After": x.values}
		if x.date != "" {
			h.Set("Date", x.date)
		}
		assert.Equal(t, x.want, retryAfter(h, noon, longest), "%q at %q", x.values, x.date)
	}
	assert.Greater(t, retryAfter(http.Header{"Retry-After": {"Fri, 31 Dec 9999 23:59:59 GMT"}}, noon, longest), 24*time.Hour, "a far date is a long wait")
}

func TestClassify(t *testing.T) {
	op := &Operation{ID: "getUser", Method: "GET", Path: "/users/{id}"}
	f := newFake(t, nil)
	closed := 0
	res := &http.Response{StatusCode: 429, Header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {"7"}},
		Body: closer{strings.NewReader(`{"message":"slow down","code":"E7"}`), func() { closed++ }}}
	want := &client.Error{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 429, Attempts: 2, RetryAfter: 7 * time.Second,
		Code: "E7", Message: "slow down", Header: res.Header, Body: []byte(`{"message":"slow down","code":"E7"}`)}
	if got := f.classify(op, res, 2, redactor{}); !reflect.DeepEqual(got, want) || closed != 1 {
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
	e := newFake(t, nil).classify(&Operation{}, &http.Response{StatusCode: 500, Header: http.Header{}, Body: io.NopCloser(endless)}, 1, redactor{})
	if len(e.Body) != 64<<10 || read > 128<<10 || len(e.Message) > 400 {
		t.Errorf("kept %d of %d bytes, message of %d", len(e.Body), read, len(e.Message))
	}
}

func TestClassifyNamesRedirects(t *testing.T) {
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		res, _ := says(status, "", "Location", "https://evil.example/?token=s3cr3t")(nil)
		if e := newFake(t, nil).classify(&Operation{}, res, 1, redactor{}); !strings.Contains(e.Error(), "redirects are not followed") || strings.Contains(e.Error(), "evil") {
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
		if e := newFake(t, nil).classify(&Operation{}, res, 1, redactor{}); e.Message != c.want {
			t.Errorf("%d at %q: %q; want %q", c.status, c.date, e.Message, c.want)
		}
	}
	res, _ := says(401, "", "Date", "Sat, 10 Jan 2026 11:50:00 GMT")(nil)
	if e := newFake(t, nil).classify(&Operation{}, res, 1, redactor{}); e.Message != "the local clock differs from the server's by 10m0s" {
		t.Errorf("alone: %q", e.Message)
	}
}
