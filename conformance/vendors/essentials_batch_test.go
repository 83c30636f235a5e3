package vendors_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

// batches are the three operations that take many, in one shape: what was created, by name.
func batches(t *testing.T, c *essentials.Client) map[string]func() ([]string, error) {
	t.Helper()
	const org = "example.com"
	return map[string]func() ([]string, error){
		"users": func() (made []string, err error) {
			r, err := c.CreateUsers(t.Context(), org, essentials.UserListInput{{PrimaryEmail: "a"}, {PrimaryEmail: "b"}, {PrimaryEmail: "c"}})
			if r.JSON201 != nil {
				made = append(made, r.JSON201.PrimaryEmail)
			}
			if r.JSON207 != nil {
				for _, u := range r.JSON207.Users {
					made = append(made, u.PrimaryEmail)
				}
			}
			return made, err
		},
		"orgs": func() (made []string, err error) {
			one := func(domain string) essentials.OrganizationInput {
				return essentials.OrganizationInput{Name: domain, PrimaryDomain: domain, UserLicenses: 1, AdminUser: essentials.UserInput{PrimaryEmail: "x"}, Domains: []essentials.DomainInput{{Name: domain}}}
			}
			r, err := c.CreateOrgs(t.Context(), org, essentials.OrganizationListInput{one("a"), one("b"), one("c")})
			if r.JSON201 != nil {
				made = append(made, r.JSON201.PrimaryDomain)
			}
			if r.JSON207 != nil {
				for _, o := range r.JSON207.Orgs {
					made = append(made, o.PrimaryDomain)
				}
			}
			return made, err
		},
		"domains": func() (made []string, err error) {
			r, err := c.CreateDomains(t.Context(), org, essentials.DomainListInput{{Name: "a"}, {Name: "b"}, {Name: "c"}})
			if r.JSON201 != nil {
				made = append(made, r.JSON201.Name)
			}
			if r.JSON207 != nil {
				for _, d := range r.JSON207.Domains {
					made = append(made, d.Name)
				}
			}
			return made, err
		},
	}
}

var named = map[string]string{"users": "primary_email", "orgs": "primary_domain", "domains": "name"}

// What was created and what failed stand side by side, whatever part of a 207 is there.
func TestEssentialsPartialFailures(t *testing.T) {
	one := func(list, name string) string { return fmt.Sprintf(`{%q:%q}`, named[list], name) }
	for _, x := range []struct {
		name     string
		status   int
		body     func(list string) string
		made     []string
		failures []client.Failure
	}{
		{"one object", 201, func(l string) string { return one(l, "a") }, []string{"a"}, nil},
		{"two of three", 207, func(l string) string {
			return fmt.Sprintf(`{%q:[%s,%s],"errors":[{"status":403,"identifier":"c","error_message":"not registered"}]}`, l, one(l, "a"), one(l, "b"))
		}, []string{"a", "b"}, []client.Failure{{Identifier: "c", Status: "403", Message: "not registered"}}},
		{"none of three", 207, func(l string) string {
			return fmt.Sprintf(`{%q:[],"errors":[{"status":403,"identifier":"a","error_message":"no"},{"status":409,"identifier":"b","error_message":"there"},{"status":422,"error_message":"bad"}]}`, l)
		}, nil, []client.Failure{{Identifier: "a", Status: "403", Message: "no"}, {Identifier: "b", Status: "409", Message: "there"}, {Status: "422", Message: "bad"}}},
		{"no errors", 207, func(l string) string { return fmt.Sprintf(`{%q:[%s,%s,%s]}`, l, one(l, "a"), one(l, "b"), one(l, "c")) }, []string{"a", "b", "c"}, nil},
		{"errors are null", 207, func(l string) string { return fmt.Sprintf(`{%q:[%s],"errors":null}`, l, one(l, "a")) }, []string{"a"}, nil},
		{"errors are empty", 207, func(l string) string { return fmt.Sprintf(`{%q:[%s],"errors":[]}`, l, one(l, "a")) }, []string{"a"}, nil},
		{"what was created is null", 207, func(l string) string {
			return fmt.Sprintf(`{%q:null,"errors":[{"status":"404","identifier":"a","error_message":"Not Found"}]}`, l)
		}, nil, []client.Failure{{Identifier: "a", Status: "404", Message: "Not Found"}}},
	} {
		var list string
		c, seen := essentialsClient(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(x.status)
			io.WriteString(w, x.body(list))
		})
		for name, do := range batches(t, c) {
			list = name
			calls := seen.Calls()
			made, err := do()
			var failures []client.Failure
			if p, ok := errors.AsType[*client.PartialError](err); ok {
				failures, err = p.Failures, nil
			}
			require.NoError(t, err, "%s, %s", name, x.name)
			assert.Equal(t, x.made, made, "%s, %s", name, x.name)
			assert.Equal(t, x.failures, failures, "%s, %s", name, x.name)
			assert.Equal(t, calls+1, seen.Calls(), "%s, %s", name, x.name)
		}
	}
}

// A write whose outcome is unknown is never sent again: not after a 5xx, a cut connection
// or a reply that breaks off. A 429 was not carried out, and the whole body goes out again.
func TestEssentialsWritesAreNotRepeated(t *testing.T) {
	cut := func(w http.ResponseWriter) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			conn.Close()
		}
	}
	status := func(code int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(code) }
	}
	for name, x := range map[string]struct {
		answer func(http.ResponseWriter)
		calls  int
	}{
		"500": {status(500), 1}, "502": {status(502), 1}, "503": {status(503), 1}, "504": {status(504), 1},
		"429":   {status(429), 3},
		"a cut": {cut, 1},
		"a reply that breaks off": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(http.StatusMultiStatus)
			io.WriteString(w, `{"users":[{"uid":1}`)
			w.(http.Flusher).Flush()
			cut(w)
		}, 1},
	} {
		var mu sync.Mutex // a cut connection orders nothing
		var bodies []string
		c, seen := essentialsClient(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			mu.Lock()
			bodies = append(bodies, string(b))
			mu.Unlock()
			x.answer(w)
		})
		all := map[string]func() error{
			"createIDP": func() error {
				return drop(c.CreateIDP(t.Context(), "example.com", essentials.IdentityProviderInput{Name: "SSO"}))
			},
			"createToken": func() error {
				return drop(c.CreateToken(t.Context(), "example.com", essentials.TokenInput{UserToImpersonate: "a"}))
			},
			"purchaseProduct": func() error {
				return drop(c.PurchaseProduct(t.Context(), "example.com", essentials.ProductInput{Label: "EMAIL_SECURITY"}))
			},
		}
		for list, do := range batches(t, c) {
			all[list] = func() error { return drop(do()) }
		}
		if name != "a reply that breaks off" { // these read no body
			all["addOrgSenderLists"] = func() error {
				return c.AddOrgSenderLists(t.Context(), "example.com", essentials.SenderListsInput{AllowList: &[]string{"a"}})
			}
		}
		for operation, do := range all {
			seen.Reset()
			err := do()
			mu.Lock()
			assert.Error(t, err, "%s, %s", operation, name)
			assert.Equal(t, x.calls, seen.Calls(), "%s, %s", operation, name)
			assert.Len(t, bodies, x.calls, "%s, %s", operation, name)
			for _, b := range bodies {
				assert.NotEmpty(t, b, "%s, %s: another body: %q", operation, name, bodies)
				assert.Equal(t, bodies[0], b, "%s, %s: another body: %q", operation, name, bodies)
			}
			bodies = nil
			mu.Unlock()
		}
	}
}
