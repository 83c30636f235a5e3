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
	sum     func(text string) string // with the key, which a field would let fmt print
}

// VerifyHawk checks a received request: the MAC over method, request line, host, port,
// timestamp, nonce, ext and the hash of the body, the freshness of the timestamp, and,
// with Seen, that the nonce is new. The port that the Host header leaves out is 443 for
// TLS and 80 without. key looks a key up; an empty key is refused. The body can be read
// afterwards.
func VerifyHawk(r *http.Request, key func(id string) (Secret, bool), opts ...Option) (*HawkRequest, error) {
	s := with(opts, hawkSkew)
	a, err := parseHawk(r.Header.Get("Authorization"), "id ts nonce mac", "hash ext")
	if err != nil {
		return nil, err
	}
	secret, ok := key(a["id"])
	if !ok || secret.Reveal() == "" {
		return nil, &Error{"Hawk id", "is unknown"}
	}
	m := hawkMessage{kind: "header", id: a["id"], ts: a["ts"], nonce: a["nonce"], hash: a["hash"], ext: a["ext"]}
	m.covers(r, received(r))
	h := &HawkRequest{ID: m.id, Ext: m.ext, message: m, sum: func(text string) string { return sum(reveal(secret), text) }}
	if !equal(a["mac"], h.sum(m.normalized())) {
		return nil, &Error{"Hawk MAC", "does not match the request"}
	}
	if err := verifyBody(r, m.hash); err != nil {
		return nil, err
	}
	if err := s.fresh(m.ts); err != nil {
		return nil, err
	}
	if s.seen != nil && s.seen(m.id, m.nonce, s.now()) {
		return nil, &Error{"Hawk nonce", "was used before"}
	}
	return h, nil
}

// verifyBody accepts a body that the client did not hash, because the scheme makes the hash
// optional.
func verifyBody(r *http.Request, hash string) error {
	if hash == "" {
		return nil
	}
	var b []byte
	if r.Body != nil {
		var err error
		if b, err = io.ReadAll(io.LimitReader(r.Body, verifiedBody+1)); err != nil || len(b) > verifiedBody {
			return &Error{"body", "cannot be read, or is too long"}
		}
		_ = r.Body.Close()
		r.Body = io.NopCloser(bytes.NewReader(b))
	}
	return verifyHash(hash, r.Header, b)
}

func verifyHash(hash string, h http.Header, body []byte) error {
	if got, _ := payloadHash(h.Get("Content-Type"), bytes.NewReader(body)); !equal(hash, got) {
		return &Error{"Hawk hash", "does not match the body"}
	}
	return nil
}

// Authorize is the Server-Authorization header of the reply with this body.
func (h *HawkRequest) Authorize(contentType string, body []byte) string {
	m := h.message
	m.kind, m.ext = "response", ""
	m.hash, _ = payloadHash(contentType, bytes.NewReader(body))
	return hawkHeader("mac", h.sum(m.normalized()), "hash", m.hash)
}

// VerifyHawkResponse checks the Server-Authorization header of a reply against the request
// that it answers and the body as it was read: a reply without the header, or with a MAC
// that leaves the body out, is an error. A nil body checks the header alone. Threat Stack
// signs its answers, but those to a request whose credentials it refused.
func VerifyHawkResponse[S Text](res *http.Response, key S, body []byte) error {
	if err := check("Hawk key", reveal(key)); err != nil {
		return err
	}
	if res.Request == nil {
		return &Error{"reply", "does not say what it answers"}
	}
	sent, err := parseHawk(res.Request.Header.Get("Authorization"), "id ts nonce mac", "hash ext")
	if err != nil {
		return err
	}
	a, err := parseHawk(res.Header.Get("Server-Authorization"), "mac", "hash ext")
	if err != nil {
		return err
	}
	m := hawkMessage{kind: "response", ts: sent["ts"], nonce: sent["nonce"], hash: a["hash"], ext: a["ext"]}
	m.covers(res.Request, res.Request.URL.RequestURI())
	switch {
	case !equal(a["mac"], sum(reveal(key), m.normalized())):
		return &Error{"Hawk MAC", "does not match the reply"}
	case body == nil:
		return nil
	case m.hash == "":
		return &Error{"Hawk hash", "is missing: the body is not covered"}
	case res.Uncompressed:
		return &Error{"body", "was decompressed by the transport, and the hash is over what was sent"}
	}
	return verifyHash(m.hash, res.Header, body)
}

// HawkStale is the WWW-Authenticate header by which a server tells its time to a client
// whose clock is off, with a MAC over it.
func HawkStale[S Text](key S, now time.Time) string {
	ts := strconv.FormatInt(now.Unix(), 10)
	return hawkHeader("ts", ts, "tsm", sum(reveal(key), "hawk.1.ts\n"+ts+"\n"), "error", "Stale timestamp")
}
