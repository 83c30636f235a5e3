package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// threatConnectSkew is how far a Timestamp may be from the clock of ThreatConnect.
const threatConnectSkew = 5 * time.Minute

// ThreatConnectHMAC signs with Access ID and Secret Key, for ThreatConnect v2 and v3. What
// is signed are the bytes of the request line, its method and the Timestamp in Unix
// seconds; the body is not. The service refuses a timestamp more than five minutes off.
func ThreatConnectHMAC[S ~string](accessID string, secretKey S, opts ...Option) Editor {
	s := with(opts, threatConnectSkew)
	return func(_ context.Context, r *http.Request) error {
		if err := check("access ID", accessID, "secret key", string(secretKey)); err != nil {
			return err
		}
		timestamp := strconv.FormatInt(s.now().Unix(), 10)
		r.Header.Set("Timestamp", timestamp)
		r.Header.Set("Authorization", "TC "+accessID+":"+threatConnectSignature(string(secretKey), r.URL.RequestURI(), r.Method, timestamp))
		return nil
	}
}

func threatConnectSignature(secretKey, requestURI, method, timestamp string) string {
	return sum(secretKey, requestURI+":"+method+":"+timestamp)
}

// sum is HMAC-SHA256 in standard base64.
func sum(key, text string) string {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// VerifyThreatConnect checks a received request as ThreatConnect does: the signature over
// the request line as it arrived, and the timestamp. secretKey looks a key up. It is for
// replay servers and sandboxes.
func VerifyThreatConnect(r *http.Request, secretKey func(accessID string) (Secret, bool), opts ...Option) error {
	s := with(opts, threatConnectSkew)
	credentials, ok := strings.CutPrefix(r.Header.Get("Authorization"), "TC ")
	accessID, signature, ok2 := strings.Cut(credentials, ":")
	if !ok || !ok2 {
		return &Error{"authorization", "is not of the form TC id:signature"}
	}
	key, ok := secretKey(accessID)
	if !ok {
		return &Error{"access ID", "is unknown"}
	}
	timestamp := r.Header.Get("Timestamp")
	if !equal(signature, threatConnectSignature(string(key), r.RequestURI, r.Method, timestamp)) {
		return &Error{"signature", "does not match the request"}
	}
	return s.fresh(timestamp)
}

// fresh refuses a timestamp in Unix seconds that is too far from now.
func (s settings) fresh(timestamp string) error {
	n, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return &Error{"timestamp", "is not in Unix seconds"}
	}
	if s.now().Sub(time.Unix(n, 0)).Abs() > s.skew {
		return &Error{"timestamp", "is out of the acceptable range"}
	}
	return nil
}

// equal compares in constant time.
func equal(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }
