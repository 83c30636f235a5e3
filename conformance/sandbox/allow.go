package sandbox

import (
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// answerHeader are the headers of answers that are kept without being declared:
// dates and rate limits.
var answerHeader = regexp.MustCompile(`(?i)^(date|age|expires|last-modified|retry-after|(x-)?rate-?limit[a-z-]*|content-language)$`)

// charsets are the values of the one parameter of a media type that is kept.
var charsets = []string{"utf-8", "us-ascii", "iso-8859-1", "windows-1252", "utf-16"}

// mediaTypes are those that may be named without being declared.
var mediaTypes = regexp.MustCompile(`^(application/((problem\+|hal\+|vnd\.api\+)?json|x-ndjson|xml|pdf|zip|gzip|octet-stream|x-www-form-urlencoded)|` +
	`text/(plain|html|csv|xml)|multipart/form-data|image/(png|jpeg|gif))$`)

// body is one body that the document describes, or nothing that it does.
type body struct {
	rec     *Recorder
	media   string // as it is written; "" for none
	content openapi3.Content
	cursors map[string]bool
}

// allows reports that Allow names a parameter or a member.
func (rec *Recorder) allows(name string) bool {
	return slices.Contains(rec.Allow, name) || slices.Contains(rec.Allow, "*")
}

// mediaType is a content type as it may be written.
func (rec *Recorder) mediaType(contentType string, content openapi3.Content) (string, error) {
	if contentType == "" {
		return "", nil
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || content[media] == nil && !mediaTypes.MatchString(media) {
		return "", fmt.Errorf("a media type that nobody declared")
	}
	if charset := strings.ToLower(params["charset"]); slices.Contains(charsets, charset) {
		media += "; charset=" + charset
	}
	return media, nil
}

// declared reports that the document has this media type here. Bytes of any
// kind are declared by format binary, since servers label files as they like.
func (b *body) declared(binary bool) bool {
	if b.rec.allows("*") || b.content.Get(exchange.MediaType(b.media)) != nil {
		return true
	}
	for _, m := range b.content {
		if binary && m.Schema != nil && m.Schema.Value.Format == "binary" {
			return true
		}
	}
	return false
}

// shape is what the document says about the body: under its own media type, and
// as JSON, which servers send under other labels.
func (b *body) shape() shape {
	var refs []*openapi3.SchemaRef
	if m := b.content.Get(exchange.MediaType(b.media)); m != nil {
		refs = append(refs, m.Schema)
	}
	for name, m := range b.content {
		if exchange.IsJSON(name) {
			refs = append(refs, m.Schema)
		}
	}
	return shapeOf(refs...)
}

// answerContent is what the document declares for a status.
func answerContent(op *check.Operation, status int) openapi3.Content {
	if op == nil {
		return nil
	}
	ref := op.Route.Operation.Responses.Status(status)
	if ref == nil {
		ref = op.Route.Operation.Responses.Default()
	}
	if ref == nil {
		return nil
	}
	return ref.Value.Content
}

func requestContent(op *check.Operation) openapi3.Content {
	if op == nil || op.Route.Operation.RequestBody == nil {
		return nil
	}
	return op.Route.Operation.RequestBody.Value.Content
}

// keepsAnswerHeader decides by the list, the document and Keep. Cookies and
// other credentials are kept by none of them.
func (rec *Recorder) keepsAnswerHeader(op *check.Operation, status int, name string) bool {
	if rec.isCredentialHeader(name) {
		return false
	}
	same := func(other string) bool { return strings.EqualFold(other, name) }
	if answerHeader.MatchString(name) || slices.ContainsFunc(rec.Keep, same) {
		return true
	}
	if op == nil {
		return false
	}
	ref := op.Route.Operation.Responses.Status(status)
	if ref == nil || http.CanonicalHeaderKey(name) == "Content-Type" || http.CanonicalHeaderKey(name) == "Content-Encoding" {
		return false
	}
	for declared := range ref.Value.Headers {
		if same(declared) {
			return true
		}
	}
	return false
}
