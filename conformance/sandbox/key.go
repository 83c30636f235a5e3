package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// saltFile holds the salt of a folder. Without it passwords cannot be
// guessed from the names of files, so it must not be shared with the exchanges.
const saltFile = ".salt"

const saltBytes = 32

// file is where the exchange of a call is kept: a folder per operation, and a name made of
// all that makes the request different from others, credentials included.
func (c *recorded) file(salt []byte) string {
	h := hmac.New(sha256.New, salt)
	write(h, c.req.Method, c.req.URL.EscapedPath(), sortedQuery(c.req.URL.RawQuery))
	c.writeBody(h)
	for _, name := range slices.Sorted(maps.Keys(c.req.Header)) {
		if slices.Contains(volatile, http.CanonicalHeaderKey(name)) || slices.ContainsFunc(c.rec.Ignore, func(s string) bool { return strings.EqualFold(s, name) }) {
			continue
		}
		write(h, http.CanonicalHeaderKey(name))
		for _, v := range c.req.Header[name] {
			if c.rec.isCredentialHeader(name) {
				v = identity(c.req.Header, v)
			}
			write(h, v)
		}
	}
	if c.req.URL.User != nil {
		write(h, "user", c.req.URL.User.String())
	}
	return filepath.Join(c.rec.Dir, c.folder(), hex.EncodeToString(h.Sum(nil))[:32]+".json")
}

func (c *recorded) folder() string {
	if c.op != nil && c.op.ID != "" {
		return c.op.ID
	}
	return strings.ToLower(c.req.Method)
}

// write adds parts with their lengths, so that no two lists of parts are the same bytes.
func write(h hash.Hash, parts ...string) {
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
}

// sortedQuery is the query without the order of its names, if it can be read.
func sortedQuery(raw string) string {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return raw
	}
	return values.Encode()
}

// writeBody adds the media type and the body; of a multipart form its parts,
// since the boundary is another each time.
func (c *recorded) writeBody(h hash.Hash) {
	contentType := c.req.Header.Get("Content-Type")
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(media, "multipart/") {
		write(h, contentType, string(c.body))
		return
	}
	reader := multipart.NewReader(strings.NewReader(string(c.body)), params["boundary"])
	var parts []string
	for {
		p, err := reader.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			write(h, contentType, string(c.body))
			return
		}
		content, err := io.ReadAll(p)
		if err != nil {
			write(h, contentType, string(c.body))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(p.Header)) {
			parts = append(parts, name, strings.Join(p.Header[name], "\n"))
		}
		parts = append(parts, "", string(content))
	}
	write(h, media)
	write(h, parts...)
}

// identity is what stays of a credential from one request to the next: of a
// signed header the account, of any other all of it.
func identity(header http.Header, v string) string {
	scheme, rest, ok := strings.Cut(v, " ")
	if !ok || strings.EqualFold(scheme, "Basic") || strings.EqualFold(scheme, "Bearer") {
		return v
	}
	if parameters := authParameter.FindAllStringSubmatch(rest, -1); len(parameters) > 1 {
		kept, again := []string{scheme}, false
		for _, m := range parameters {
			name := strings.ToLower(m[1])
			if signed[name] || clocks[name] {
				again = true
				continue
			}
			kept = append(kept, name, m[2]+m[3])
		}
		if again {
			return strings.Join(kept, "\n")
		}
		return v
	}
	clock := header.Get("Timestamp") != "" || header.Get("Date") != ""
	if id, _, ok := strings.Cut(rest, ":"); ok && clock && strings.Count(rest, ":") == 1 { // id:signature over the clock
		return scheme + " " + id
	}
	return v
}

// salt reads the salt of the folder; fs.ErrNotExist when nothing was recorded.
func (rec *Recorder) salt() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(rec.Dir, saltFile))
	if err != nil {
		return nil, err
	}
	salt, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(salt) != saltBytes {
		return nil, fmt.Errorf("%s is broken: delete it with the folder", saltFile)
	}
	return salt, nil
}

// makeSalt is salt, and makes one for a new folder. Of several processes that do
// so at once one wins, and no other sees half a salt.
func (rec *Recorder) makeSalt() ([]byte, error) {
	salt, err := rec.salt()
	if !errors.Is(err, fs.ErrNotExist) {
		return salt, err
	}
	if err := os.MkdirAll(rec.Dir, 0o700); err != nil {
		return nil, err
	}
	fresh := make([]byte, saltBytes)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(rec.Dir, saltFile+"-*") // 0600
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintln(temp, hex.EncodeToString(fresh))
	if err = errors.Join(err, temp.Close()); err == nil {
		if err = os.Link(temp.Name(), filepath.Join(rec.Dir, saltFile)); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	if err = errors.Join(err, os.Remove(temp.Name())); err != nil {
		return nil, err
	}
	return rec.salt()
}
