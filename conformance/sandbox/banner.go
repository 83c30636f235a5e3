package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/threatclients/threatclients-go/auth"
)

// first is a plain call of each API to begin with.
var first = map[string]string{
	"tap": "/v2/siem/all?format=JSON&sinceSeconds=3600", "essentials": "/me", "essentialsthreat": "/v2/siem/all?sinceSeconds=3600",
	"threatstackv1": "/agents", "threatstackv2": "/v2/agents?status=online",
	"threatconnectv2": "/v2/owners", "threatconnectv3": "/v3/cases",
}

// Banner is the URLs of the sandbox, its credentials, a first call and how to cause faults.
func (in *Instance) Banner() string {
	var b strings.Builder
	fmt.Fprintf(&b, "sandbox at %s, ends with Ctrl-C\n", in.URL)
	for _, api := range in.APIs() {
		fmt.Fprintf(&b, "\n%s at %s\n", api, in.Server(api))
		for _, c := range in.Credentials()[api] {
			fmt.Fprintf(&b, "  %-16s %s\n", c.Name, c.Value)
		}
		if line := in.curl(api); line != "" {
			fmt.Fprintln(&b, "  "+line)
		}
	}
	fmt.Fprintf(&b, "\nfail:  curl -d 'GET /v2/siem/*=429,retry-after=2,first=3' %s/_sandbox/faults\nheal:  curl -X DELETE %[1]s/_sandbox/faults\nreset: curl -X POST %[1]s/_sandbox/reset\n", in.URL)
	if in.CA != "" {
		fmt.Fprintf(&b, "\nauthority, for curl --cacert and the like:\n%s", in.CA)
	}
	return b.String()
}

// curl is a command that works as it stands. Signatures are good for a minute or five.
func (in *Instance) curl(api string) string {
	path := first[api]
	r, err := http.NewRequest(http.MethodGet, in.Server(api)+path, nil)
	if path == "" || err != nil {
		return ""
	}
	editors := map[string]auth.Editor{
		"tap": auth.Basic(principal, secret), "essentials": auth.UserPassword(user, secret), "essentialsthreat": auth.Basic(accessID, secret),
		"threatstackv1": auth.APIKey(secret, ""),
		"threatstackv2": auth.Hawk(accessID, secret, organization), "threatconnectv2": auth.ThreatConnectToken(secret), "threatconnectv3": auth.ThreatConnectToken(secret),
	}
	sign := editors[api]
	if sign == nil || sign(context.Background(), r) != nil {
		return ""
	}
	line := "curl"
	if in.CA != "" {
		line += " -k"
	}
	for _, name := range names(headerValues(r.Header)) {
		line += fmt.Sprintf(" -H '%s: %s'", name, r.Header.Get(name))
	}
	return line + " '" + r.URL.String() + "'"
}

func headerValues(h http.Header) map[string]any {
	m := map[string]any{}
	for name := range h {
		m[name] = true
	}
	return m
}
