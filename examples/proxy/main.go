// Command proxy calls Proofpoint TAP through a proxy whose certificates a private authority signs,
// as in a company that inspects TLS.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

func main() {
	server := flag.String("server", tap.DefaultServer, "`URL` of the API")
	proxy := flag.String("proxy", "", "`URL` of the proxy")
	ca := flag.String("ca", "", "PEM `file` of the authority")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: proxy [flags] campaign-id")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	transport, err := through(*proxy, *ca)
	if err != nil {
		log.Fatal(err)
	}
	c, err := tap.New(auth.Basic(os.Getenv("TAP_PRINCIPAL"), os.Getenv("TAP_SECRET")), client.Server(*server), client.Transport(transport))
	if err != nil {
		log.Fatal(err)
	}
	campaign, err := c.GetCampaign(context.Background(), flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(campaign.Name)
}

// through is the default transport of the clients with a proxy and an additional authority.
func through(proxy, ca string) (http.RoundTripper, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone() // it takes HTTPS_PROXY as it is
	if proxy != "" {
		u, err := url.Parse(proxy)
		if err != nil {
			return nil, errors.New("the URL of the proxy is invalid") // err would show its password
		}
		transport.Proxy = http.ProxyURL(u)
	}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		roots, err := x509.SystemCertPool()
		if err != nil {
			return nil, err
		}
		if !roots.AppendCertsFromPEM(pem) {
			return nil, errors.New("the file holds no certificate")
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return transport, nil
}
