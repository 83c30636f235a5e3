package vendors_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

// stacks are servers under the vendor's own names, over TLS and all on this machine: the
// transport dials every host there.
func stacks(h http.HandlerFunc) (client.Option, func()) {
	srv := httptest.NewTLSServer(h)
	transport := srv.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: transport.TLSClientConfig.RootCAs, ServerName: "example.com"}
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, srv.Listener.Addr().String())
	}
	return client.Transport(transport), srv.Close
}

// asked notes who was asked, and with which credentials.
type asked struct {
	sync.Mutex
	lines []string
}

func (a *asked) note(r *http.Request) {
	a.Lock()
	defer a.Unlock()
	line := r.Method + " " + r.Host + r.URL.Path
	if r.Header.Get("X-User") != "" || r.Header.Get("X-Password") != "" {
		line += " with credentials"
	}
	a.lines = append(a.lines, line)
}

func (a *asked) take() string {
	a.Lock()
	defer a.Unlock()
	lines := strings.Join(a.lines, "\n")
	a.lines = nil
	return lines
}

// An answer that names a host outside the vendor's domain gets no client, so that nothing
// is ever sent there; one that names another stack of the vendor does.
func TestEssentialsForeignEndpoints(t *testing.T) {
	var seen asked
	var endpoint string
	transport, stop := stacks(func(w http.ResponseWriter, r *http.Request) {
		seen.note(r)
		fmt.Fprintf(w, `{"endpoints":[%q],"name":"Example","primary_domain":"example.com"}`, endpoint)
	})
	defer stop()
	sign := auth.UserPassword("admin@example.com", fake.Secret)
	for _, x := range []struct {
		endpoint, refused, host string
	}{
		{"https://us3.proofpointessentials.com", "", "us3.proofpointessentials.com"},
		{"https://us3.proofpointessentials.com/", "", "us3.proofpointessentials.com"},
		{"https://US3.ProofpointEssentials.com/api/v1", "", "US3.ProofpointEssentials.com"},
		{"https://au1.proofpointessentials.com", "", "au1.proofpointessentials.com"},
		{"https://proofpointessentials.com.example.net", "outside", ""},
		{"https://us3.proofpointessentials.com.example.net", "outside", ""},
		{"https://evilproofpointessentials.com", "outside", ""},
		{"https://proofpointessentials.com", "outside", ""},
		{"https://us3.proofpointessentials.com:8443", "outside", ""},
		{"http://us3.proofpointessentials.com", "outside", ""},
		{"https://192.0.2.1", "outside", ""},
		{"https://[2001:db8::1]", "outside", ""},
		{"https://us3.proofpointessentials.com@example.net", "outside", ""},
		{"https://a:b@us3.proofpointessentials.com", "credentials", ""},
		{"https://us3.proofpointessentials.com?x=1", "query", ""},
		{"https://us3.proofpointessentials.com#x", "fragment", ""},
	} {
		endpoint = x.endpoint
		first, err := essentials.New(sign, transport)
		require.NoError(t, err)
		found, err := first.GetEndpoints(t.Context(), "example.com")
		require.NoError(t, err, x.endpoint)
		require.Equal(t, []string{x.endpoint}, found.Endpoints)
		require.Equal(t, "GET us1.proofpointessentials.com/api/v1/endpoints/example.com with credentials", seen.take(), "%s: who is asked first", x.endpoint)
		c, err := essentials.New(sign, transport, client.DiscoveredServer(found.Endpoints[0]))
		if x.refused != "" {
			var e *client.RequestError
			require.ErrorAs(t, err, &e, x.endpoint)
			assert.Nil(t, c, x.endpoint)
			assert.ErrorIs(t, err, client.ErrUnsafe, x.endpoint)
			assert.Contains(t, e.Reason, x.refused, x.endpoint)
			assert.NotContains(t, err.Error(), "example.net", x.endpoint)
			assert.Empty(t, seen.take(), "%s: nobody is asked", x.endpoint)
			continue
		}
		if !assert.NoError(t, err, x.endpoint) {
			continue
		}
		_, err = c.GetOrg(t.Context(), "example.com")
		assert.NoError(t, err, x.endpoint)
		assert.Equal(t, "GET "+x.host+"/api/v1/orgs/example.com with credentials", seen.take(), "%s: who is asked", x.endpoint)
	}
}

