// Package vendors_test tests what is particular to one vendor: credentials, paging, writes,
// batches, files. Each client talks to a server that checks credentials as the vendor does.
package vendors_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/essentials"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/gen/threatstackv1"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// Credentials that the servers accept.
const (
	hawkID, hawkKey, hawkOrg = "00000000000000000000a001", "example-hawk-key", "00000000000000000000c001"
	accessID, secretKey      = "12345678901234567890", "example-secret-key"
)

// essentialsClient is a client of a server that checks X-User and X-Password.
func essentialsClient(t *testing.T, h fake.Handler, opts ...client.Option) (*essentials.Client, *fake.Traffic) {
	t.Helper()
	url, seen := fake.Start(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("X-User") != "admin@example.com" || r.Header.Get("X-Password") != fake.Secret {
			w.WriteHeader(http.StatusUnauthorized)
			return false
		}
		return true
	}, h)
	c, err := essentials.New(auth.UserPassword("admin@example.com", fake.Secret), append([]client.Option{client.Server(url + "/api/v1"), client.AllowHTTP(),
		client.Backoff(0, 0), client.OnMismatch(func(client.Mismatch) {})}, opts...)...)
	require.NoError(t, err)
	return c, seen
}

// threatStackV1 is a client of a server that checks the key and the organization.
func threatStackV1(t *testing.T, h fake.Handler) (*threatstackv1.Client, *fake.Traffic) {
	t.Helper()
	url, seen := fake.Start(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") != "example-key" || r.Header.Get("Organization") != hawkOrg {
			w.WriteHeader(http.StatusUnauthorized)
			return false
		}
		return true
	}, h)
	c, err := threatstackv1.New(auth.APIKey("example-key", hawkOrg), client.Server(url+"/api/v1"), client.AllowHTTP(), client.OnMismatch(func(client.Mismatch) {}))
	require.NoError(t, err)
	return c, seen
}

// threatStack is a client of a server that recomputes the MAC over the request that it
// received, host and port included, and takes each nonce once. It notes the nonces.
func threatStack(t *testing.T, h fake.Handler, opts ...client.Option) (c *threatstackv2.Client, seen *fake.Traffic, nonces *[]string) {
	t.Helper()
	nonces = new([]string)
	used := map[string]bool{}
	url, seen := fake.Start(t, func(w http.ResponseWriter, r *http.Request) bool {
		got, err := auth.VerifyHawk(r, func(id string) (auth.Secret, bool) { return auth.NewSecret(hawkKey), id == hawkID },
			auth.Seen(func(_, nonce string, _ time.Time) bool {
				was := used[nonce]
				used[nonce] = true
				*nonces = append(*nonces, nonce)
				return was
			}))
		if err != nil || got.Ext != hawkOrg {
			w.WriteHeader(http.StatusUnauthorized)
			return false
		}
		return true
	}, h)
	c, err := threatstackv2.New(auth.Hawk(hawkID, hawkKey, hawkOrg), append([]client.Option{client.Server(url), client.AllowHTTP(), client.Backoff(0, 0),
		client.OnMismatch(func(client.Mismatch) {})}, opts...)...)
	require.NoError(t, err)
	return c, seen, nonces
}

// threatConnectV2 is a client of a server that recomputes the signature over the request
// line that it received.
func threatConnectV2(t *testing.T, h fake.Handler, opts ...client.Option) (*threatconnectv2.Client, *fake.Traffic) {
	t.Helper()
	url, seen := fake.Start(t, func(w http.ResponseWriter, r *http.Request) bool {
		if err := auth.VerifyThreatConnect(r, func(id string) (auth.Secret, bool) { return auth.NewSecret(secretKey), id == accessID }); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"status":"Failure","message":%q}`, err)
			return false
		}
		return true
	}, h)
	c, err := threatconnectv2.New(auth.ThreatConnectHMAC(accessID, secretKey), append([]client.Option{client.Server(url + "/api"), client.AllowHTTP(), client.Backoff(0, 0),
		client.OnMismatch(func(client.Mismatch) {})}, opts...)...)
	require.NoError(t, err)
	return c, seen
}

// threatConnect starts a server that recomputes the signature over the request line that it
// received, and a client of it.
func threatConnect(t *testing.T, h fake.Handler, opts ...client.Option) (*threatconnectv3.Client, *fake.Traffic) {
	t.Helper()
	url, seen := fake.Start(t, func(w http.ResponseWriter, r *http.Request) bool {
		err := auth.VerifyThreatConnect(r, func(id string) (auth.Secret, bool) { return auth.NewSecret(secretKey), id == accessID })
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"errCode":"0x1002","message":%q,"status":"Error"}`, err)
			return false
		}
		return true
	}, h)
	c, err := threatconnectv3.New(auth.ThreatConnectHMAC(accessID, secretKey), append([]client.Option{client.Server(url + "/api"), client.AllowHTTP(),
		client.OnMismatch(func(client.Mismatch) {})}, opts...)...)
	require.NoError(t, err)
	return c, seen
}
