package auth

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	// hawkSkew is the tolerance that Hawk servers use unless told otherwise.
	hawkSkew = time.Minute
	// verifiedBody bounds what a verifier reads of a request's body.
	verifiedBody = 16 << 20
)

// HawkRequest is a request whose MAC was verified: with it a server signs its reply.
type HawkRequest struct {
	ID, Ext string
	message hawkMessage
	key     Secret
}

// VerifyHawk checks a received request: the MAC over method, request line, host, port,
// timestamp, nonce, ext and the hash of the body, the freshness of the timestamp, and,
// with Seen, that the nonce is new. key looks a key up. The body can be read afterwards.
func VerifyHawk(r *http.Request, key func(id string) (Secret, bool), opts ...Option) (*HawkRequest, error) {
	s := with(opts, hawkSkew)
	a, err := parseHawk(r.Header.Get("Authorization"), "id", "ts", "nonce", "hash", "ext", "mac")
	if err != nil {
		return nil, err
	}
	if a["id"] == "" || a["ts"] == "" || a["nonce"] == "" || a["mac"] == "" {
		return nil, &Error{"Hawk header", "lacks an attribute"}
	}
	secret, ok := key(a["id"])
	if !ok {
		return nil, &Error{"Hawk id", "is unknown"}
	}
	m := hawkMessage{kind: "header", id: a["id"], ts: a["ts"], nonce: a["nonce"], method: r.Method, resource: r.RequestURI, hash: a["hash"], ext: a["ext"]}
	u := *r.URL
	u.Scheme = "http"
	if r.TLS != nil {
		u.Scheme = "https"
	}
	m.host, m.port = hostPort(r.Host, &u)
	if !equal(a["mac"], sum(string(secret), m.normalized())) {
		return nil, &Error{"Hawk MAC", "does not match the request"}
	}
	if err := verifyBody(r, a["hash"]); err != nil {
		return nil, err
	}
	if err := s.fresh(m.ts); err != nil {
		return nil, err
	}
	if s.seen != nil && s.seen(m.id, m.nonce, s.now()) {
		return nil, &Error{"Hawk nonce", "was used before"}
	}
	return &HawkRequest{ID: m.id, Ext: m.ext, message: m, key: secret}, nil
}

func verifyBody(r *http.Request, hash string) error {
	if hash == "" || r.Body == nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(r.Body, verifiedBody+1))
	if err != nil || len(b) > verifiedBody {
		return &Error{"body", "cannot be read, or is too long"}
	}
	_ = r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(b))
	if !equal(hash, hashOf(r.Header.Get("Content-Type"), b)) {
		return &Error{"Hawk hash", "does not match the body"}
	}
	return nil
}

// Authorize is the Server-Authorization header of a reply.
func (h *HawkRequest) Authorize(contentType string, body []byte, ext string) string {
	m := h.message
	m.kind, m.hash, m.ext = "response", hashOf(contentType, body), ext
	return hawkHeader("mac", sum(string(h.key), m.normalized()), "hash", m.hash, "ext", ext)
}

// VerifyHawkResponse checks the Server-Authorization header of a reply against the request
// that it answers and the body as it was read. A reply without the header is an error.
func VerifyHawkResponse[S ~string](res *http.Response, key S, body []byte) error {
	sent, err := parseHawk(res.Request.Header.Get("Authorization"), "id", "ts", "nonce", "hash", "ext", "mac")
	if err != nil {
		return err
	}
	a, err := parseHawk(res.Header.Get("Server-Authorization"), "mac", "hash", "ext")
	if err != nil {
		return err
	}
	r := res.Request
	m := hawkMessage{kind: "response", ts: sent["ts"], nonce: sent["nonce"], method: r.Method, resource: r.URL.RequestURI(), hash: a["hash"], ext: a["ext"]}
	m.host, m.port = hostPort(r.Host, r.URL)
	if !equal(a["mac"], sum(string(key), m.normalized())) {
		return &Error{"Hawk MAC", "does not match the reply"}
	}
	if a["hash"] != "" && !equal(a["hash"], hashOf(res.Header.Get("Content-Type"), body)) {
		return &Error{"Hawk hash", "does not match the body"}
	}
	return nil
}

// HawkStale is the WWW-Authenticate header by which a server tells its time to a client
// whose clock is off, with a MAC over it.
func HawkStale[S ~string](key S, now time.Time) string {
	ts := strconv.FormatInt(now.Unix(), 10)
	return hawkHeader("ts", ts, "tsm", sum(string(key), "hawk.1.ts\n"+ts+"\n"), "error", "Stale timestamp")
}
