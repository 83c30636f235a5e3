package rules

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Addresses and names that belong to nobody: RFC 5737, RFC 3849, private and
// special addresses; RFC 2606 names.
var (
	reservedNets = prefixes("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32",
		"0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "255.255.255.255/32", "::/127", "fe80::/10", "fd00::/8")
	reservedNames = regexp.MustCompile(`(?i)(^|\.)(example\.(com|org|net)|example|test|invalid|localhost)$`)

	dottedQuad = regexp.MustCompile(`(^|[^0-9.])([0-9]{1,3}(?:\.[0-9]{1,3}){3})($|[^0-9.])`)
	mailHost   = regexp.MustCompile(`[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`)
	urlHost    = regexp.MustCompile(`(?i)\b(?:https?|hxxps?|ftp)://([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`)
)

func prefixes(texts ...string) (list []netip.Prefix) {
	for _, t := range texts {
		list = append(list, netip.MustParsePrefix(t))
	}
	return list
}

// Foreign returns the hosts and addresses in a text that are not reserved.
// The vendors' own hosts are allowed.
func Foreign(text string) (found []string) {
	ip := func(s string) {
		addr, err := netip.ParseAddr(s)
		if err != nil {
			return
		}
		for _, n := range reservedNets {
			if n.Contains(addr) {
				return
			}
		}
		found = append(found, s)
	}
	host := func(s string) {
		if dottedQuad.MatchString(s) || reservedNames.MatchString(s) {
			return
		}
		for _, o := range vendorHosts {
			if s == o || strings.HasSuffix(s, "."+o) {
				return
			}
		}
		found = append(found, s)
	}
	for _, m := range dottedQuad.FindAllStringSubmatch(text, -1) {
		ip(m[2])
	}
	if strings.Count(text, ":") > 1 {
		ip(text)
	}
	for _, pattern := range []*regexp.Regexp{mailHost, urlHost} {
		for _, m := range pattern.FindAllStringSubmatch(text, -1) {
			host(m[1])
		}
	}
	return found
}

// reserved requires examples to use reserved names and addresses.
func reserved(d *document, add report) {
	look := func(at string, example any) {
		Strings(example, func(s string) {
			for _, f := range Foreign(s) {
				add(at, "the example names %s", f)
			}
		})
	}
	for _, op := range d.ops {
		for _, p := range op.parameters() {
			look(op.OperationID+" "+p.Value.Name, p.Value.Example)
		}
	}
	d.walk(func(at string, ref *openapi3.SchemaRef) {
		look(at, ref.Value.Example)
	})
}

// vendorHosts are the services' own hosts, which their links point to.
var vendorHosts = []string{
	"proofpoint.com", "proofpointessentials.com", "urldefense.com", "threatstack.com", "threatconnect.com",
}

// Strings visits every text in a JSON value.
func Strings(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case []any:
		for _, e := range v {
			Strings(e, visit)
		}
	case map[string]any:
		for _, e := range v {
			Strings(e, visit)
		}
	}
}
