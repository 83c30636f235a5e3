package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// Mode says when a [Recorder] asks the service.
type Mode int

const (
	// Record always asks the service and writes the answers.
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
// are signed. RECORDER.md beside this file has its rules in full:
//
//   - What the document knows and what is no credential is written; everything
//     else becomes "[redacted]", 0, false, {} or [].
//   - What was left out tells requests apart by a hash with a salt of the folder:
//     no two users, tokens or queries share an answer.
//   - A file that would hold a credential which the request or the answer
//     showed, in whatever encoding, is not written, and OnError is told.
//
// What else is private in an answer, such as names and addresses, stays: the
// files are for their owner only (0600) and not for a repository.
//
// An answer is passed on while it arrives and is written when it was read to its
// end; half an answer is not written, nor is one longer than Limit.
type Recorder struct {
	Base http.RoundTripper // nil for http.DefaultTransport
	Dir  string            // made when it does not exist; one per service
	Mode Mode

	Spec *check.Spec // says what is known; without it that is only what Allow names

	// Keep names further headers of answers to keep. Credentials are not kept.
	Keep []string
	// Allow names query parameters, form fields and members of bodies that are
	// kept although the document does not know them, with all that is in them;
	// "*" stands for any. Credentials are redacted all the same.
	Allow []string
	// Ignore names headers of requests that make no difference: two requests
	// that differ in such a header share an answer.
	Ignore []string
	// Redact holds JSON pointers into request and answer bodies, in which *
	// stands for any member or element, such as /users/*/phone.
	Redact []string
	// Scrub, if not nil, may change an exchange before it is written.
	Scrub func(*exchange.Exchange)
	// Limit is the longest body that is recorded, 64 MiB when 0.
	Limit int64
	// OnError is called with what could not be written; nil logs a warning. It is never an
	// error of the request, and holds no value of it. It may be called from several goroutines.
	OnError func(error)
}

// RoundTrip implements http.RoundTripper.
func (rec *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, whole, err := rec.requestBody(req)
	if err != nil {
		return nil, err
	}
	c := rec.call(req, body)
	if !whole {
		rec.tell(c.refused("the request body is too long to record"))
		return rec.base().RoundTrip(req)
	}
	if rec.Mode != Record {
		res, err := c.replay(req)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return res, err
		}
		if rec.Mode == Replay {
			return nil, fmt.Errorf("%s: %w in %s", c.name(), ErrNotRecorded, rec.Dir)
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
	header := res.Header.Clone() // the caller may change it before the body is read
	res.Body = teeBody(res, rec.limit(), func(body []byte, whole bool) {
		if !whole {
			return
		}
		if err := c.store(res.StatusCode, header, body); err != nil {
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
