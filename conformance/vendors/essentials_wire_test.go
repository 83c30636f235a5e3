package vendors_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
	"github.com/threatclients/threatclients-go/specs"
)

// Every member of every schema that is sent, wherever it stands in a body: absent, null,
// empty and zero are four different things, and each arrives as it is meant, alone. What
// to expect comes from the document and not from the Go types.
func TestEssentialsWritesOnTheWire(t *testing.T) {
	document, err := specs.Document(specs.Essentials)
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(document)
	require.NoError(t, err)
	w := &wire{T: t, seen: map[string]bool{}}
	c, _ := essentialsClient(t, func(_ int, rw http.ResponseWriter, r *http.Request) {
		w.line, w.media = r.Method+" "+r.URL.Path, r.Header.Get("Content-Type")
		w.sent, _ = io.ReadAll(r.Body)
		rw.WriteHeader(http.StatusNoContent)
	})
	bodies := 0
	for path, item := range doc.Paths.Map() {
		for verb, op := range item.Operations() {
			if op.RequestBody == nil {
				continue
			}
			bodies++
			w.operation = op.OperationID
			w.method = methodOf(c, op.OperationID)
			w.want = verb + " /api/v1" + placeholder.Replace(path)
			ref := op.RequestBody.Value.Content.Get("application/json").Schema
			w.body(ref, w.method.Type().In(w.method.Type().NumIn()-2))
		}
	}
	stated := 0
	for name, s := range doc.Components.Schemas {
		if s.Value.Extensions["x-usage"] != "write" {
			continue
		}
		stated++
		assert.True(t, w.seen[name], "%s is sent nowhere", name)
	}
	t.Logf("%d bodies of %d schemas, %d members, %d requests, %d refused", bodies, stated, w.members, w.requests, w.refused)
	assert.Equal(t, 32, stated, "operations with a body")
	assert.Equal(t, 32, bodies, "schemas of bodies")
}

var placeholder = strings.NewReplacer("{domain}", "x", "{targetDomain}", "x", "{selector}", "x", "{user}", "x", "{group}", "x", "{uuid}", "x", "{label}", "x")

func methodOf(c *essentials.Client, operation string) reflect.Value {
	v := reflect.ValueOf(c)
	for i := range v.NumMethod() {
		if strings.EqualFold(v.Type().Method(i).Name, operation) {
			return v.Method(i)
		}
	}
	return reflect.Value{}
}

// wire calls one operation after another and compares what arrives.
type wire struct {
	*testing.T
	operation string
	method    reflect.Value
	want      string // request line

	line, media string
	sent        []byte

	seen                       map[string]bool // schemas by name
	members, requests, refused int
}

// call sends a body and returns what arrived, nil when nothing did.
func (w *wire) call(body reflect.Value) (any, error) {
	w.Helper()
	mt := w.method.Type()
	in := []reflect.Value{reflect.ValueOf(context.Background())}
	for i := 1; i < mt.NumIn()-2; i++ {
		in = append(in, reflect.ValueOf("x").Convert(mt.In(i)))
	}
	w.sent, w.line = nil, ""
	out := w.method.Call(append(in, body))
	err, _ := out[len(out)-1].Interface().(error)
	if w.sent == nil {
		w.refused++
		return nil, err
	}
	w.requests++
	if w.line != w.want || w.media != "application/json" {
		w.Errorf("%s: %s of type %q, want %s", w.operation, w.line, w.media, w.want)
	}
	var got any
	if err := json.Unmarshal(w.sent, &got); err != nil {
		w.Errorf("%s: %v in %s", w.operation, err, w.sent)
	}
	return got, err
}

// expect sends a body that must arrive as want.
func (w *wire) expect(what string, body reflect.Value, want any) {
	w.Helper()
	if got, err := w.call(body); !reflect.DeepEqual(got, want) {
		b, _ := json.Marshal(want)
		w.Errorf("%s, %s: %s arrived, want %s (%v)", w.operation, what, w.sent, b, err)
	}
}

