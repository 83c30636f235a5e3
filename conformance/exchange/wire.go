package exchange

import (
	"bytes"
	"encoding/json"
	"mime"
	"strings"
)

// wire takes text out of its quotes unless the media type says that it is JSON.
func wire(body json.RawMessage, contentType string) []byte {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || bytes.Equal(body, []byte("null")) {
		return nil
	}
	var text string
	if !IsJSON(contentType) && json.Unmarshal(body, &text) == nil {
		return []byte(text)
	}
	return body
}

// FromWire is the reverse of [Exchange.Wire]: JSON as it is, the rest as text. It is nil for no body.
func FromWire(body []byte, contentType string) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	if IsJSON(contentType) && json.Valid(body) {
		return body
	}
	var v any
	if json.Unmarshal(body, &v) == nil {
		if _, text := v.(string); !text {
			return body // JSON under another label
		}
	}
	text, err := json.Marshal(string(body))
	if err != nil {
		return nil
	}
	return text
}

// IsJSON reports whether a media type carries JSON.
func IsJSON(contentType string) bool {
	t := MediaType(contentType)
	return t == "application/json" || strings.HasSuffix(t, "+json")
}

// MediaType is a content type without its parameters, in lower case.
func MediaType(contentType string) string {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		t, _, _ = strings.Cut(strings.ToLower(contentType), ";")
		t = strings.TrimSpace(t)
	}
	return t
}
