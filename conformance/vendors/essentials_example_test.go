package vendors_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

// stack is a server for the examples.
func stack() *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orgs/partner.example.com/orgs", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"orgs":[{"primary_domain":"partner.example.com","name":"Partner","type":"channel","is_active":true},
			{"primary_domain":"shop.example.com","name":"Shop","type":"organization","is_active":true,"user_licenses":30,"active_users":27,"when_renewal":"2027/09/30"},
			{"primary_domain":"cafe.example.com","name":"Café","type":"organization","is_active":false,"user_licenses":5,"active_users":0,"when_renewal":""}]}`)
	})
	mux.HandleFunc("POST /orgs/shop.example.com/users", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusMultiStatus)
		io.WriteString(w, `{"users":[{"uid":41,"primary_email":"ana@shop.example.com"},{"uid":42,"primary_email":"ben@shop.example.com"}],
			"errors":[{"status":403,"identifier":"cleo@elsewhere.example.org","error_message":"The domain belongs to another organization"}]}`)
	})
	mux.HandleFunc("POST /token/shop.example.com", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"auth_token":"bWFkZS+1cC/0b2tlbg==&x"}`)
	})
	return httptest.NewServer(mux)
}

// The organizations of a partner. The partner itself is in the list.
func Example_essentialsCustomers() {
	srv := stack()
	defer srv.Close()
	c, err := essentials.New(auth.UserPassword("admin@partner.example.com", "password"), client.Server(srv.URL), client.AllowHTTP())
	if err != nil {
		fmt.Println(err)
		return
	}
	for o, err := range c.ListChildOrgs(context.Background(), "partner.example.com") {
		if err != nil {
			fmt.Println(err)
			return
		}
		if o.Type != essentials.EntityTypeOrganization || o.IsActive == nil || o.UserLicenses == nil {
			continue
		}
		fmt.Printf("%s: active %t, %d licences", o.Name, *o.IsActive, *o.UserLicenses)
		if !o.WhenRenewal.IsZero() {
			fmt.Print(", renewed on ", o.WhenRenewal)
		}
		fmt.Println()
	}
	// Output:
	// Shop: active true, 30 licences, renewed on 2027/09/30
	// Café: active false, 5 licences
}

// Three users in one call, of which one is refused. What was created stands beside the
// error: a batch is never sent a second time.
func Example_essentialsBatch() {
	srv := stack()
	defer srv.Close()
	c, err := essentials.New(auth.UserPassword("admin@partner.example.com", "password"), client.Server(srv.URL), client.AllowHTTP())
	if err != nil {
		fmt.Println(err)
		return
	}
	firstname := "Ana"
	made, err := c.CreateUsers(context.Background(), "shop.example.com", essentials.UserListInput{
		{PrimaryEmail: "ana@shop.example.com", Firstname: &firstname},
		{PrimaryEmail: "ben@shop.example.com"},
		{PrimaryEmail: "cleo@elsewhere.example.org"},
	})
	var partial *client.PartialError
	if err != nil && !errors.As(err, &partial) {
		fmt.Println(err)
		return
	}
	switch {
	case made.JSON201 != nil: // one object
		fmt.Println("created", made.JSON201.PrimaryEmail)
	case made.JSON207 != nil:
		for _, u := range made.JSON207.Users {
			fmt.Println("created", u.PrimaryEmail)
		}
	}
	if partial != nil {
		for _, f := range partial.Failures {
			fmt.Println("refused", f.Identifier, f.Status, f.Message)
		}
	}
	// Output:
	// created ana@shop.example.com
	// created ben@shop.example.com
	// refused cleo@elsewhere.example.org 403 The domain belongs to another organization
}

// A token of Odin and the URL that signs in with it. A token is data: whatever it holds
// stays inside its parameter. The URL is a secret.
func Example_essentialsLogin() {
	srv := stack()
	defer srv.Close()
	c, err := essentials.New(auth.UserPassword("admin@partner.example.com", "password"), client.Server(srv.URL), client.AllowHTTP())
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := c.CreateToken(context.Background(), "shop.example.com", essentials.TokenInput{UserToImpersonate: "ana@shop.example.com"})
	if err != nil {
		fmt.Println(err)
		return
	}
	login := url.URL{Scheme: "https", Host: "us1.proofpointessentials.com", Path: "/app/login.php", RawQuery: url.Values{"auth_token": {token.AuthToken}}.Encode()}
	fmt.Println(login.String())
	// Output: https://us1.proofpointessentials.com/app/login.php?auth_token=bWFkZS%2B1cC%2F0b2tlbg%3D%3D%26x
}

// Any stack says on which ones an organization lives. DiscoveredServer takes one of them,
// as long as it lies in the vendor's domain.
func Example_essentialsDiscovery() {
	transport, stop := stacks(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/v1/endpoints/") {
			io.WriteString(w, `{"endpoints":["https://eu1.proofpointessentials.com","https://login.example.net"]}`)
			return
		}
		fmt.Fprintf(w, `{"name":"Shop on %s","primary_domain":"shop.example.com"}`, r.Host)
	})
	defer stop()
	ctx, sign := context.Background(), auth.UserPassword("admin@partner.example.com", "password")
	anywhere, err := essentials.New(sign, transport)
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := anywhere.GetEndpoints(ctx, "shop.example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, endpoint := range found.Endpoints {
		c, err := essentials.New(sign, transport, client.DiscoveredServer(endpoint))
		if errors.Is(err, client.ErrUnsafe) {
			fmt.Println("not the vendor's:", endpoint)
			continue
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		org, err := c.GetOrg(ctx, "shop.example.com")
		fmt.Println(org.Name, err)
	}
	// Output:
	// Shop on eu1.proofpointessentials.com <nil>
	// not the vendor's: https://login.example.net
}
