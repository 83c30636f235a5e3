package client

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// unmarshal is strict first and tolerant second: what fits decodes on the fast path, and
// only what does not is decoded again. prefix is the JSON pointer of v in the reply. It
// fails on broken JSON, and when nothing of the value fits.
func (d *Doer) unmarshal(op *Op, prefix string, raw []byte, v any) error {
	err := json.Unmarshal(raw, v, lenient())
	if err == nil || !misfit(err) {
		return err
	}
	return d.tolerate(op, prefix, raw, v)
}

// tolerate decodes raw into v, converting what does not fit and reporting it.
func (d *Doer) tolerate(op *Op, prefix string, raw []byte, v any) error {
	reflect.ValueOf(v).Elem().SetZero()
	t := tolerance{prefix: prefix, report: func(m Mismatch) {
		m.Operation = op.ID
		d.mismatch(m)
	}}
	return json.Unmarshal(raw, v, lenient(), json.WithUnmarshalers(json.UnmarshalFromFunc(t.value)))
}

// misfit reports whether the JSON is sound and only a value has another type.
func misfit(err error) bool {
	var se *json.SemanticError
	return errors.As(err, &se)
}

func (d *Doer) mismatch(m Mismatch) {
	if d.onMismatch != nil {
		d.onMismatch(m)
	}
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

// warnOnce warns the first time that an operation leaves the specification in a place.
func warnOnce() func(Mismatch) {
	var seen sync.Map
	return func(m Mismatch) {
		if _, dup := seen.LoadOrStore(m.Operation+" "+m.Pointer, true); !dup {
			slog.Warn("reply leaves the specification", "operation", m.Operation, "pointer", m.Pointer, "want", m.Want, "got", m.Got, "kept", m.Kept)
		}
	}
}

// generic replaces array indexes of a JSON pointer by *, so that one deviation of many
// records is one place.
func generic(p jsontext.Pointer) string {
	parts := strings.Split(string(p), "/")
	for i, s := range parts {
		if s != "" && strings.Trim(s, "0123456789") == "" {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}
