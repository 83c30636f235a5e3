// Package exchange reads exchanges, files that hold one request and its answer, and tells how
// a request that arrived differs from one. README.md of the folder above describes the
// members. It looks into no OpenAPI document and knows no client.
package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// Exchange is one request and its answer, as a file holds them. README.md
// describes the members.
type Exchange struct {
	// File is where the exchange was read, relative to the folder that was
	// loaded. It is not part of the file.
	File string `json:"-"`

	Source      string `json:"source,omitempty"`
	OperationID string `json:"operationId,omitempty"`
	// Operation is an older name of OperationID; sheets of samples use it.
	Operation string `json:"operation,omitempty"`

	Method string `json:"method"`
	Path   string `json:"path"` // percent-encoded, with or without the server's base path
	Query  Query  `json:"query"`
	// RawQueryEncoded is how a document prints the query, when that differs.
	RawQueryEncoded    string            `json:"rawQueryEncoded,omitempty"`
	RequestHeaders     map[string]string `json:"requestHeaders,omitempty"`
	RequestContentType string            `json:"requestContentType,omitempty"`
	RequestForm        map[string]string `json:"requestForm,omitempty"`
	RequestBody        json.RawMessage   `json:"requestBody,omitempty"`

	Status         int               `json:"status"` // 0: nothing is known of the answer
	StatusInferred bool              `json:"statusInferred,omitempty"`
	ResponseHeader map[string]string `json:"responseHeaders,omitempty"`
	ContentType    string            `json:"contentType"`
	Body           json.RawMessage   `json:"body"` // a JSON value; text for other media; null for no body
	// BodyBase64 is the body where it is no text, or not exactly what Body can say; Body is null then.
	BodyBase64 []byte `json:"bodyBase64,omitempty"`

	Part       json.RawMessage `json:"fragment,omitempty"`   // the document prints a part of the answer only
	Historical json.RawMessage `json:"historical,omitempty"` // an older document's state
	Repaired   string          `json:"repaired,omitempty"`   // what was mended in a broken original
	Note       string          `json:"note,omitempty"`
	Locator    string          `json:"locator,omitempty"`
	Object     string          `json:"object,omitempty"`
	Variant    string          `json:"variant,omitempty"`
}

// Query holds the parameters of a request: one or several values for a name.
type Query map[string][]string

// UnmarshalJSON accepts a text, a number or a boolean for one value, and a list
// of them for a repeated name.
func (q *Query) UnmarshalJSON(b []byte) error {
	var raw map[string]any
	if err := DecodeJSON(b, &raw); err != nil {
		return err
	}
	*q = make(Query, len(raw))
	for name, v := range raw {
		values, ok := v.([]any)
		if !ok {
			values = []any{v}
		}
		for _, v := range values {
			switch v.(type) {
			case string, json.Number, bool:
				(*q)[name] = append((*q)[name], fmt.Sprint(v))
			default:
				return fmt.Errorf("query %s: %T is no query value", name, v)
			}
		}
	}
	return nil
}

// MarshalJSON writes a single value as text and several as a list.
func (q Query) MarshalJSON() ([]byte, error) {
	out := make(map[string]any, len(q))
	for name, values := range q {
		if len(values) == 1 {
			out[name] = values[0]
		} else {
			out[name] = values
		}
	}
	return json.Marshal(out)
}

// Fragment reports that the file holds only a part of an exchange, which
// cannot be checked.
func (e *Exchange) Fragment() bool { return e.Method == "" || e.Path == "" || len(e.Part) > 0 }

// HasBody reports whether the answer has a body. A null says no; so does an
// empty text.
func (e *Exchange) HasBody() bool { return len(e.Wire()) > 0 }

// Wire is the body of the answer as it goes over the wire.
func (e *Exchange) Wire() []byte {
	if len(e.BodyBase64) > 0 {
		return e.BodyBase64
	}
	return wire(e.Body, e.ContentType)
}

// SetHeader puts the headers of the answer into h, its Content-Type included.
func (e *Exchange) SetHeader(h http.Header) {
	for name, value := range e.ResponseHeader {
		h.Set(name, value)
	}
	if e.ContentType != "" {
		h.Set("Content-Type", e.ContentType)
	}
}

// RequestWire is the body of the request as it goes over the wire.
func (e *Exchange) RequestWire() []byte { return wire(e.RequestBody, e.RequestContentType) }

// Parse reads one exchange file.
func Parse(b []byte) (*Exchange, error) {
	e := new(Exchange)
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(e); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("something follows the exchange")
	}
	if e.OperationID == "" {
		e.OperationID = e.Operation
	}
	e.Method = strings.ToUpper(e.Method)
	for k, v := range e.RequestHeaders {
		if c := http.CanonicalHeaderKey(k); c != k {
			delete(e.RequestHeaders, k)
			e.RequestHeaders[c] = v
		}
	}
	return e, nil
}

// Load reads every .json file below a folder of fsys, sorted by name.
// Fragments are among them.
func Load(fsys fs.FS, dir string) ([]*Exchange, error) {
	var all []*Exchange
	err := fs.WalkDir(fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".json" {
			return err
		}
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		e, err := Parse(b)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		e.File = strings.TrimPrefix(strings.TrimPrefix(name, dir), "/")
		all = append(all, e)
		return nil
	})
	return all, err
}
