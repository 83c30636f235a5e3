package engine

import (
	"errors"
	"io"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/threatclients/threatclients-go/client"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

// No wish is shortened: not by another value, not by one that cannot be read, not by the form.
func FuzzRetryAfter(f *testing.F) {
	f.Add("7", "", "")
	f.Add("1", "40", "Sat, 10 Jan 2026 12:00:30 GMT")
	f.Add("abc", "1.5", "")
	f.Add("Sat, 10 Jan 2026 12:00:39 GMT", "20, 40", "Sat, 10 Jan 2026 12:00:30 GMT")
	f.Add("99999999999999999999", "NaN", "today")
	f.Add("-1", "1e999", "")
	f.Fuzz(func(t *testing.T, a, b, date string) {
		const longest = time.Minute
		h := http.Header{"Retry-After": {a, b}, "Date": {date}}
		got := retryAfter(h, noon, longest)
		if got < 0 {
			t.Fatalf("%q, %q at %q: %s", a, b, date, got)
		}
		for _, v := range []string{a, b} {
			if one := retryAfter(http.Header{"Retry-After": {v}, "Date": {date}}, noon, longest); one > got {
				t.Fatalf("%q alone is %s, beside another %s", v, one, got)
			}
			v = strings.TrimSpace(v)
			_, dateErr := http.ParseTime(v)
			n, numberErr := strconv.ParseInt(v, 10, 32)
			switch {
			case v == "" || dateErr == nil:
			case numberErr == nil && got < time.Duration(n)*time.Second:
				t.Fatalf("%q is %s", v, got)
			case strings.Trim(v, "0123456789.+-xXpPabcdefABCDEF_") != "" && !strings.EqualFold(strings.TrimLeft(v, "+-"), "inf") && !strings.EqualFold(strings.TrimLeft(v, "+-"), "infinity") && got <= longest:
				t.Fatalf("%q cannot be read and is %s", v, got)
			}
		}
	})
}

// A write that is answered by a broken server may have happened; a refusal, and a read, did not.
func TestClassifySaysWhatWasSent(t *testing.T) {
	for _, c := range []struct {
		method string
		status int
		want   bool
	}{{"POST", 500, true}, {"DELETE", 503, true}, {"POST", 499, false}, {"POST", 400, false}, {"GET", 500, false}, {"GET", 499, false}} {
		f := newFake(t, []answer{says(c.status, "")}, client.Attempts(1))
		err := Call(t.Context(), f.Pipeline, request(&Operation{ID: "op", Method: c.method, Path: "/things"}, ""), nil, nil)
		e, ok := errors.AsType[*client.Error](err)
		require.True(t, ok, "%s %d: %v, want Sent", c.method, c.status, err)
		assert.Equal(t, c.want, e.Sent, "%s %d: %v, want Sent", c.method, c.status, err)
	}
}
