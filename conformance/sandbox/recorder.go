package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// Mode says when a [Recorder] asks the service.
type Mode int

const (
	// Record asks always and writes what came back.
	Record Mode = iota
	// Cache asks for what was not recorded yet: for development against an API
	// that allows 50 calls a day.
	Cache
	// Replay never asks; what was not recorded is [ErrNotRecorded].
	Replay
)

// ErrNotRecorded is returned in [Replay] mode.
var ErrNotRecorded = errors.New("not recorded")

// Recorder is an http.RoundTripper that writes one exchange file per request
// and can answer from such files. It stands below the client, where requests
// are signed, and takes secrets away again before anything is written:
//
//   - Of the request's headers only those are kept that the document declares
//     as parameters, of the answer's only Retry-After and what Keep names. So
//     Authorization, X-User, X-Password, keys, Timestamp and cookies never
//     reach a file.
//   - Query parameters and JSON members with a name such as password, secret or
//     api_key become "[redacted]", and so does everything that Redact names.
//   - A credential that is repeated elsewhere, such as a key echoed in a body, is
//     replaced there too.
//
// What else is private in an answer, such as names and addresses, stays: the
// files are for their owner only (0600) and not for a repository.
//
// An answer is passed on while it arrives and is written when it was read to its
// end; half an answer is not written, nor is one longer than Limit.
type Recorder struct {
	Base http.RoundTripper // nil for http.DefaultTransport
	Dir  string            // made when it does not exist
	Mode Mode

	Spec *check.Spec // names operations and the parameters that are kept; may be nil

	// Keep names further headers of answers to keep.
	Keep []string
	// Redact holds JSON pointers into request and answer bodies, in which *
	// stands for any member or element, such as /users/*/phone.
	Redact []string
	// Scrub, if not nil, may change an exchange before it is written.
	Scrub func(*exchange.Exchange)
	// Limit is the longest body that is recorded, 64 MiB when 0.
	Limit int64
	// OnError is told what could not be written; nil logs a warning. It is never an
	// error of the request.
	OnError func(error)
}

// RoundTrip implements http.RoundTripper.
func (rec *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, whole, err := rec.requestBody(req)
	if err != nil {
		return nil, err
	}
	if !whole {
		rec.tell(fmt.Errorf("%s %s: the request body is too long to record", req.Method, req.URL.Path))
		return rec.base().RoundTrip(req)
	}
	secrets := secretsOf(req)
	e := rec.exchange(req, body)
	rec.clean(e, secrets)
	file := rec.file(e)
	if rec.Mode != Record {
		res, err := rec.replay(file, req)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return res, err
		}
		if rec.Mode == Replay {
			return nil, fmt.Errorf("%s %s: %w in %s", req.Method, req.URL.Path, ErrNotRecorded, rec.Dir)
		}
	}
	out := req.Clone(req.Context()) // a RoundTripper must not change its request
	if req.Body != nil {
		out.Body = io.NopCloser(bytes.NewReader(body))
	}
	res, err := rec.base().RoundTrip(out)
	if err != nil {
		return nil, err
	}
	if res.Header.Get("Content-Encoding") != "" {
		rec.tell(fmt.Errorf("%s %s: the answer is compressed and not recorded", req.Method, req.URL.Path))
		return res, nil
	}
	e.Status = res.StatusCode
	e.ContentType = res.Header.Get("Content-Type")
	for _, name := range append([]string{"Retry-After"}, rec.Keep...) {
		if v := res.Header.Get(name); v != "" {
			if e.ResponseHeader == nil {
				e.ResponseHeader = map[string]string{}
			}
			e.ResponseHeader[http.CanonicalHeaderKey(name)] = v
		}
	}
	res.Body = teeBody(res, rec.limit(), func(body []byte, whole bool) {
		if !whole {
			return
		}
		if err := rec.store(file, e, body, secrets); err != nil {
			rec.tell(err)
		}
	})
	return res, nil
}

func (rec *Recorder) base() http.RoundTripper {
	if rec.Base != nil {
		return rec.Base
	}
	return http.DefaultTransport
}

func (rec *Recorder) limit() int64 {
	if rec.Limit > 0 {
		return rec.Limit
	}
	return 64 << 20
}

func (rec *Recorder) tell(err error) {
	if rec.OnError != nil {
		rec.OnError(err)
		return
	}
	slog.Warn("recorder", "error", err)
}

// requestBody reads the body, or puts it back when it is too long.
func (rec *Recorder) requestBody(req *http.Request) (body []byte, whole bool, err error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, true, nil
	}
	body, err = io.ReadAll(io.LimitReader(req.Body, rec.limit()+1))
	if err != nil {
		req.Body.Close()
		return nil, false, err
	}
	if int64(len(body)) > rec.limit() {
		req.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), req.Body), req.Body}
		return nil, false, nil
	}
	return body, true, req.Body.Close()
}

// exchange is the request's half.
func (rec *Recorder) exchange(req *http.Request, body []byte) *exchange.Exchange {
	e := &exchange.Exchange{
		Source: "recorded", Method: req.Method, Path: req.URL.EscapedPath(), Query: exchange.Query(req.URL.Query()),
		RequestContentType: req.Header.Get("Content-Type"),
	}
	if rec.Spec != nil {
		if op, _, err := rec.Spec.Find(e.Method, e.Path); err == nil {
			e.OperationID = op.ID
			e.RequestHeaders = map[string]string{}
			for _, p := range op.Parameters() {
				if v := req.Header.Get(p.Name); p.In == "header" && v != "" {
					e.RequestHeaders[http.CanonicalHeaderKey(p.Name)] = v
				}
			}
		}
	}
	if utf8.Valid(body) {
		e.RequestBody = exchange.FromWire(body, e.RequestContentType)
	}
	return e
}

// file is where an exchange is kept: a folder per operation, and a name made of
// all that makes the request different from others, secrets excepted.
func (rec *Recorder) file(e *exchange.Exchange) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n%s\n", e.Method, e.Path, url.Values(e.Query).Encode(), e.RequestContentType, e.RequestBody)
	for _, name := range slices.Sorted(maps.Keys(e.RequestHeaders)) {
		fmt.Fprintf(h, "%s: %s\n", name, e.RequestHeaders[name])
	}
	folder := e.OperationID
	if folder == "" {
		folder = strings.ToLower(e.Method)
	}
	return filepath.Join(rec.Dir, folder, hex.EncodeToString(h.Sum(nil))[:20]+".json")
}

// store writes an exchange whose answer is known. The file appears whole or not
// at all, readable by its owner only.
func (rec *Recorder) store(file string, e *exchange.Exchange, body []byte, secrets []string) error {
	if !utf8.Valid(body) {
		return fmt.Errorf("%s %s: the answer is no text and not recorded", e.Method, e.Path)
	}
	e.Body = exchange.FromWire(body, e.ContentType)
	rec.clean(e, secrets)
	if rec.Scrub != nil {
		rec.Scrub(e)
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false) // people read these
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".recording-*") // 0600
	if err != nil {
		return err
	}
	_, err = text.WriteTo(temp)
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// replay answers from a file.
func (rec *Recorder) replay(file string, req *http.Request) (*http.Response, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	e, err := exchange.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	body := e.Wire()
	res := &http.Response{
		StatusCode: e.Status, Status: fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	for name, value := range e.ResponseHeader {
		res.Header.Set(name, value)
	}
	if e.ContentType != "" {
		res.Header.Set("Content-Type", e.ContentType)
	}
	return res, nil
}