// body goes through the body of an operation: an object, a list of objects or a list of texts.
func (w *wire) body(ref *openapi3.SchemaRef, t reflect.Type) {
	w.name(ref)
	if !ref.Value.Type.Is("array") {
		w.object(place{w.operation, ref.Value, t, func(v reflect.Value, j any) (reflect.Value, any) { return v, j }, true})
		return
	}
	one, j := least(ref.Value.Items.Value, t.Elem())
	require.EqualValues(w, 1, ref.Value.MinItems, "%s: elements that the list must have", w.operation)
	got, err := w.call(reflect.MakeSlice(t, 0, 0))
	require.ErrorIs(w, err, client.ErrInvalid, "%s: an empty list", w.operation)
	assert.Nil(w, got, "%s: an empty list is sent all the same", w.operation)
	w.expect("a list of one", list(t, one), []any{j})
	w.expect("a list of two", list(t, one, one), []any{j, j})
	if ref.Value.Items.Ref != "" {
		w.name(ref.Value.Items)
		w.object(place{w.operation, ref.Value.Items.Value, t.Elem(), func(v reflect.Value, j any) (reflect.Value, any) { return list(t, v), []any{j} }, true})
	}
}

func (w *wire) name(ref *openapi3.SchemaRef) {
	w.seen[ref.Ref[strings.LastIndex(ref.Ref, "/")+1:]] = true
}

// place is where an object of a schema stands in a body.
type place struct {
	name   string
	schema *openapi3.Schema
	in     reflect.Type
	// around is the body that holds such an object and otherwise only what is required.
	around func(reflect.Value, any) (reflect.Value, any)
	top    bool
}

// object sends each member of an object in each state, alone.
func (w *wire) object(p place) {
	v, j := least(p.schema, p.in)
	body, want := p.around(v, j)
	w.expect(p.name+", nothing optional", body, want)
	for i := range p.in.NumField() {
		if key := keyOf(p.in.Field(i)); key != "" && key != "-" && p.schema.Properties[key] == nil {
			w.Errorf("%s.%s is not in the document", p.name, key)
		}
	}
	for key, ref := range p.schema.Properties {
		if strings.HasPrefix(key, "white_list") || strings.HasPrefix(key, "black_list") {
			w.Errorf("%s.%s: a deprecated name is written", p.name, key)
		}
		field, ok := fieldOf(p.in, key)
		if !ok {
			w.Errorf("%s.%s has no field", p.name, key)
			continue
		}
		w.members++
		w.member(p, key, field, ref)
	}
	if p.schema.AdditionalProperties.Has != nil && *p.schema.AdditionalProperties.Has {
		for _, x := range []any{true, false, nil, 0.0, ""} {
			v, j := least(p.schema, p.in)
			v.FieldByName("AdditionalProperties").Set(reflect.ValueOf(map[string]any{"a_new_one": x}))
			body, want := p.around(v, with(j, "a_new_one", x))
			w.expect(p.name+", another member", body, want)
		}
	}
}

func (w *wire) member(p place, key string, field reflect.StructField, ref *openapi3.SchemaRef) {
	name := p.name + "." + key
	schema, null := ref.Value, ref.Value.Nullable
	if len(schema.AllOf) == 1 {
		ref = schema.AllOf[0]
		schema = ref.Value
	}
	required := slices.Contains(p.schema.Required, key)
	if bare := base(field.Type) == field.Type; bare != required {
		w.Errorf("%s: required %t, but a field of type %s", name, required, field.Type)
		return
	}
	if holds := strings.HasPrefix(field.Type.String(), "nullable."); holds != null {
		w.Errorf("%s: null %t, but a field of type %s", name, null, field.Type)
		return
	}
	put := func(state string, x reflect.Value, j any) {
		v, least := least(p.schema, p.in)
		v.FieldByIndex(field.Index).Set(x)
		body, want := p.around(v, with(least, key, j))
		empty := schema.MinLength > 0 && j == "" || schema.MinItems > 0 && reflect.DeepEqual(j, []any{})
		if required && empty { // a field that nobody set goes out so
			if got, err := w.call(body); p.top && (got != nil || !errors.Is(err, client.ErrInvalid)) {
				w.Errorf("%s: empty and required, and not refused: %s %v", name, w.sent, err)
			}
			return
		}
		w.expect(name+", "+state, body, want)
	}
	for _, s := range states(schema, base(field.Type)) {
		put(s.name, dress(field.Type, s.value), s.json)
	}
	if null {
		x := reflect.New(field.Type)
		x.MethodByName("SetNull").Call(nil)
		put("null", x.Elem(), nil)
	}
	inner, elem := ref, base(field.Type)
	if schema.Type.Is("array") {
		inner, elem = schema.Items, elem.Elem()
	}
	if inner.Value.Type.Is("object") {
		w.name(inner)
		w.object(place{name, inner.Value, elem, func(x reflect.Value, j any) (reflect.Value, any) {
			if schema.Type.Is("array") {
				x, j = list(base(field.Type), x), []any{j}
			}
			v, least := least(p.schema, p.in)
			v.FieldByIndex(field.Index).Set(dress(field.Type, x))
			return p.around(v, with(least, key, j))
		}, false})
	}
}

