package auth

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Hawk signs with the Hawk scheme and SHA-256, for Threat Stack v2: id is the user's ID,
// key the user's API key and ext the ID of the organization that the call addresses.
// Timestamp, in Unix seconds, and nonce are fresh for each attempt. A body is hashed, so
// it must be one that can be read again (GetBody), as that of every typed call can.
// (Hawk's protocol text; Threat Stack's API documentation and examples.)
func Hawk[S Text](id string, key S, ext string, opts ...Option) Editor {
	s, sums := with(opts, hawkSkew), newMAC(reveal(key))
	return func(_ context.Context, r *http.Request) error {
		m := hawkMessage{kind: "header", id: id, ts: strconv.FormatInt(s.now().Unix(), 10), nonce: s.nonce(), ext: ext}
		if err := check("Hawk id", id, "Hawk key", reveal(key), "Hawk nonce", m.nonce, "Hawk ext", cmp.Or(ext, "may be empty")); err != nil {
			return err
		}
		for _, v := range [][2]string{{"Hawk id", id}, {"Hawk nonce", m.nonce}, {"Hawk ext", ext}} {
			if !isAttribute(v[1]) {
				return &Error{v[0], "holds characters that a Hawk header cannot carry"}
			}
		}
		m.covers(r, r.URL.RequestURI())
		if err := m.hashes(r); err != nil {
			return err
		}
		r.Header.Set("Authorization", m.authorization(sums))
		return nil
	}
}

// hawkMessage is what a MAC is made over.
type hawkMessage struct {
	kind             string // header or response
	id, ts, nonce    string
	method, resource string
	host, port       string
	hash, ext        string
}

// covers adds the request line and the host as they are sent.
func (m *hawkMessage) covers(r *http.Request, resource string) {
	m.method, m.resource = r.Method, resource
	m.host, m.port = hostPort(r)
}

// hashes adds the hash of the body, if the request has one.
func (m *hawkMessage) hashes(r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	if r.GetBody == nil {
		return &Error{"body", "cannot be read twice, so it cannot be hashed"}
	}
	body, err := r.GetBody()
	if err != nil {
		return &Error{"body", "cannot be read again"}
	}
	defer body.Close()
	if m.hash, err = payloadHash(r.Header.Get("Content-Type"), body); err != nil {
		return &Error{"body", "cannot be read"}
	}
	return nil
}

// normalized is the text that is signed: one value a line, the last line closed too.
func (m hawkMessage) normalized() string {
	ext := strings.ReplaceAll(strings.ReplaceAll(m.ext, `\`, `\\`), "\n", `\n`)
	return strings.Join([]string{"hawk.1." + m.kind, m.ts, m.nonce, strings.ToUpper(m.method), m.resource, m.host, m.port, m.hash, ext, ""}, "\n")
}

func (m hawkMessage) authorization(sums *mac) string {
	var mac [64]byte
	return hawkHeader("id", m.id, "ts", m.ts, "nonce", m.nonce, "hash", m.hash, "ext", m.ext, "mac", string(sums.appendSum(mac[:0], m.normalized())))
}

// payloadHash covers the media type without its parameters and the body as it is sent.
func payloadHash(contentType string, body io.Reader) (string, error) {
	mediaType, _, _ := strings.Cut(contentType, ";")
	h := sha256.New()
	_, _ = io.WriteString(h, "hawk.1.payload\n"+strings.ToLower(strings.TrimSpace(mediaType))+"\n")
	if _, err := io.Copy(h, body); err != nil {
		return "", err
	}
	_, _ = h.Write([]byte{'\n'})
	return base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}

// hostPort splits the host as it is sent; a port that is not there is that of the scheme.
func hostPort(r *http.Request) (host, port string) {
	u := url.URL{Host: cmp.Or(r.Host, r.URL.Host)}
	host = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(u.Host, u.Port()), ":"))
	switch {
	case u.Port() != "":
		return host, u.Port()
	case r.URL.Scheme == "https" || r.TLS != nil:
		return host, "443"
	}
	return host, "80"
}
