package sandbox

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Verifier checks the credentials of a request; its error is answered with 401.
// The request's body may be read: it is put back.
type Verifier func(*http.Request) error

// VerifyBasic requires RFC 7617 credentials.
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

// VerifyHeaders requires headers with these values, each once.
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

// remember reports whether a nonce was seen within a period after which its
// timestamp is refused anyway.
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