// A white-label host is the caller's own word: it is asked, an answer may name it again,
// and an answer that names somebody else, or another host of the reseller, is not enough.
func TestEssentialsWhiteLabel(t *testing.T) {
	var seen asked
	transport, stop := stacks(func(w http.ResponseWriter, r *http.Request) {
		seen.note(r)
		fmt.Fprint(w, `{"name":"Example","primary_domain":"example.com"}`)
	})
	defer stop()
	sign := auth.UserPassword("admin@example.com", fake.Secret)
	own := client.Server("https://stack1.reseller.example.net/api/v1")
	for endpoint, trusted := range map[string]bool{
		"":                                    true,
		"https://stack1.reseller.example.net": true,
		"https://stack1.reseller.example.net:8443": false,
		"http://stack1.reseller.example.net":       false,
		"https://stack2.reseller.example.net":      false,
		"https://example.net":                      false,
	} {
		opts := []client.Option{transport, own}
		if endpoint != "" {
			opts = append(opts, client.DiscoveredServer(endpoint))
		}
		c, err := essentials.New(sign, opts...)
		if !trusted {
			assert.ErrorIs(t, err, client.ErrUnsafe, endpoint)
			continue
		}
		require.NoError(t, err, endpoint)
		_, err = c.GetOrg(t.Context(), "example.com")
		assert.NoError(t, err, endpoint)
		assert.Equal(t, "GET stack1.reseller.example.net/api/v1/orgs/example.com with credentials", seen.take(), "%q: who is asked", endpoint)
	}
	c, err := essentials.New(sign, transport, client.Server("https://stack2.reseller.example.net/api/v1"))
	require.NoError(t, err, "the caller allows another")
	_, err = c.GetOrg(t.Context(), "example.com")
	assert.NoError(t, err)
	assert.Equal(t, "GET stack2.reseller.example.net/api/v1/orgs/example.com with credentials", seen.take(), "who is asked")
}

// X-User and X-Password are headers like any other to net/http, which would take them
// along; a redirect is an answer instead, also inside the vendor's domain, and a batch does
// not become a GET.
func TestEssentialsCredentialsStayOnRedirects(t *testing.T) {
	var seen asked
	var target string
	var code int
	transport, stop := stacks(func(w http.ResponseWriter, r *http.Request) {
		seen.note(r)
		if strings.HasSuffix(r.URL.Path, "/followed") {
			fmt.Fprint(w, "{}")
			return
		}
		http.Redirect(w, r, target+r.URL.Path+"/followed", code)
	})
	defer stop()
	c, err := essentials.New(auth.UserPassword("admin@example.com", fake.Secret), transport, client.Attempts(1))
	require.NoError(t, err)
	for _, target = range []string{"https://other.example.net", "http://us1.proofpointessentials.com", "https://us2.proofpointessentials.com", "https://us1.proofpointessentials.com", ""} {
		for _, code = range []int{301, 302, 303, 307, 308} {
			for name, do := range map[string]func() error{
				"GET us1.proofpointessentials.com/api/v1/orgs/example.com": func() error {
					return drop(c.GetOrg(t.Context(), "example.com"))
				},
				"POST us1.proofpointessentials.com/api/v1/orgs/example.com/users": func() error {
					return drop(c.CreateUsers(t.Context(), "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com"}}))
				},
			} {
				var e *client.Error
				if assert.ErrorAs(t, do(), &e, "%s, %d to %q", name, code, target) {
					assert.Equal(t, code, e.StatusCode, "%s, to %q", name, target)
				}
				assert.Equal(t, name+" with credentials", seen.take(), "%d to %q: who is asked", code, target)
			}
		}
	}
}
