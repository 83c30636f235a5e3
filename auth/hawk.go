package auth

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Hawk signs with the Hawk scheme and SHA-256, for Threat Stack v2: id is the user's, ext
// the organization. Timestamp and nonce are fresh for each attempt. A body is hashed, so
// it must be one that can be read again, as that of every typed call can.
func Hawk[S ~string](id string, key S, ext string, opts ...Option) Editor {
	s := with(opts, hawkSkew)
	return func(_ context.Context, r *http.Request) error {
		if err := check("Hawk id", id, "Hawk key", string(key)); err != nil {
			return err
		}
		m := hawkMessage{kind: "header", id: id, ts: strconv.FormatInt(s.now().Unix(), 10), nonce: s.nonce(),
			method: r.Method, resource: r.URL.RequestURI(), ext: ext}
		m.host, m.port = hostPort(r.Host, r.URL)
		for _, v := range []struct{ role, value string }{{"Hawk id", id}, {"Hawk nonce", m.nonce}, {"Hawk ext", ext}} {
			if !isAttribute(v.value) {
				return &Error{v.role, "holds characters that a Hawk header cannot carry"}
			}
		}
		if r.Body != nil && r.Body != http.NoBody {
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
		}
		r.Header.Set("Authorization", m.authorization(string(key)))
		return nil
	}
}

// hawkMessage is what a MAC is made over.
type hawkMessage struct {
	kind             string // header or response
	id, ts, nonce    string
	method, resource string
	host, port       string
	hash, ext, mac   string
}

// normalized is the text that is signed: one value a line, the last line closed too.
func (m hawkMessage) normalized() string {
	ext := strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(m.ext)
	return strings.Join([]string{"hawk.1." + m.kind, m.ts, m.nonce, strings.ToUpper(m.method), m.resource, strings.ToLower(m.host), m.port, m.hash, ext, ""}, "\n")
}

func (m hawkMessage) authorization(key string) string {
	return hawkHeader("id", m.id, "ts", m.ts, "nonce", m.nonce, "hash", m.hash, "ext", m.ext, "mac", sum(key, m.normalized()))
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

func hashOf(contentType string, body []byte) string {
	h, _ := payloadHash(contentType, bytes.NewReader(body))
	return h
}

// hostPort splits the host as it is sent; a port that is not there is that of the scheme.
func hostPort(host string, u *url.URL) (name, port string) {
	if host == "" {
		host = u.Host
	}
	port = (&url.URL{Host: host}).Port()
	name = strings.TrimSuffix(strings.TrimSuffix(host, port), ":")
	if port == "" {
		name, port = host, "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return strings.ToLower(name), port
}

// randomNonce has 72 random bits in 12 letters of the URL-safe alphabet.
func randomNonce() string {
	b := make([]byte, 9)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}
