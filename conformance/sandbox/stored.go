package sandbox

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// store writes the exchange of a call whose answer is known, or says why it is not written.
func (c *recorded) store(status int, header http.Header, text []byte) error {
	seen := &secrets{}
	e := c.exchange(seen)
	if err := c.answer(e, status, header, text, seen); err != nil {
		return c.refused(err.Error())
	}
	if c.rec.Scrub != nil {
		c.rec.Scrub(e)
	}
	var file bytes.Buffer
	enc := json.NewEncoder(&file)
	enc.SetEscapeHTML(false) // people read these
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		return c.refused("the exchange is no JSON")
	}
	if c.holds(e, file.Bytes(), seen) {
		return c.refused("a credential of the request or the answer stands where it may be written")
	}
	salt, err := c.rec.makeSalt()
	if err != nil {
		return err
	}
	return writeFile(c.file(salt), file.Bytes())
}

// holds reports that what is about to be written has a secret in it: the
// file, the bytes that it means, and the name of its folder.
func (c *recorded) holds(e *exchange.Exchange, file []byte, seen *secrets) bool {
	birds := newCanary(seen.list)
	if birds.in([]byte(c.folder())) || birds.in(file) {
		return true
	}
	if len(e.BodyBase64) == 0 {
		return false
	}
	plain, _, err := decoded(e.BodyBase64, e.ResponseHeader["Content-Encoding"], c.rec.limit())
	return err != nil || birds.in(e.BodyBase64) || birds.in(plain)
}

// answer is the answer's half of what is written.
func (c *recorded) answer(e *exchange.Exchange, status int, header http.Header, text []byte, seen *secrets) error {
	seen.answer(c.rec, header)
	content := answerContent(c.op, status)
	media, err := c.rec.mediaType(header.Get("Content-Type"), content)
	if err != nil {
		return err
	}
	e.Status, e.ContentType = status, media
	for name, values := range header {
		if v := strings.Join(values, ", "); c.rec.keepsAnswerHeader(c.op, status, name) && !holdsCredential(v) {
			setHeader(e, name, v)
		}
	}
	if len(text) == 0 {
		return nil
	}
	encoding := header.Get("Content-Encoding")
	plain, compressed, err := decoded(text, encoding, c.rec.limit())
	if err != nil {
		return err
	}
	b := &body{rec: c.rec, media: media, content: content, cursors: c.cursors}
	clean, binary, err := b.redacted(plain, seen)
	switch {
	case err != nil:
		return err
	case compressed && bytes.Equal(clean, plain): // nothing to hide: the bytes as they came
		e.BodyBase64 = text
		setHeader(e, "Content-Encoding", encoding)
		return nil
	case binary:
		e.BodyBase64 = clean
		return nil
	}
	e.Body = exchange.FromWire(clean, media)
	want := clean
	if json.Valid(clean) {
		want = bytes.TrimSpace(clean) // a file has white space of its own
	}
	if !bytes.Equal(e.Wire(), want) {
		e.Body, e.BodyBase64 = nil, clean // such as NDJSON under the label of JSON
	}
	return nil
}

func setHeader(e *exchange.Exchange, name, value string) {
	if e.ResponseHeader == nil {
		e.ResponseHeader = map[string]string{}
	}
	e.ResponseHeader[http.CanonicalHeaderKey(name)] = value
}

// decoded undoes a content encoding. One that is not known hides what it holds, and is an error.
func decoded(text []byte, encoding string, limit int64) (plain []byte, compressed bool, err error) {
	var r io.Reader
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return text, false, nil
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(text))
	case "deflate":
		r, err = zlib.NewReader(bytes.NewReader(text))
	default:
		return nil, true, errors.New("the answer is compressed in a way that is not known here")
	}
	if err == nil {
		plain, err = io.ReadAll(io.LimitReader(r, limit+1))
	}
	if err != nil || int64(len(plain)) > limit {
		return nil, true, errors.New("the compressed answer is broken or too long")
	}
	return plain, true, nil
}

// writeFile makes a file that appears whole or not at all, readable by its
// owner only.
func writeFile(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".recording-*") // 0600
	if err != nil {
		return err
	}
	_, err = temp.Write(text)
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// replay answers from a file: of this form, or of the one before it.
func (c *recorded) replay(req *http.Request) (*http.Response, error) {
	salt, err := c.rec.salt()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	files := []string{c.earlierFile()}
	if err == nil {
		files = slices.Insert(files, 0, c.file(salt))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		e, err := exchange.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		return answerOf(e, req), nil
	}
	return nil, fs.ErrNotExist
}

// answerOf makes the answer that an exchange holds.
func answerOf(e *exchange.Exchange, req *http.Request) *http.Response {
	body := e.Wire()
	res := &http.Response{
		StatusCode: e.Status, Status: fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	e.SetHeader(res.Header)
	return res
}
