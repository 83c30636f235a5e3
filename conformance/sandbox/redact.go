package sandbox

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// redacted is what may be written of a body. What cannot be read is an error, so
// that nothing is written unchecked; bytes that are no text are
// as they were, if the document declares such.
func (b *body) redacted(text []byte, seen *secrets) (clean []byte, binary bool, err error) {
	media := exchange.MediaType(b.media)
	labelled := exchange.IsJSON(media) || strings.HasSuffix(media, "ndjson")
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		switch {
		case labelled:
			return nil, false, errors.New("the JSON is broken")
		case strings.HasPrefix(media, "multipart/"), !b.declared(true):
			return nil, true, errors.New("bytes that the document does not declare")
		}
		return text, true, nil
	}
	rest, marked := bytes.CutPrefix(text, byteOrderMark)
	r := b.redactor(seen)
	trimmed := bytes.TrimSpace(rest)
	switch {
	case len(trimmed) == 0:
		return text, false, nil
	case labelled, trimmed[0] == '{', trimmed[0] == '[':
		out, _, err := r.json(rest)
		if err == nil {
			clean = text
			if r.changed {
				if clean = out; marked {
					clean = append(bytes.Clone(byteOrderMark), out...)
				}
			}
			return clean, false, nil
		}
		if labelled || trimmed[0] == '{' || !b.declared(false) {
			return nil, false, err
		}
	}
	switch {
	case strings.HasPrefix(media, "multipart/"):
		return nil, false, errors.New("a multipart body")
	case !b.declared(false):
		return nil, false, errors.New("a text that the document does not declare")
	case media == "application/xml", media == "text/xml", strings.HasSuffix(media, "+xml"), bytes.HasPrefix(trimmed, []byte("<?xml")):
		clean, err = r.xml(text)
		return clean, false, err
	case media == "application/x-www-form-urlencoded":
		form, err := r.form(string(text))
		return []byte(form.Encode()), false, err
	}
	return []byte(redactText(string(text))), false, nil
}
