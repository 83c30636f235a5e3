package auth

import (
	"context"
	"net/http"
	"strings"
)

// Basic sends RFC 7617 credentials: the service principal and the secret of Proofpoint TAP,
// which an administrator creates under Settings, Connected Applications.
func Basic[S ~string](principal string, secret S) Editor {
	return func(_ context.Context, r *http.Request) error {
		if err := check("principal", principal, "secret", string(secret)); err != nil {
			return err
		}
		if strings.Contains(principal, ":") {
			return &Error{"principal", "holds a colon, which ends it on the wire"}
		}
		r.SetBasicAuth(principal, string(secret))
		return nil
	}
}

// UserPassword sends the X-User and X-Password headers of Proofpoint Essentials: login and
// password of an administrator of the stack that is called.
func UserPassword[S ~string](user string, password S) Editor {
	return headers("X-User", "user", user, "X-Password", "password", string(password))
}

// APIKey sends the key of Threat Stack v1, bare, in the Authorization header, and names the
// organization; "" is the default organization of the key's owner.
func APIKey[S ~string](key S, organization string) Editor {
	if organization == "" {
		return headers("Authorization", "API key", string(key))
	}
	return headers("Authorization", "API key", string(key), "Organization", "organization", organization)
}

// ThreatConnectToken sends an API token of ThreatConnect (platform 7.7 and later). The
// token itself says when it expires, in milliseconds.
func ThreatConnectToken[S ~string](token S) Editor {
	sign := headers("Authorization", "token", "TC-Token "+string(token))
	return func(ctx context.Context, r *http.Request) error {
		if err := check("token", string(token)); err != nil {
			return err
		}
		return sign(ctx, r)
	}
}

// Anonymous sends no credentials, for the few operations that work without.
func Anonymous() Editor { return headers() }

// headers takes name, role and value of each header.
func headers(triples ...string) Editor {
	return func(_ context.Context, r *http.Request) error {
		for i := 0; i+2 < len(triples); i += 3 {
			if err := check(triples[i+1], triples[i+2]); err != nil {
				return err
			}
		}
		for i := 0; i+2 < len(triples); i += 3 {
			r.Header.Set(triples[i], triples[i+2])
		}
		return nil
	}
}
