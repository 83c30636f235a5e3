package auth

import (
	"cmp"
	"context"
	"crypto/hmac"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// threatConnectSkew is how far a Timestamp may be from the clock of ThreatConnect.
const threatConnectSkew = 5 * time.Minute

// ThreatConnectHMAC signs with the Access ID and the Secret Key of an API user, for
// ThreatConnect v2 and v3. What is signed are the bytes of the request line, the method
// and the Timestamp in Unix seconds; the body is not. The service refuses a timestamp that
// is more than five minutes off. (ThreatConnect REST API, Quick Start.)
func ThreatConnectHMAC[S Text](accessID string, secretKey S, opts ...Option) Editor {
	s, m := with(opts, threatConnectSkew), newMAC(reveal(secretKey))
	return func(_ context.Context, r *http.Request) error {
		if err := checkASCII("access ID", accessID); err != nil {
			return err
		}
		if err := check("secret key", reveal(secretKey)); err != nil {
			return err
		}
		if strings.Contains(accessID, ":") {
			return &Error{"access ID", "holds a colon, which ends it on the wire"}
		}
		timestamp := strconv.FormatInt(s.now().Unix(), 10)
		var header [256]byte
		signed := append(append(append(header[:0], "TC "...), accessID...), ':')
		signed = m.appendSum(signed, r.URL.RequestURI(), ":", strings.ToUpper(r.Method), ":", timestamp)
		r.Header.Set("Timestamp", timestamp)
		r.Header.Set("Authorization", string(signed))
		return nil
	}
}

func threatConnectSignature(secretKey, requestURI, method, timestamp string) string {
	return sum(secretKey, requestURI+":"+strings.ToUpper(method)+":"+timestamp)
}

// VerifyThreatConnect checks a received request as ThreatConnect does: the signature over
// the request line as it arrived, and the timestamp. secretKey looks a key up; an empty key
// is refused. It is for replay servers and sandboxes.
func VerifyThreatConnect(r *http.Request, secretKey func(accessID string) (Secret, bool), opts ...Option) error {
	s := with(opts, threatConnectSkew)
	credentials, ok := strings.CutPrefix(r.Header.Get("Authorization"), "TC ")
	accessID, signature, ok2 := strings.Cut(credentials, ":")
	if !ok || !ok2 {
		return &Error{"authorization", "is not of the form TC id:signature"}
	}
	key, ok := secretKey(accessID)
	if !ok || key.Reveal() == "" {
		return &Error{"access ID", "is unknown"}
	}
	timestamp := r.Header.Get("Timestamp")
	if !equal(signature, threatConnectSignature(reveal(key), received(r), r.Method, timestamp)) {
		return &Error{"signature", "does not match the request"}
	}
	return s.fresh(timestamp)
}

// received is what stood on the request line. A transport that plays the server sees a
// request that was not sent yet.
func received(r *http.Request) string { return cmp.Or(r.RequestURI, r.URL.RequestURI()) }

// fresh refuses a timestamp in Unix seconds that is too far from now.
func (s settings) fresh(timestamp string) error {
	n, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != timestamp {
		return &Error{"timestamp", "is not in Unix seconds"}
	}
	if s.now().Sub(time.Unix(n, 0)).Abs() > s.skew {
		return &Error{"timestamp", "is out of the acceptable range"}
	}
	return nil
}

// equal compares in constant time.
func equal(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }
