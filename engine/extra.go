package engine

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"sync"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MarshalJSON is that of a generated type which keeps the members that its document does
// not know. encoding/json of Go 1.26 cannot put them back in their place by itself.
func MarshalJSON(x any) ([]byte, error) {
	return jsonv2.Marshal(x, lenient(), jsonv2.Deterministic(true))
}

// UnmarshalJSON is that of a generated type for encoding/json.
func UnmarshalJSON(b []byte, x any) error { return jsonv2.Unmarshal(b, x, lenient()) }

// MarshalJSONTo is that of a generated type; plain is its value without methods.
func MarshalJSONTo(e *jsontext.Encoder, plain any) error { return jsonv2.MarshalEncode(e, plain) }

// UnmarshalJSONFrom is that of a generated type; plain is its value without methods. A member
// under another name that the document has for it (a field's tag says which) moves to its
// field, unless the member itself is there too: then the other one stays in extra.
func UnmarshalJSONFrom(d *jsontext.Decoder, plain any, extra *map[string]json.RawMessage) error {
	if err := jsonv2.UnmarshalDecode(d, plain); err != nil || extra == nil || len(*extra) == 0 {
		return err
	}
	rv := reflect.ValueOf(plain).Elem()
	for _, a := range aliasesOf(rv.Type()) {
		raw, ok := (*extra)[a.alias]
		if !ok || !rv.Field(a.field).IsZero() {
			continue
		}
		if err := decodeMember(d, a.name, raw, plain); err != nil {
			return err
		}
		if delete(*extra, a.alias); len(*extra) == 0 {
			*extra = nil
		}
	}
	return nil
}

// decodeMember decodes one member under its own name, at the place of d and with its
// options. A decoder can only be placed there by reading the opening tokens.
func decodeMember(d *jsontext.Decoder, name string, raw []byte, plain any) error {
	doc, tokens := opening(d.StackPointer())
	doc = append(doc, '{')
	doc, _ = jsontext.AppendQuote(doc, name)
	doc = append(append(append(doc, ':'), raw...), '}')
	sub := jsontext.NewDecoder(bytes.NewReader(doc), d.Options())
	for range tokens {
		if _, err := sub.ReadToken(); err != nil {
			return err
		}
	}
	return jsonv2.UnmarshalDecode(sub, plain)
}

// opening is the JSON that opens the arrays and objects of a pointer, and its tokens.
func opening(at jsontext.Pointer) (doc []byte, tokens int) {
	for s := range at.Tokens() {
		if strings.Trim(s, "0123456789") == "" {
			doc, tokens = append(doc, '['), tokens+1
			continue
		}
		doc = append(doc, '{')
		doc, _ = jsontext.AppendQuote(doc, s)
		doc, tokens = append(doc, ':'), tokens+2
	}
	return doc, tokens
}

type alias struct {
	field       int
	name, alias string
}

var aliasCache sync.Map // reflect.Type to []alias

// aliasesOf are the other names that the tags of t give its members.
func aliasesOf(t reflect.Type) []alias {
	if known, ok := aliasCache.Load(t); ok {
		return known.([]alias)
	}
	var list []alias
	for i := 0; t.Kind() == reflect.Struct && i < t.NumField(); i++ {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		for s := range strings.SplitSeq(f.Tag.Get("aliases"), ",") {
			if s != "" {
				list = append(list, alias{i, name, s})
			}
		}
	}
	aliasCache.Store(t, list)
	return list
}
