package policy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

// A header such as X-Password would go along to another host.
func TestCrossHostRedirectIsNotFollowed(t *testing.T) {
	target, asked := fake.Never(t)
	for _, code := range []int{301, 302, 303, 307, 308} {
		c, seen := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target+"/api/v1/ping", code) })
		err := c.Ping(t.Context())
		var e *client.Error
		if assert.ErrorAs(t, err, &e, "%d", code) {
			assert.Equal(t, code, e.StatusCode)
		}
		assert.Equal(t, 1, seen.Calls(), "%d: requests", code)
		assert.Zero(t, *asked, "%d: requests of the other host", code)
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), target, "%d: the error shows the address", code)
	}
}

func TestDowngradeRedirectIsNotFollowed(t *testing.T) {
	plain, asked := fake.Never(t)
	seen := new(fake.Traffic)
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Count()
		http.Redirect(w, r, plain+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer srv.Close()
	sign := auth.Basic(fake.Principal, fake.Secret)
	c, err := synthetic.New(sign, client.Server(srv.URL), client.Transport(srv.Client().Transport))
	require.NoError(t, err)
	assert.Error(t, c.Ping(t.Context()), "a redirect is a refusal")
	assert.Equal(t, 1, seen.Calls(), "requests")
	assert.Zero(t, *asked, "requests without TLS")
}

// A next URL in a body is a flag, never an address.
func TestNextURLIsNotRequested(t *testing.T) {
	target, asked := fake.Never(t)
	var starts []string
	c, seen := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		starts = append(starts, r.URL.Query().Get("resultStart"))
		if n < 3 {
			fmt.Fprintf(w, `{"status":"Success","next":%q,"data":[{"type":"host","hostName":"%d"},{"type":"host"}]}`, target+"/api/v3/objects", n)
		} else {
			io.WriteString(w, `{"status":"Success","data":[{"type":"address"}]}`)
		}
	})
	got, err := fake.Collect(c.ListObjects(t.Context(), nil))
	require.NoError(t, err)
	require.Len(t, got, 5)
	assert.Equal(t, 3, seen.Calls(), "requests")
	assert.Zero(t, *asked, "requests of the address in the body")
	assert.Equal(t, []string{"", "2", "4"}, starts, "where the pages begin")
}

// What a user may print, log or encode must not hold what was sent or received.
func TestNothingPrintsSecrets(t *testing.T) {
	const token, inBody, inHeader = "query-value-0000", "body-value-0000", "header-value-0000"
	refuse := func(status int, body string) fake.Handler {
		return func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Set-Cookie", inHeader)
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	params := &synthetic.ListAlertsParams{Token: fake.Ptr(token)}
	page := func(c *synthetic.Client) error { _, err := c.ListAlertsPage(t.Context(), params); return err }
	list := func(c *synthetic.Client) error { _, err := fake.Collect(c.ListAlerts(t.Context(), params)); return err }
	var errs []error
	for _, x := range []struct {
		status int
		body   string
	}{
		{401, `{"message":"no","token":"` + inBody + `"}`},
		{500, "<html>" + inBody + "</html>"},
		{302, inBody + "\n{"},
		{200, `{"alerts":"` + inBody},
		{200, `{"alerts":[{"id":"` + inBody + `"},`},
		{200, `"` + inBody + `"`},
		{200, `{"alerts":[{"severity":"` + inBody + `"}]}garbage`},
	} {
		c, _ := serve(t, refuse(x.status, x.body))
		for _, do := range []func(*synthetic.Client) error{page, list} {
			if err := do(c); assert.Error(t, err, "%d %q", x.status, x.body) && x.status != 302 {
				errs = append(errs, err)
			}
		}
	}
	seen := new(fake.Traffic)
	dead := connect(t, "http://127.0.0.1:1/api/v1", seen)
	errs = append(errs, page(dead), list(dead), dead.DeleteUser(t.Context(), "a", ".."))
	slow, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, client.Timeout(20*time.Millisecond), client.Attempts(1))
	errs = append(errs, page(slow))
	var log bytes.Buffer
	for _, l := range []*slog.Logger{slog.New(slog.NewTextHandler(&log, nil)), slog.New(slog.NewJSONHandler(&log, nil))} {
		for _, err := range errs {
			l.Error("call", "err", err, "again", slog.AnyValue(err))
		}
		l.Info("client", "client", dead)
	}
	for _, err := range errs {
		require.Error(t, err, "each of these calls fails")
		b, _ := json.Marshal(map[string]any{"err": err, "list": []error{err}})
		fmt.Fprintf(&log, "%v %+v %#v %s %q %s\n", err, err, err, err, err, b)
		fmt.Fprintf(&log, "%v %+v\n", struct{ Err error }{err}, []error{err})
		for e := errors.Unwrap(err); e != nil; e = errors.Unwrap(e) {
			fmt.Fprintf(&log, "%T ", e) // a cause is somebody else's; its type must be known here
		}
	}
	fmt.Fprintf(&log, "%v %+v %#v", dead, dead, dead)
	for _, s := range []string{fake.Secret, fake.Principal, token, inBody, inHeader, "Authorization", "Basic "} {
		before, _, shown := strings.Cut(log.String(), s)
		assert.False(t, shown, "%q is shown, after …%s", s, before[max(0, len(before)-120):])
	}
	assert.Contains(t, log.String(), "listAlerts: GET /alerts: 401 Unauthorized: no", "the vendor's message is shown")
}

func TestSigningErrorSendsNothing(t *testing.T) {
	server, asked := fake.Never(t)
	c, err := synthetic.New(auth.Basic("", fake.Secret), client.Server(server), client.AllowHTTP())
	require.NoError(t, err)
	var re *client.RequestError
	require.ErrorAs(t, c.Ping(t.Context()), &re)
	assert.Equal(t, "ping", re.Operation)
	assert.Zero(t, *asked, "requests")
}

// The signature is made last, anew for each attempt, over what goes out.
func TestSignedLastAndAnew(t *testing.T) {
	var signed, sent []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.RequestURI)
		if len(sent) < 3 {
			w.WriteHeader(503)
			return
		}
		fmt.Fprintf(w, `{"alerts":[{"id":"1"}],"token":%s}`, map[bool]string{true: `"b c"`, false: "null"}[len(sent) == 3])
	}))
	defer srv.Close()
	c, err := synthetic.New(func(_ context.Context, r *http.Request) error {
		signed = append(signed, r.URL.RequestURI())
		return nil
	}, client.Server(srv.URL+"/api/v1"), client.AllowHTTP(), client.Sleep(func(context.Context, time.Duration) error { return nil }))
	require.NoError(t, err)
	_, err = fake.Collect(c.ListAlerts(t.Context(), nil))
	require.NoError(t, err)
	require.Len(t, sent, 4, "requests")
	assert.Equal(t, sent, signed, "what is signed is what goes out")
	assert.Equal(t, "/api/v1/alerts?token=b+c", sent[3])
}
