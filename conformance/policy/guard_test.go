package policy_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

func TestServerURL(t *testing.T) {
	sign := func(context.Context, *http.Request) error { return nil }
	for _, u := range []string{"http://x.example", "https://u:p@x.example", "https://x.example?q=1", "https://x.example/#f", "/rel", "ftp://x.example", "::", "", "https://"} {
		_, err := synthetic.New(sign, client.Server(u))
		assert.Error(t, err, "%q is no server", u)
	}
	for _, u := range []string{"https://x.example", "https://x.example:8443/base/", "https://[2001:db8::1]/api"} {
		_, err := synthetic.New(sign, client.Server(u))
		assert.NoError(t, err, "%q is a server", u)
	}
	_, err := synthetic.New(nil)
	assert.Error(t, err, "a client without credentials")
	_, err = synthetic.New(sign)
	assert.NoError(t, err, "the default server")
}

// oapi-codegen sends these, and they hit the parent: DELETE of all users instead of one.
func TestPathValues(t *testing.T) {
	ctx := t.Context()
	c, seen := serve(t, fake.Reply(`{}`))
	for _, v := range []string{"", ".", "..", "a\nb", "a\x00"} {
		for name, err := range map[string]error{
			"last":        c.DeleteUser(ctx, "acme", v),
			"middle":      c.DeleteUser(ctx, v, "7"),
			"raw, last":   discard(c.Requests.DeleteUser(ctx, "acme", v)),
			"raw, middle": discard(c.Requests.DeleteUser(ctx, v, "7")),
		} {
			assert.ErrorIs(t, err, client.ErrUnsafe, "%s %q", name, v)
			assert.ErrorIs(t, err, client.ErrInvalid, "%s %q", name, v)
		}
	}
	require.Zero(t, seen.Calls(), "requests")
	for _, v := range []string{"a/b", "..%2f", "...", "a b", "ü", "%", "a?b", "a#b", "2001:db8::1", "192.0.2.0/24", ";", "a@example.com"} {
		var got string
		c, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			got = r.URL.Path
			w.WriteHeader(204)
		})
		assert.NoError(t, c.DeleteUser(ctx, "acme", v), "%q", v)
		assert.Equal(t, "/api/v1/orgs/acme/users/"+v, got, "the path that arrives")
	}
}

func discard(res *http.Response, err error) error {
	if err == nil {
		res.Body.Close()
	}
	return err
}

// An editor of the caller cannot lead the credentials elsewhere.
func TestRequestStaysOnItsServer(t *testing.T) {
	c, seen := serve(t, fake.Reply(`{}`))
	for name, edit := range map[string]auth.Editor{
		"host":     func(_ context.Context, r *http.Request) error { r.URL.Host = "evil.example"; return nil },
		"scheme":   func(_ context.Context, r *http.Request) error { r.URL.Scheme = "ftp"; return nil },
		"userinfo": func(_ context.Context, r *http.Request) error { r.URL.User = url.User("u"); return nil },
		"path":     func(_ context.Context, r *http.Request) error { r.URL.Path = "/api/other"; return nil },
		"deeper":   func(_ context.Context, r *http.Request) error { r.URL.Path += "/more"; return nil },
		"method":   func(_ context.Context, r *http.Request) error { r.Method = "DELETE"; return nil },
	} {
		assert.ErrorIs(t, c.Ping(t.Context(), edit), client.ErrUnsafe, "an editor changes the %s", name)
		assert.Zero(t, seen.Calls(), "an editor changes the %s: requests", name)
	}
}

func TestRules(t *testing.T) {
	ctx := t.Context()
	c, seen := serve(t, fake.Reply(`{}`))
	old, later, ids := noon.Add(-40*24*time.Hour), noon.Add(time.Hour), []string{"a"}
	for name, p := range map[string]synthetic.ListAlertsParams{
		"exclusive": {IDs: ids, From: &noon},
		"range":     {From: &old},
		"backward":  {From: &later, Until: &noon},
		"maximum":   {Limit: fake.Ptr(int64(101))},
		"minimum":   {Limit: fake.Ptr(int64(0))},
	} {
		_, err := fake.Collect(c.ListAlerts(ctx, &p))
		_, perr := c.ListAlertsPage(ctx, &p)
		rerr := discard(c.Requests.ListAlertsPage(ctx, &p))
		for how, err := range map[string]error{"list": err, "page": perr, "raw": rerr} {
			var re *client.RequestError
			if assert.ErrorAs(t, err, &re, "%s, %s", name, how) {
				assert.Equal(t, "listAlerts", re.Operation, "%s, %s: the operation that the error names", name, how)
			}
			assert.ErrorIs(t, err, client.ErrInvalid, "%s, %s", name, how)
		}
	}
	for name, p := range map[string]synthetic.ListSIEMIssuesParams{
		"none of three": {},
		"two of three":  {SinceSeconds: fake.Ptr(int64(60)), SinceTime: fake.Ptr(noon.Add(-time.Minute))},
		"too short":     {Interval: fake.Ptr("PT29S/2026-01-15T11:00:00Z")},
		"too long":      {Interval: fake.Ptr("2026-01-15T09:59:59Z/2026-01-15T11:00:00Z")},
		"too old":       {Interval: fake.Ptr("2026-01-08T11:59:59Z/PT1H")},
		"not over":      {Interval: fake.Ptr("2026-01-15T11:30:00Z/PT1H")},
		"no interval":   {Interval: fake.Ptr("yesterday")},
		"since too old": {SinceTime: fake.Ptr(noon.Add(-61 * time.Minute))},
		"since too new": {SinceTime: fake.Ptr(noon.Add(-29 * time.Second))},
		"closed enum":   {SinceSeconds: fake.Ptr(int64(60)), ThreatType: []synthetic.ListSIEMIssuesParamsThreatType{"spam"}},
	} {
		_, err := c.ListSIEMIssuesPage(ctx, &p)
		assert.ErrorIs(t, err, client.ErrInvalid, name)
	}
	_, err := c.ListPeoplePage(ctx, &synthetic.ListPeopleParams{Window: 15})
	assert.ErrorIs(t, err, client.ErrInvalid, "a number that is not in the enum")
	assert.ErrorIs(t, c.DeleteObjects(ctx, nil), client.ErrInvalid, "all objects are deleted only where it is said")
	assert.ErrorIs(t, c.DeleteObjects(client.Unfiltered(ctx), &synthetic.DeleteObjectsParams{TQL: fake.Ptr(" ")}), client.ErrInvalid, "a blank filter is a mistake, not a wish")
	require.Zero(t, seen.Calls(), "requests")
	assert.NoError(t, c.DeleteObjects(client.Unfiltered(ctx), nil))
	assert.Equal(t, 1, seen.Calls(), "requests")
}
