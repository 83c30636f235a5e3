package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/threatclients/threatclients-go/auth"
)

// Account is what the sandbox of an API lets in. Its values are made up and
// the same on every machine: they open nothing else.
type Account struct {
	Credentials []Credential
	Verify      Verifier
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
// timestamps must be fresh, and a nonce is good for once.
func AccountOf(api string) (*Account, error) {
	key := func(want string) func(string) (auth.Secret, bool) {
		return func(id string) (auth.Secret, bool) { return auth.NewSecret(secret), equal(id, want) }
	}
	switch api {
	case "tap":
		return &Account{
			[]Credential{{"principal", principal}, {"secret", secret}},
			VerifyBasic(principal, secret),
		}, nil
	case "essentials":
		return &Account{
			[]Credential{{"user", user}, {"password", secret}},
			VerifyHeaders(map[string]string{"X-User": user, "X-Password": secret}),
		}, nil
	case "essentialsthreat":
		return &Account{
			[]Credential{{"API key", accessID}, {"API key secret", secret}},
			VerifyBasic(accessID, secret),
		}, nil
	case "threatstackv1":
		return &Account{
			[]Credential{{"API key", secret}},
			VerifyHeaders(map[string]string{"Authorization": secret}),
		}, nil
	case "threatstackv2":
		seen := auth.Seen(remember(5 * time.Minute))
		return &Account{
			[]Credential{{"user ID", accessID}, {"API key", secret}, {"organization ID", organization}},
			func(r *http.Request) error {
				h, err := auth.VerifyHawk(r, key(accessID), seen)
				if err == nil && !equal(h.Ext, organization) {
					return errors.New("ext is not the ID of the organization")
				}
				return err
			},
		}, nil
	case "threatconnectv2", "threatconnectv3":
		token := VerifyHeaders(map[string]string{"Authorization": "TC-Token " + secret})
		return &Account{
			[]Credential{{"Access ID", accessID}, {"Secret Key", secret}, {"or API token", secret}},
			func(r *http.Request) error {
				if token(r) == nil {
					return nil
				}
				return auth.VerifyThreatConnect(r, key(accessID))
			},
		}, nil
	}
	return nil, fmt.Errorf("%s has no sandbox account", api)
}