// state is a value of a member and what it is on the wire.
type state struct {
	name  string
	value reflect.Value
	json  any
}

// states are the values of a schema that must stay apart.
func states(s *openapi3.Schema, t reflect.Type) []state {
	value, j := least(s, t)
	all := []state{{"a value", value, j}}
	zero := reflect.New(t).Elem()
	switch {
	case s.Type.Is("string"):
		return append(all, state{"empty", zero, ""})
	case s.Type.Is("boolean"):
		return append(all, state{"false", zero, false})
	case s.Type.Is("integer"):
		return append(all, state{"zero", zero, 0.0})
	case s.Type.Is("array"):
		return append(all, state{"empty", reflect.MakeSlice(t, 0, 0), []any{}})
	}
	return all
}

// least is a value with nothing that is optional, and its JSON.
func least(s *openapi3.Schema, t reflect.Type) (reflect.Value, any) {
	v := reflect.New(t).Elem()
	switch {
	case s.Format == "date-slash":
		v.Set(reflect.ValueOf(client.NewSlashDate(2026, time.January, 31)))
		return v, "2026/01/31"
	case s.Type.Is("string"):
		v.SetString("<x>")
		return v, "<x>"
	case s.Type.Is("boolean"):
		v.SetBool(true)
		return v, true
	case s.Type.Is("integer"):
		v.SetInt(7)
		return v, 7.0
	case s.Type.Is("array"):
		one, j := least(s.Items.Value, t.Elem())
		return list(t, one), []any{j}
	}
	all := map[string]any{}
	for _, key := range s.Required {
		if field, ok := fieldOf(t, key); ok {
			x, j := least(s.Properties[key].Value, base(field.Type))
			v.FieldByIndex(field.Index).Set(dress(field.Type, x))
			all[key] = j
		}
	}
	return v, all
}

func list(t reflect.Type, of ...reflect.Value) reflect.Value {
	return reflect.Append(reflect.MakeSlice(t, 0, len(of)), of...)
}

// with is a copy of an object with one more member.
func with(object any, key string, j any) any {
	all := map[string]any{key: j}
	for k, v := range object.(map[string]any) {
		if k != key {
			all[k] = v
		}
	}
	return all
}

func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return key
}

func fieldOf(t reflect.Type, key string) (reflect.StructField, bool) {
	return t.FieldByNameFunc(func(name string) bool { f, _ := t.FieldByName(name); return keyOf(f) == key })
}

// base is the type of what an optional member holds.
func base(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer || strings.HasPrefix(t.String(), "nullable.") {
		return t.Elem()
	}
	return t
}

// dress is v in the form of a field: as it is, behind a pointer, or in a nullable.Nullable.
func dress(t reflect.Type, v reflect.Value) reflect.Value {
	x := reflect.New(t)
	switch {
	case t.Kind() == reflect.Pointer:
		x.Elem().Set(reflect.New(t.Elem()))
		x.Elem().Elem().Set(v)
	case base(t) != t:
		x.MethodByName("Set").Call([]reflect.Value{v})
	default:
		x.Elem().Set(v)
	}
	return x.Elem()
}
