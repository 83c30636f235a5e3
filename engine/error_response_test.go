package engine

import (
	"errors"
	"io"
	"math"
	"net/http"
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
		assert.Equal(t, x.want, retryAfter(h, "", noon, longest), "%q at %q", x.values, x.date)
	}
	assert.Greater(t, retryAfter(http.Header{"Retry-After": {"Fri, 31 Dec 9999 23:59:59 GMT"}}, "", noon, longest), 24*time.Hour, "a far date is a long wait")
}

func TestClassify(t *testing.T) {
	op := &Operation{ID: "getUser", Method: "GET", Path: "/users/{id}"}
	f := newFake(t, nil)
	closed := 0
	res := &http.Response{StatusCode: 429, Header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {"7"}},
		Body: closer{strings.NewReader(`{"message":"slow down","code":"E7"}`), func() { closed++ }}}
	want := &client.Error{Operation: "getUser", Method: "GET", Path: "/users/{id}", StatusCode: 429, Attempts: 2, RetryAfter: 7 * time.Second,
		Code: "E7", Message: "slow down", Header: res.Header, Body: []byte(`{"message":"slow down","code":"E7"}`)}
	assert.Equal(t, want, f.classify(op, res, 2, redactor{}))
	assert.Equal(t, 1, closed, "times that the body is closed")
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
	kept := len(e.Body)
	assert.Equal(t, 64<<10, kept, "bytes that are kept")
	assert.LessOrEqual(t, read, 128<<10, "bytes that are read")
	assert.LessOrEqual(t, len(e.Message), 400, "bytes of the message")
}

func TestClassifyNamesRedirects(t *testing.T) {
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		res, _ := says(status, "", "Location", "https://evil.example/?token=s3cr3t")(nil)
		e := newFake(t, nil).classify(&Operation{}, res, 1, redactor{})
		assert.ErrorContains(t, e, "redirects are not followed", "%d", status)
		assert.NotContains(t, e.Error(), "evil", "%d: where it leads is the server's word", status)
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
		assert.Equal(t, c.want, newFake(t, nil).classify(&Operation{}, res, 1, redactor{}).Message, "%d at %q", c.status, c.date)
	}
	res, _ := says(401, "", "Date", "Sat, 10 Jan 2026 11:50:00 GMT")(nil)
	assert.Equal(t, "the local clock differs from the server's by 10m0s", newFake(t, nil).classify(&Operation{}, res, 1, redactor{}).Message, "where the server says nothing")
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
		got := retryAfter(h, "", noon, longest)
		require.GreaterOrEqual(t, got, time.Duration(0), "%q, %q at %q", a, b, date)
		for _, v := range []string{a, b} {
			require.LessOrEqual(t, retryAfter(http.Header{"Retry-After": {v}, "Date": {date}}, "", noon, longest), got, "%q alone is no longer than beside another", v)
			v = strings.TrimSpace(v)
			_, dateErr := http.ParseTime(v)
			n, numberErr := strconv.ParseInt(v, 10, 32)
			switch {
			case v == "" || dateErr == nil:
			case numberErr == nil:
				require.GreaterOrEqual(t, got, time.Duration(n)*time.Second, "%q is not shortened", v)
			case strings.Trim(v, "0123456789.+-xXpPabcdefABCDEF_") != "" && !strings.EqualFold(strings.TrimLeft(v, "+-"), "inf") && !strings.EqualFold(strings.TrimLeft(v, "+-"), "infinity"):
				require.Greater(t, got, longest, "%q cannot be read", v)
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
		require.True(t, ok, "%s %d is a refusal: %v", c.method, c.status, err)
		assert.Equal(t, c.want, e.Sent, "%s %d may have happened", c.method, c.status)
	}
}

// The header of the document holds milliseconds, counts only with 429, and beside a Retry-After
// the longer one counts.
func TestRetryMillis(t *testing.T) {
	op := &Operation{ID: "getUser", Method: "GET", Path: "/users/7", Status: []int{200}, Empty: []int{200}, RetryMillis: "x-rate-limit-reset"}
	for name, c := range map[string]struct {
		op    *Operation
		reply answer
		want  time.Duration
	}{
		"milliseconds":         {op, says(429, "", "X-Rate-Limit-Reset", "12500"), 12500 * time.Millisecond},
		"beside a shorter one": {op, says(429, "", "X-Rate-Limit-Reset", "12500", "Retry-After", "2"), 12500 * time.Millisecond},
		"beside a longer one":  {op, says(429, "", "X-Rate-Limit-Reset", "12500", "Retry-After", "20"), 20 * time.Second},
		"with another status":  {op, says(503, "", "X-Rate-Limit-Reset", "12500"), 0},
		"not in the document":  {&Operation{ID: "getUser", Method: "GET", Path: "/users/7"}, says(429, "", "X-Rate-Limit-Reset", "12500"), 0},
		"not readable":         {op, says(429, "", "X-Rate-Limit-Reset", "soon"), 61 * time.Second},
		"very far":             {op, says(429, "", "X-Rate-Limit-Reset", "1768467600000"), math.MaxInt64},
	} {
		f := newFake(t, []answer{c.reply}, client.Attempts(1), client.MaxWait(time.Minute))
		err := Call(t.Context(), f.Pipeline, NewRequest(c.op), nil, nil)
		var e *client.Error
		require.ErrorAs(t, err, &e, name)
		assert.Equal(t, c.want, e.RetryAfter, name)
	}
	f := newFake(t, []answer{says(429, "", "X-Rate-Limit-Reset", "12500"), says(200, "")})
	require.NoError(t, Call(t.Context(), f.Pipeline, NewRequest(op), nil, nil))
	require.Len(t, f.pauses, 1)
	assert.GreaterOrEqual(t, f.pauses[0], 12500*time.Millisecond, "the pause")
}
