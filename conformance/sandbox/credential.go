package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// credentialWords are looked for in names in lower case without separators, so
// that new_Password, x-api-key and secretAccessKey are found.
const credentialWords = `passw(?:or)?d|passphrase|passcode|passwort|pwd|secret|token|` +
	`(?:api|access|account|app|auth|client|encryption|hawk|master|private|session|shared|signing|subscription)key|` +
	`credential|authorization|authentication|cookie|sessionid|jwt|bearer`

var (
	credentialWord = regexp.MustCompile(credentialWords + `|^(?:pass|auth|sig|otp|pin|sid)$`)
	// parameterWord are words of headers and query parameters only: in bodies a
	// signature is data, such as a rule that detects something.
	parameterWord = regexp.MustCompile(`signature|^mac$|hmac|^session$|^x(?:auth)?user(?:name)?$`)
)

// isCredential reports that a name is one of a credential.
func isCredential(name string) bool { return credentialWord.MatchString(plainName(name)) }

// isCredentialParameter is isCredential for headers and query parameters.
func isCredentialParameter(name string) bool {
	return isCredential(name) || parameterWord.MatchString(plainName(name))
}

// isCredentialWord reports that a name is nothing but such a word, so that it
// cannot hold a credential itself.
func isCredentialWord(name string) bool {
	plain := plainName(name)
	at := credentialWord.FindStringIndex(plain)
	return at != nil && at[0] == 0 && at[1] == len(plain)
}

// plainName is a name without what spellings differ in.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '_', '-', '.', ' ', '[', ']', '$', ':':
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// isTime reports a point in time, which is no secret under any name: a
// document may have secret_expiry.
func isTime(s string) bool {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.999999999Z0700", time.DateTime, time.DateOnly} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// volatile are the request headers that differ between two equal requests:
// clocks, what a transport adds, and what tracing adds. Signatures are among the
// credentials, whose parts [identity] tells apart.
var volatile = []string{
	"Accept-Encoding", "Baggage", "Connection", "Content-Length", "Content-Type", "Date", "Timestamp", "Traceparent", "Tracestate", "User-Agent",
	"X-Amz-Date", "X-B3-Sampled", "X-B3-Spanid", "X-B3-Traceid", "X-Correlation-Id", "X-Request-Id",
}

// schemes lists the names that the security schemes of the document use in one
// place: "header", "query" or "cookie".
func (rec *Recorder) schemes(in string) (names []string) {
	if rec.Spec == nil || rec.Spec.Doc.Components == nil {
		return nil
	}
	for _, ref := range rec.Spec.Doc.Components.SecuritySchemes {
		if s := ref.Value; s != nil && s.Type == "apiKey" && s.In == in {
			names = append(names, s.Name)
		}
	}
	return names
}

// isCredentialHeader goes by the document's security schemes and by words. A
// clock that is signed is no secret.
func (rec *Recorder) isCredentialHeader(name string) bool {
	if slices.Contains(volatile, http.CanonicalHeaderKey(name)) {
		return false
	}
	return isCredentialParameter(name) || slices.ContainsFunc(rec.schemes(openapi3.ParameterInHeader), func(s string) bool { return strings.EqualFold(s, name) })
}

func (rec *Recorder) isCredentialQuery(name string, cursors map[string]bool) bool {
	return slices.Contains(rec.schemes(openapi3.ParameterInQuery), name) || isCredentialParameter(name) && !cursors[name]
}
