package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// What nobody knows is not there, in whatever part of a request it stands.
func TestUnknownNames(t *testing.T) {
	in := start(t, sandbox.Options{})
	created(t, in, "essentials", "/orgs/example.com/orgs",
		`{"primary_domain": "child.example", "name": "Child", "user_licenses": 5, "admin_user": {"primary_email": "kim@child.example"}, "domains": [{"name": "child.example"}]}`, "")
	for _, c := range []struct {
		api, target string
		want        int
	}{
		{"tap", "/v2/forensics?campaignId=nope", http.StatusNotFound},
		{"tap", "/v2/forensics?threatId=nope", http.StatusNotFound},
		{"essentials", "/stats/example.com/partner", http.StatusOK},
		{"essentials", "/stats/nope.example/partner", http.StatusNotFound},
		{"essentials", "/reporting/example.com/daily", http.StatusOK},
		{"essentials", "/reporting/nope.example/daily", http.StatusNotFound},
		{"essentials", "/endpoints/example.com", http.StatusOK},
		{"essentials", "/endpoints/child.example", http.StatusOK},
		{"essentials", "/endpoints/nope.example", http.StatusNotFound},
		{"essentials", "/billing/nope.example", http.StatusNotFound},
		{"threatstackv1", "/organizations/nope/users", http.StatusNotFound},
	} {
		res, body := get(t, in, c.api, c.target)
		assert.Equal(t, c.want, res.StatusCode, "%s %s: %s", c.api, c.target, body[:min(len(body), 200)])
	}
}

// Endpoints are this server, so that no client takes its credentials to the vendor.
func TestEndpointsAreThisServer(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"essentials"}})
	_, body := get(t, in, "essentials", "/endpoints/example.com")
	assert.JSONEq(t, `{"endpoints": ["`+in.URL+`"]}`, body)
}
