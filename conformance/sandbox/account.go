package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/auth"
)

// Account is the credentials that the sandbox of an API accepts. The values are
// made up and the same on every machine.
type Account struct {
	Credentials []Credential
	Verify      Verifier
	Sign        auth.Editor // what a client signs with to get in

	scheme    string                                            // see [scheme]
	seal      func(r *http.Request, h http.Header, body []byte) // signs an answer
	challenge func(err error, h http.Header)                    // goes with a 401
}

// Credential is one value that a client is given, with its name.
type Credential struct{ Name, Value string }

// values of the accounts, which look like those of the services.
const (
	principal    = "00000000-1111-4222-8333-444444444444"
	secret       = "sandbox-secret-0123456789abcdef"
	user         = "admin@example.com"
	organization = "0123456789abcdef01234567"
	accessID     = "12345678901234567890"
)

// AccountOf returns the account of an API, whose schemes are checked as
// the service checks them: signatures are computed again over what arrived,
// timestamps must be fresh, and a nonce is valid once.
func AccountOf(api string) (*Account, error) { return accountOf(api, time.Now, time.Now) }

// accountOf is AccountOf with the server's clock now and its clients' clock.
func accountOf(api string, now, clock func() time.Time) (*Account, error) {
	a, err := verifierOf(api, now)
	if err != nil {
		return nil, err
	}
	switch api {
	case "tap":
		a.Sign = auth.Basic(principal, secret)
	case "essentials":
		a.Sign = auth.UserPassword(user, secret)
	case "essentialsthreat":
		a.Sign = auth.Basic(accessID, secret)
	case "threatstackv1":
		a.Sign = auth.APIKey(secret, "")
	case "threatstackv2":
		a.Sign = auth.Hawk(accessID, secret, organization, auth.Clock(clock))
	default:
		a.Sign = auth.ThreatConnectHMAC(accessID, secret, auth.Clock(clock))
	}
	return a, nil
}

func verifierOf(api string, now func() time.Time) (*Account, error) {
	switch api {
	case "tap":
		return &Account{Credentials: []Credential{{"principal", principal}, {"secret", secret}}, scheme: "Basic", Verify: VerifyBasic(principal, secret)}, nil
	case "essentials":
		return &Account{
			Credentials: []Credential{{"user", user}, {"password", secret}},
			scheme:      "X-User",
			Verify:      VerifyHeaders(map[string]string{"X-User": user, "X-Password": secret}),
		}, nil
	case "essentialsthreat":
		return &Account{
			Credentials: []Credential{{"API key", accessID}, {"API key secret", secret}},
			scheme:      "Basic",
			Verify:      VerifyBasic(accessID, secret),
		}, nil
	case "threatstackv1":
		return &Account{Credentials: []Credential{{"API key", secret}}, scheme: "key", Verify: VerifyHeaders(map[string]string{"Authorization": secret})}, nil
	case "threatstackv2":
		return hawkAccount(now), nil
	case "threatconnectv2", "threatconnectv3":
		return &Account{
			Credentials: []Credential{{"Access ID", accessID}, {"Secret Key", secret}, {"or API token", secret}},
			scheme:      "TC", Verify: verifyThreatConnect(now),
		}, nil
	}
	return nil, fmt.Errorf("%s has no sandbox account", api)
}

func keyOf(want string) func(string) (auth.Secret, bool) {
	return func(id string) (auth.Secret, bool) { return auth.NewSecret(secret), equal(id, want) }
}

func verifyThreatConnect(now func() time.Time) Verifier {
	return func(r *http.Request) error {
		if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "TC-Token "); ok {
			if !equal(token, secret) {
				return errors.New("the API token is not that of this sandbox")
			}
			return nil
		}
		err := auth.VerifyThreatConnect(r, keyOf(accessID), auth.Clock(now))
		if isRole(err, "signature") {
			return fmt.Errorf("%s: %w; it is to be the HMAC-SHA256 of %q", wrongSignature, err, r.RequestURI+":"+r.Method+":"+r.Header.Get("Timestamp"))
		}
		if r.Header.Get("Timestamp") != "" && isRole(err, "timestamp") {
			return fmt.Errorf("%s: %w", wrongClock, err)
		}
		return err
	}
}

// The words of ThreatConnect for a wrong signature and for a clock that is off.
const (
	wrongSignature = "Signature data did not match expected result"
	wrongClock     = "Timestamp out of acceptable time range"
)

// isRole reports that an error of auth is about a role.
func isRole(err error, role string) bool {
	var e *auth.Error
	return errors.As(err, &e) && e.Role == role
}

func hawkAccount(now func() time.Time) *Account {
	seen, clock := auth.Seen(remember(5*time.Minute)), auth.Clock(now)
	return &Account{
		Credentials: []Credential{{"user ID", accessID}, {"API key", secret}, {"organization ID", organization}},
		scheme:      "Hawk",
		Verify: func(r *http.Request) error {
			h, err := auth.VerifyHawk(r, keyOf(accessID), clock, seen)
			switch {
			case err == nil && !equal(h.Ext, organization):
				return errors.New("ext is not the ID of the organization")
			case isRole(err, "Hawk MAC"):
				return fmt.Errorf("%w; it is to be the HMAC-SHA256 of %q", err, hawkText(r))
			}
			return err
		},
		seal: func(r *http.Request, h http.Header, body []byte) {
			if request, err := auth.VerifyHawk(r, keyOf(accessID), clock); err == nil {
				h.Set("Server-Authorization", request.Authorize(h.Get("Content-Type"), body))
			}
		},
		challenge: func(err error, h http.Header) {
			h.Set("WWW-Authenticate", "Hawk")
			if isRole(err, "timestamp") {
				h.Set("WWW-Authenticate", auth.HawkStale(secret, now()))
			}
		},
	}
}

// hawkText is what a Hawk client signs for a request that arrived.
func hawkText(r *http.Request) string {
	a := map[string]string{}
	_, attributes, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	for part := range strings.SplitSeq(attributes, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		a[name] = strings.Trim(value, `"`)
	}
	host, port := hostAndPort(r)
	return strings.Join([]string{"hawk.1.header", a["ts"], a["nonce"], r.Method, r.RequestURI, host, port, a["hash"], a["ext"], ""}, "\n")
}

func hostAndPort(r *http.Request) (host, port string) {
	host = strings.ToLower(r.Host)
	if i := strings.LastIndex(host, ":"); i > strings.LastIndex(host, "]") {
		return host[:i], host[i+1:]
	}
	if r.TLS != nil {
		return host, "443"
	}
	return host, "80"
}
