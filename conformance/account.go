package conformance

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"sync"
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
	sandboxPrincipal = "00000000-1111-4222-8333-444444444444"
	sandboxSecret    = "sandbox-secret-0123456789abcdef"
	sandboxUser      = "admin@example.com"
	sandboxOrg       = "0123456789abcdef01234567"
	sandboxAccessID  = "12345678901234567890"
)

// SandboxAccount returns the account of an API, whose schemes are checked as
// the service checks them: signatures are computed again over what arrived,
// timestamps must be fresh, and a nonce is good for once.
func SandboxAccount(api string) (*Account, error) {
	key := func(want string) func(string) (auth.Secret, bool) {
		return func(id string) (auth.Secret, bool) { return auth.NewSecret(sandboxSecret), equal(id, want) }
	}
	switch api {
	case "tap":
		return &Account{
			[]Credential{{"principal", sandboxPrincipal}, {"secret", sandboxSecret}},
			VerifyBasic(sandboxPrincipal, sandboxSecret),
		}, nil
	case "essentials":
		return &Account{
			[]Credential{{"user", sandboxUser}, {"password", sandboxSecret}},
			VerifyHeaders(map[string]string{"X-User": sandboxUser, "X-Password": sandboxSecret}),
		}, nil
	case "essentialsthreat":
		return &Account{
			[]Credential{{"API key", sandboxAccessID}, {"API key secret", sandboxSecret}},
			VerifyBasic(sandboxAccessID, sandboxSecret),
		}, nil
	case "threatstackv1":
		return &Account{
			[]Credential{{"API key", sandboxSecret}},
			VerifyHeaders(map[string]string{"Authorization": sandboxSecret}),
		}, nil
	case "threatstackv2":
		seen := auth.Seen(remember(5 * time.Minute))
		return &Account{
			[]Credential{{"user ID", sandboxAccessID}, {"API key", sandboxSecret}, {"organization ID", sandboxOrg}},
			func(r *http.Request) error {
				h, err := auth.VerifyHawk(r, key(sandboxAccessID), seen)
				if err == nil && !equal(h.Ext, sandboxOrg) {
					return errors.New("ext is not the ID of the organization")
				}
				return err
			},
		}, nil
	case "threatconnectv2", "threatconnectv3":
		token := VerifyHeaders(map[string]string{"Authorization": "TC-Token " + sandboxSecret})
		return &Account{
			[]Credential{{"Access ID", sandboxAccessID}, {"Secret Key", sandboxSecret}, {"or API token", sandboxSecret}},
			func(r *http.Request) error {
				if token(r) == nil {
					return nil
				}
				return auth.VerifyThreatConnect(r, key(sandboxAccessID))
			},
		}, nil
	}
	return nil, fmt.Errorf("%s has no sandbox account", api)
}

// VerifyBasic wants RFC 7617 credentials.
func VerifyBasic(user, password string) Verifier {
	return func(r *http.Request) error {
		u, p, ok := r.BasicAuth()
		if !ok {
			return errors.New("no Basic credentials")
		}
		if !equal(u, user) || !equal(p, password) {
			return errors.New("wrong user or password")
		}
		return nil
	}
}

// VerifyHeaders wants headers with these values, each once.
func VerifyHeaders(want map[string]string) Verifier {
	return func(r *http.Request) error {
		for name, value := range want {
			switch got := r.Header.Values(name); {
			case len(got) != 1:
				return fmt.Errorf("%d headers %s, want one", len(got), name)
			case !equal(got[0], value):
				return fmt.Errorf("header %s is wrong", name)
			}
		}
		return nil
	}
}

// equal takes the same time for every wrong value.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// remember tells whether a nonce was seen within a time, after which its
// timestamp is refused anyhow.
func remember(within time.Duration) func(id, nonce string, at time.Time) bool {
	var mu sync.Mutex
	seen := map[[2]string]time.Time{}
	return func(id, nonce string, at time.Time) bool {
		mu.Lock()
		defer mu.Unlock()
		for k, t := range seen {
			if at.Sub(t) > within {
				delete(seen, k)
			}
		}
		k := [2]string{id, nonce}
		_, again := seen[k]
		seen[k] = at
		return again
	}
}
