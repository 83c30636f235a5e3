package auth

import (
	"context"
	"net/http"
	"strings"
)

// Basic sends RFC 7617 credentials: the service principal and the secret of Proofpoint
// TAP, which an administrator of the dashboard creates under Settings, Connected
// Applications. The secret is shown once, and the principal looks like a UUID. (Threat
// Insight Dashboard API Documentation.)
func Basic[S Text](principal string, secret S) Editor {
	return func(_ context.Context, r *http.Request) error {
		if err := check("principal", principal, "secret", reveal(secret)); err != nil {
			return err
		}
		if strings.Contains(principal, ":") {
			return &Error{"principal", "holds a colon, which ends it on the wire"}
		}
		r.SetBasicAuth(principal, reveal(secret))
		return nil
	}
}

// UserPassword sends the X-User and X-Password headers of Proofpoint Essentials: login,
// which is an e-mail address, and password of an administrator of the stack that is
// called. Letters beyond ASCII are sent as UTF-8. (Proofpoint Essentials API guide.)
func UserPassword[S Text](user string, password S) Editor {
	return func(_ context.Context, r *http.Request) error {
		if err := check("user", user, "password", reveal(password)); err != nil {
			return err
		}
		r.Header.Set("X-User", user)
		r.Header.Set("X-Password", reveal(password))
		return nil
	}
}

// APIKey sends the key of a user of Threat Stack v1, bare, in the Authorization header,
// and names the organization in the Organization header, unless the call names one itself, in
// that header or in the query; "" leaves it to the service, which takes the default
// organization of the key's owner. (Threat Stack Python client.)
func APIKey[S Text](key S, organization string) Editor {
	return func(_ context.Context, r *http.Request) error {
		if err := checkASCII("API key", reveal(key)); err != nil {
			return err
		}
		if organization != "" {
			if err := checkASCII("organization", organization); err != nil {
				return err
			}
			if r.Header.Get("Organization") == "" && r.URL.Query().Get("organization") == "" {
				r.Header.Set("Organization", organization)
			}
		}
		r.Header.Set("Authorization", reveal(key))
		return nil
	}
}

// ThreatConnectToken sends an API token of ThreatConnect v2 or v3, on platform 7.7 and
// later. The token of an API user is valid for the days in its settings, until a new one
// replaces it; a token made by the API is valid for four hours. The fourth part of a token
// is its expiry in Unix milliseconds. (ThreatConnect REST API, Quick Start.)
func ThreatConnectToken[S Text](token S) Editor {
	return func(_ context.Context, r *http.Request) error {
		if err := checkASCII("token", reveal(token)); err != nil {
			return err
		}
		r.Header.Set("Authorization", "TC-Token "+reveal(token))
		return nil
	}
}

// Anonymous sends no credentials, for the few operations that work without: URL decoding
// of Proofpoint TAP, which then tells less and shares one throttle with all other callers.
// (URL Decoder API.)
func Anonymous() Editor {
	return func(context.Context, *http.Request) error { return nil }
}
