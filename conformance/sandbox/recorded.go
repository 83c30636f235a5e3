package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

const redacted = "[redacted]"

// recorded is one request that goes through a recorder.
type recorded struct {
	rec     *Recorder
	req     *http.Request
	body    []byte
	op      *check.Operation  // nil when the document has none
	path    map[string]string // values of its path parameters
	cursors map[string]bool
}

func (rec *Recorder) call(req *http.Request, body []byte) *recorded {
	c := &recorded{rec: rec, req: req.Clone(req.Context()), body: body} // the caller's may change before the answer was read
	if rec.Spec != nil {
		if op, values, err := rec.Spec.Find(req.Method, req.URL.EscapedPath()); err == nil {
			c.op, c.path = op, values
		}
	}
	c.cursors = cursorsOf(c.op)
	return c
}

// name is how errors speak of the call: a path may hold a name or a key.
func (c *recorded) name() string {
	if c.op != nil {
		return c.op.ID
	}
	return c.req.Method + " of no known operation"
}

func (c *recorded) refused(why string) error {
	return fmt.Errorf("%s: not recorded: %s", c.name(), why)
}

// cursorsOf names the parameters and members that look like credentials and
// turn pages: without them a recorded list could not be replayed.
func cursorsOf(op *check.Operation) map[string]bool {
	known := map[string]bool{}
	if op == nil {
		return known
	}
	p, _ := op.Route.Operation.Extensions["x-pagination"].(map[string]any)
	for _, v := range []any{p["param"], p["next"]} {
		for _, name := range textsOf(v) {
			known[name[strings.LastIndex(name, ".")+1:]] = true
		}
	}
	return known
}

// exchange is the request's half of what is written.
func (c *recorded) exchange(seen *secrets) *exchange.Exchange {
	seen.request(c.rec, c.req, c.cursors)
	e := &exchange.Exchange{Source: "recorded", Method: c.req.Method, Path: c.writtenPath(seen), Query: c.query()}
	if c.op != nil {
		e.OperationID = c.op.ID
		for _, p := range c.op.Parameters() {
			v := strings.Join(c.req.Header.Values(p.Name), ", ")
			if p.In != openapi3.ParameterInHeader || v == "" || c.rec.isCredentialHeader(p.Name) || holdsCredential(v) {
				continue
			}
			if e.RequestHeaders == nil {
				e.RequestHeaders = map[string]string{}
			}
			e.RequestHeaders[http.CanonicalHeaderKey(p.Name)] = v
		}
	}
	if len(c.body) == 0 {
		e.RequestContentType, _ = c.rec.mediaType(c.req.Header.Get("Content-Type"), requestContent(c.op))
		return e
	}
	if err := c.requestBody(e, seen); err != nil {
		e.Note = fmt.Sprintf("a request body of %d bytes is left out", len(c.body))
		c.rec.tell(fmt.Errorf("%s: recorded without its request body of %d bytes: %w", c.name(), len(c.body), err))
	}
	return e
}

// requestBody writes what may be written of the body.
func (c *recorded) requestBody(e *exchange.Exchange, seen *secrets) error {
	content := requestContent(c.op)
	media, err := c.rec.mediaType(c.req.Header.Get("Content-Type"), content)
	if err != nil {
		return err
	}
	e.RequestContentType = media
	b := &body{rec: c.rec, media: media, content: content, cursors: c.cursors}
	switch exchange.MediaType(media) {
	case "multipart/form-data":
		e.RequestForm, err = b.redactor(seen).multipart(c.body, c.req.Header.Get("Content-Type"))
		return err
	case "application/x-www-form-urlencoded":
		form, err := b.redactor(seen).form(string(c.body))
		if err == nil {
			e.RequestBody = exchange.FromWire([]byte(form.Encode()), media)
		}
		return err
	}
	clean, binary, err := b.redacted(c.body, seen)
	switch {
	case err != nil:
		return err
	case binary:
		return errors.New("it is no text")
	}
	if e.RequestBody = exchange.FromWire(clean, media); string(e.RequestWire()) != string(clean) {
		e.RequestBody = nil
		return errors.New("it is not what its media type says")
	}
	return nil
}

// query is what may be written of the query. The names that nobody knows are one.
func (c *recorded) query() exchange.Query {
	known := map[string]bool{}
	if c.op != nil {
		for _, p := range c.op.Parameters() {
			known[p.Name] = p.In == openapi3.ParameterInQuery || known[p.Name]
		}
	}
	out := exchange.Query{}
	for name, values := range c.req.URL.Query() {
		allowed := known[name] || c.rec.allows(name)
		to := name
		if !allowed && !isCredentialWord(name) {
			to = redacted
		}
		for _, v := range values {
			if v != "" && (!allowed || c.rec.isCredentialQuery(name, c.cursors) || holdsCredential(v)) {
				v = redacted
			}
			out[to] = append(out[to], v)
		}
	}
	return out
}

// writtenPath redacts the path parameters that are credentials or hold one, as does
// /example.com;jsessionid=…, and those with parameters of their own, which no document declares. In
// a path that nobody knows it redacts also what follows the name of one, as in /token/….
func (c *recorded) writtenPath(seen *secrets) string {
	segments := strings.Split(c.req.URL.EscapedPath(), "/")
	if c.op != nil {
		for name, v := range c.path {
			if !isCredential(name) {
				continue
			}
			seen.add(v)
			for i, s := range segments {
				if plain, err := url.PathUnescape(s); err == nil && strings.Contains(plain, v) {
					segments[i] = url.PathEscape(redacted)
				}
			}
		}
		for i, s := range segments {
			plain, err := url.PathUnescape(s)
			_, own, found := strings.Cut(s, ";") // a client writes %3B for one inside a value
			if err != nil || found || holdsCredential(plain) {
				for pair := range strings.SplitSeq(own, ";") {
					_, v, _ := strings.Cut(pair, "=")
					seen.add(v)
				}
				segments[i] = url.PathEscape(redacted)
			}
		}
		return strings.Join(segments, "/")
	}
	for i := range segments {
		plain, err := url.PathUnescape(segments[i])
		after := i > 0 && isCredential(segments[i-1])
		if err != nil || after && plain != "" || holdsCredential(plain) || strings.Contains(plain, "=") {
			seen.add(plain)
			segments[i] = url.PathEscape(redacted)
		}
	}
	return strings.Join(segments, "/")
}
