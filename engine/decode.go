package engine

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/threatclients/threatclients-go/client"
)

// unmarshal decodes strictly first: what fits decodes on the fast path, and only what does not
// is decoded again, tolerantly. prefix is the JSON pointer of v in the reply. It
// fails on broken JSON, and when nothing of the value fits. lost are the members (dotted
// names) of which nothing was decoded.
func (p *Pipeline) unmarshal(op *Operation, prefix string, raw []byte, v any) (lost []string, err error) {
	if t := reflect.TypeOf(v).Elem(); isUnion(t) && jsonKind(jsontext.Value(raw)) != '{' {
		return nil, &json.SemanticError{JSONKind: jsonKind(jsontext.Value(raw)), GoType: t}
	}
	if err := json.Unmarshal(raw, v, lenient()); err == nil && !hasNullElement(raw) || err != nil && !misfit(err) {
		return nil, err
	}
	return p.tolerate(op, prefix, raw, v)
}

// hasNullElement reports whether an array holds null, or a text says so: as an element it would
// become one that nobody wrote.
func hasNullElement(raw []byte) bool {
	for {
		before, after, found := bytes.Cut(raw, []byte("null"))
		before = bytes.TrimRight(before, " \t\r\n")
		if !found || bytes.HasSuffix(before, []byte("[")) || bytes.HasSuffix(before, []byte(",")) {
			return found
		}
		raw = after
	}
}

// tolerate decodes raw into v, converting what does not fit and reporting it.
func (p *Pipeline) tolerate(op *Operation, prefix string, raw []byte, v any) (lost []string, err error) {
	err = tolerantly(raw, v, prefix, func(m client.Mismatch) {
		m.Operation = op.ID
		if !m.Kept {
			lost = append(lost, strings.ReplaceAll(strings.TrimPrefix(m.Pointer, "/"), "/", "."))
		}
		p.mismatch(m)
	})
	return lost, err
}

// tolerantly decodes raw into v anew, and reports each conversion and each loss.
func tolerantly(raw []byte, v any, prefix string, report func(client.Mismatch)) error {
	reflect.ValueOf(v).Elem().SetZero()
	return tolerance{report: report}.decode(raw, v, prefix)
}

// isUnion reports whether t is a union, which keeps raw JSON and accepts any.
func isUnion(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	_, ok := t.FieldByName("union")
	return ok
}

// misfit reports whether the JSON is well-formed and only a value has another type.
func misfit(err error) bool {
	_, ok := errors.AsType[*json.SemanticError](err)
	return ok
}

// decodeReason is a decoding failure without the values that the JSON engine quotes.
func decodeReason(err error) string {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		return fmt.Sprintf("a JSON %s does not fit %s", kindName(semantic.JSONKind), strings.Replace(fmt.Sprint(semantic.GoType), ".plain", ".", 1))
	}
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Sprintf("broken JSON after byte %d", syntax.ByteOffset)
	}
	return err.Error()
}
