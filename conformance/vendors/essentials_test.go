package vendors_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

// A list is answered 207 with what was made and what was not, one object 201.
func TestEssentialsBatches(t *testing.T) {
	ctx := t.Context()
	c, seen := essentialsClient(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			w.WriteHeader(http.StatusMultiStatus)
			io.WriteString(w, `{"users":[{"uid":1,"primary_email":"a@example.com"},{"uid":2,"primary_email":"b@example.com"}],
				"errors":[{"status":409,"identifier":"c@example.com","error_message":"The user exists"}]}`)
			return
		}
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"uid":3,"primary_email":"d@example.com"}`)
	})
	users := essentials.UserListInput{{PrimaryEmail: "a@example.com"}, {PrimaryEmail: "b@example.com"}, {PrimaryEmail: "c@example.com"}}
	made, err := c.CreateUsers(ctx, "example.com", users)
	var p *client.PartialError
	require.ErrorAs(t, err, &p)
	require.Equal(t, []client.Failure{{Identifier: "c@example.com", Status: "409", Message: "The user exists"}}, p.Failures)
	require.NotNil(t, made.JSON207, "what was made comes with the error")
	require.Len(t, made.JSON207.Users, 2, "what was made")
	assert.Equal(t, "b@example.com", made.JSON207.Users[1].PrimaryEmail, "what was made")
	made, err = c.CreateUsers(ctx, "example.com", users[:1])
	require.NoError(t, err)
	require.NotNil(t, made.JSON201, "one object")
	assert.Equal(t, "d@example.com", made.JSON201.PrimaryEmail)
	_, err = c.CreateUsers(ctx, "example.com", essentials.UserListInput{{PrimaryEmail: " "}})
	assert.ErrorIs(t, err, client.ErrInvalid, "a user without an address")
	assert.Equal(t, 2, seen.Calls(), "requests")
}

// What a server did before it failed is unknown; before a 429 it did nothing.
func TestEssentialsBatchesAreNotRepeated(t *testing.T) {
	for status, want := range map[int]int{500: 1, 502: 1, 503: 1, 504: 1, 429: 3} {
		c, seen := essentialsClient(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		for name, do := range map[string]func() error{
			"users": func() error {
				return drop(c.CreateUsers(t.Context(), "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com"}}))
			},
			"domains": func() error {
				return drop(c.CreateDomains(t.Context(), "example.com", essentials.DomainListInput{{Name: "example.net"}}))
			},
		} {
			seen.Reset()
			assert.Error(t, do(), "%d, %s", status, name)
			assert.Equal(t, want, seen.Calls(), "%d, %s: requests", status, name)
		}
	}
	c, seen := essentialsClient(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			conn.Close()
		}
	})
	_, err := c.CreateUsers(t.Context(), "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com"}})
	assert.Error(t, err, "a cut connection")
	assert.Equal(t, 1, seen.Calls(), "a cut connection: requests")
}

func TestEssentialsErrors(t *testing.T) {
	for _, x := range []struct {
		status   int
		ct, body string
		message  string
		is       error
	}{
		{401, "", "", "", client.ErrUnauthorized},
		{403, "application/json", `{"message":"not associated"}`, "not associated", client.ErrForbidden},
		{409, "application/json", `{"errors":["exists","twice"]}`, "exists; twice", client.ErrConflict},
		{409, "application/json", `{"errors":[{"status":409,"identifier":"a","error_message":"exists"}]}`, "exists", client.ErrConflict},
		{422, "application/json", `{"primary_email":["is not an address"]}`, "primary_email: is not an address", client.ErrInvalid},
		{400, "text/plain", "malformed", "malformed", client.ErrInvalid},
		{404, "text/html", "<html>not here</html>", "", client.ErrNotFound},
	} {
		c, _ := essentialsClient(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", x.ct)
			w.WriteHeader(x.status)
			io.WriteString(w, x.body)
		})
		_, err := c.GetOrg(t.Context(), "example.com")
		var e *client.Error
		require.ErrorAs(t, err, &e, "%d %s", x.status, x.body)
		assert.Equal(t, x.status, e.StatusCode, x.body)
		assert.Equal(t, x.message, e.Message, x.body)
		assert.ErrorIs(t, err, x.is, x.body)
	}
}

// Time slots are a map from time to count, dates are dates, and an empty text where a date
// belongs fails nothing.
func TestEssentialsReportsAndDates(t *testing.T) {
	var odd int
	c, _ := essentialsClient(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n == 1 {
			io.WriteString(w, `{"period":"30d","frequency":"24h","inbound":{"clean_total":5,"clean":{"1768435200":2,"1768521600":3},"spam":[]}}`)
			return
		}
		io.WriteString(w, `{"name":"Example","primary_domain":"example.com","eid":1,"is_on_trial":false,"trial_end_date":"","on_trial_until":""}`)
	}, client.OnMismatch(func(client.Mismatch) { odd++ }))
	r, err := c.GetReport(t.Context(), "example.com", essentials.ReportPeriodMonthly)
	require.NoError(t, err)
	day := client.UnixTime(time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC).Unix())
	assert.EqualValues(t, 2, r.Inbound.Clean[day], "the count of a day")
	require.Len(t, r.Inbound.Clean, 2, "days")
	assert.EqualValues(t, 5, *r.Inbound.CleanTotal)
	assert.Empty(t, r.Inbound.Spam, "an empty list for an empty map")
	o, err := c.GetOrg(t.Context(), "example.com")
	assert.NoError(t, err)
	assert.Equal(t, "Example", o.Name)
}

func TestEssentialsTermsUpdate(t *testing.T) {
	var got http.Header
	h := func(_ int, w http.ResponseWriter, r *http.Request) {
		got = r.Header
		io.WriteString(w, `{"name":"Example","primary_domain":"example.com"}`)
	}
	c, _ := essentialsClient(t, h)
	_, err := c.GetOrg(t.Context(), "example.com")
	assert.NoError(t, err)
	assert.Equal(t, "true", got.Get("X-Terms-Update"))
	c, _ = essentialsClient(t, h, client.Header("X-Terms-Update", ""))
	_, err = c.GetOrg(t.Context(), "example.com")
	assert.NoError(t, err)
	assert.Nil(t, got.Values("X-Terms-Update"), "an empty header means none")
}

// X-Password would go along with a redirect, unlike Authorization.
func TestEssentialsRedirect(t *testing.T) {
	target, asked := fake.Never(t)
	c, _ := essentialsClient(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, target, http.StatusTemporaryRedirect)
	})
	_, err := c.GetOrg(t.Context(), "example.com")
	assert.Error(t, err, "a redirect is a refusal")
	assert.Zero(t, *asked, "requests of the other host")
}

// answered is a transport that answers for any host and notes which one was asked.
type answered func(*http.Request) *http.Response

func (a answered) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

// Any stack says where an organization lives; an answer is data and not trust.
func TestEssentialsDiscovery(t *testing.T) {
	var hosts []string
	endpoint := "https://us3.proofpointessentials.com"
	transport := client.Transport(answered(func(r *http.Request) *http.Response {
		hosts = append(hosts, r.URL.Host+r.URL.Path)
		rec := httptest.NewRecorder()
		fmt.Fprintf(rec, `{"endpoints":[%q],"name":"Example","primary_domain":"example.com"}`, endpoint)
		return rec.Result()
	}))
	sign := auth.UserPassword("admin@example.com", fake.Secret)
	c, err := essentials.New(sign, transport)
	require.NoError(t, err)
	found, err := c.GetEndpoints(t.Context(), "example.com")
	require.NoError(t, err)
	require.Equal(t, []string{endpoint}, found.Endpoints)
	right, err := essentials.New(sign, transport, client.DiscoveredServer(found.Endpoints[0]))
	require.NoError(t, err)
	_, err = right.GetOrg(t.Context(), "example.com")
	assert.NoError(t, err)
	assert.Equal(t, []string{"us3.proofpointessentials.com/api/v1/orgs/example.com"}, hosts[1:], "who is asked after the answer")
	for _, evil := range []string{"https://us3.proofpointessentials.com.evil.example", "https://evilproofpointessentials.com", "http://us3.proofpointessentials.com", "https://us3.proofpointessentials.com:8443", "https://u:p@us3.proofpointessentials.com", "//x", "https://192.0.2.1"} {
		_, err := essentials.New(sign, transport, client.DiscoveredServer(evil))
		assert.Error(t, err, "%s is not trusted", evil)
	}
	// A white-label host is the caller's own word, and an answer may name it again.
	own := "https://stack1.reseller.example.net/api/v1"
	c, err = essentials.New(sign, transport, client.Server(own), client.DiscoveredServer("https://stack1.reseller.example.net"))
	require.NoError(t, err)
	_, err = c.GetOrg(t.Context(), "example.com")
	assert.NoError(t, err)
	assert.Equal(t, []string{"stack1.reseller.example.net/api/v1/orgs/example.com"}, hosts[2:], "who is asked in the end")
}

// A token of Odin becomes a login URL; what it holds is escaped.
func Example_odinLogin() {
	token := essentials.Token{AuthToken: "a+b/c=&d"} // of c.CreateToken
	login := url.URL{Scheme: "https", Host: "us1.proofpointessentials.com", Path: "/app/login.php", RawQuery: url.Values{"auth_token": {token.AuthToken}}.Encode()}
	fmt.Println(login.String())
	// Output: https://us1.proofpointessentials.com/app/login.php?auth_token=a%2Bb%2Fc%3D%26d
}
