package client

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// Server replaces the server of the document: another region, a proxy, a test server. A
// path is kept as base path; credentials, query and fragment are refused.
func Server(u string) Option {
	return func(c *Config) (err error) {
		if c.Server, err = url.Parse(u); err != nil {
			return errors.New("the server URL cannot be parsed")
		}
		return nil
	}
}

// DiscoveredServer is Server for a URL that an answer named. An answer is data, not trust:
// the host must be the one that the client has anyway, or lie in the domain of the
// document's server (us2.example.com beside us1.example.com). To go elsewhere, say Server.
// A URL without a path keeps the base path.
func DiscoveredServer(u string) Option {
	return func(c *Config) error {
		found, err := url.Parse(u)
		if err != nil || found.Host == "" {
			return errors.New("the discovered server is not an absolute URL")
		}
		_, domain, _ := strings.Cut(c.Home.Hostname(), ".")
		if net.ParseIP(c.Home.Hostname()) != nil {
			domain = "" // an address has none
		}
		inside := strings.Contains(domain, ".") && strings.HasSuffix(strings.ToLower(found.Hostname()), "."+domain) && found.Port() == c.Home.Port()
		if !inside && found.Host != c.Server.Host || found.Scheme != c.Server.Scheme {
			return &RequestError{Parameter: "server URL", Reason: "was named by an answer and lies outside the API's own domain", Unsafe: true}
		}
		if strings.Trim(found.Path, "/") == "" {
			found.Path = c.Server.Path
		}
		c.Server = found
		return nil
	}
}

// checkServer refuses a server that credentials must not go to.
func (c *Config) checkServer() error {
	refuse := func(reason string) error { return &RequestError{Parameter: "server URL", Reason: reason, Unsafe: true} }
	switch u := c.Server; {
	case u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return refuse("is not absolute")
	case u.Scheme != "https" && (u.Scheme != "http" || !c.AllowHTTP):
		return refuse("is not https: credentials would be readable on the way")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return refuse("holds credentials, a query or a fragment")
	}
	c.Server = &url.URL{Scheme: c.Server.Scheme, Host: c.Server.Host, Path: strings.TrimRight(c.Server.Path, "/")}
	return nil
}
