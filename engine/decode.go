package engine

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/client"
)

// unmarshal is strict first and tolerant second: what fits decodes on the fast path, and
// only what does not is decoded again. prefix is the JSON pointer of v in the reply. It
// fails on broken JSON, and when nothing of the value fits.
func (p *Pipeline) unmarshal(op *Operation, prefix string, raw []byte, v any) error {
	err := json.Unmarshal(raw, v, lenient())
	if err == nil || !misfit(err) {
		return err
	}
	return p.tolerate(op, prefix, raw, v)
}

// tolerate decodes raw into v, converting what does not fit and reporting it.
func (p *Pipeline) tolerate(op *Operation, prefix string, raw []byte, v any) error {
	reflect.ValueOf(v).Elem().SetZero()
	t := tolerance{prefix: prefix, report: func(m client.Mismatch) {
		m.Operation = op.ID
		p.mismatch(m)
	}}
	return json.Unmarshal(raw, v, lenient(), json.WithUnmarshalers(json.UnmarshalFromFunc(t.value)))
}

// misfit reports whether the JSON is sound and only a value has another type.
func misfit(err error) bool {
	var se *json.SemanticError
	return errors.As(err, &se)
}

// decodeReason is a decoding failure without the values that the JSON engine quotes.
func decodeReason(err error) string {
	var semantic *json.SemanticError
	var syntax *jsontext.SyntacticError
	switch {
	case errors.As(err, &semantic):
		return fmt.Sprintf("a JSON %s does not fit %v", semantic.JSONKind, semantic.GoType)
	case errors.As(err, &syntax):
		return fmt.Sprintf("broken JSON after byte %d", syntax.ByteOffset)
	}
	return err.Error()
}

// generic replaces array indexes of a JSON pointer by *, so that one deviation of many
// records is one place.
func generic(at jsontext.Pointer) string {
	parts := strings.Split(string(at), "/")
	for i, s := range parts {
		if s != "" && strings.Trim(s, "0123456789") == "" {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}
