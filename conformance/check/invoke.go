package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
)

// method finds a method by the operationId; initialisms change the case.
func method(v reflect.Value, name string) reflect.Value {
	for i := range v.NumMethod() {
		if strings.EqualFold(v.Type().Method(i).Name, name) {
			return v.Method(i)
		}
	}
	return reflect.Value{}
}

func takesWindow(m reflect.Value) bool {
	t := reflect.TypeFor[time.Time]()
	return m.Type().NumIn() > 2 && m.Type().In(1) == t && m.Type().In(2) == t
}

// call fills the arguments of m from the exchange and calls it. An iterator is read up to
// the elements of the exchange and given up, which must not cause another request.
func (r *run) call(m reflect.Value) (any, error) {
	in, err := r.arguments(m)
	if err != nil {
		return nil, err
	}
	out := m.Call(in)
	last := out[len(out)-1]
	switch {
	case last.Type() == reflect.TypeFor[error]():
		err, _ := last.Interface().(error)
		if len(out) == 1 {
			return nil, err
		}
		body, ok := out[0].Interface().(io.ReadCloser)
		if res, raw := out[0].Interface().(*http.Response); raw && res != nil {
			body, ok = res.Body, true
		}
		if ok && err == nil {
			b, rerr := io.ReadAll(body)
			return b, errors.Join(rerr, body.Close())
		}
		return out[0].Interface(), err
	case last.Type().NumIn() == 1 && last.Type().In(0).NumIn() == 1: // windows
		for w := range last.Seq() {
			return drain(w.MethodByName("Events").Call(nil)[0], r.limit())
		}
		return nil, errors.New("no window")
	}
	return drain(last, r.limit())
}

// limit is how many elements are read of an iterator: with none it must end by itself.
func (r *run) limit() int {
	var body any
	_ = exchange.DecodeJSON(r.Wire(), &body)
	if r.envelopeRefuses(body) {
		return -1
	}
	return r.elements(body)
}

// drain reads n elements of an iterator, or all.
func drain(seq reflect.Value, n int) (any, error) {
	got := []any{}
	for v, ev := range seq.Seq2() {
		if err, _ := ev.Interface().(error); err != nil {
			return got, err
		}
		if got = append(got, v.Interface()); len(got) == n {
			return got, nil
		}
	}
	return got, nil
}

// arguments are those of the method, in the order of its parameters.
func (r *run) arguments(m reflect.Value) ([]reflect.Value, error) {
	mt, names := m.Type(), r.pathNames()
	in := []reflect.Value{reflect.ValueOf(context.Background())}
	for i := 1; i < mt.NumIn()-1; i++ {
		p := reflect.New(mt.In(i)).Elem()
		var err error
		switch {
		case p.Type() == reflect.TypeFor[time.Time]():
			from, to, _ := strings.Cut(r.Query["interval"][0], "/")
			t, perr := time.Parse(time.RFC3339, map[int]string{1: from, 2: to}[i])
			p.Set(reflect.ValueOf(t))
			err = perr
		case p.Kind() == reflect.Pointer && strings.HasSuffix(p.Type().Elem().Name(), "Params"):
			p.Set(reflect.New(p.Type().Elem()))
			err = r.params(p.Elem(), takesWindow(m))
		case p.Type() == reflect.TypeFor[io.Reader]():
			p.Set(reflect.ValueOf(r.reader()))
		case len(names) > 0:
			err = set(p, filled(r.values[names[0]]))
			names = names[1:]
		case p.Kind() == reflect.String && i < mt.NumIn()-2 && mt.In(i+1) == reflect.TypeFor[io.Reader]():
			p.SetString(r.requestType())
		default:
			err = r.body(p)
		}
		if err != nil {
			return nil, fmt.Errorf("argument %d of %s: %w", i, r.op.ID, err)
		}
		in = append(in, p)
	}
	return in, nil
}

func (r *run) pathNames() (names []string) {
	for _, s := range strings.Split(r.op.Path, "{")[1:] {
		name, _, _ := strings.Cut(s, "}")
		names = append(names, name)
	}
	return names
}

// body decodes the request body; a member that the type does not have would not be sent.
func (r *run) body(p reflect.Value) error {
	b := r.RequestWire()
	if len(b) == 0 {
		return nil
	}
	if p.Kind() == reflect.Slice && p.Type().Elem().Kind() != reflect.Uint8 && b[0] == '{' {
		b = slices.Concat([]byte{'['}, b, []byte{']'}) // one element; a client sends the list
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(p.Addr().Interface())
}

func (r *run) requestType() string {
	if len(r.RequestForm) > 0 {
		return formType
	}
	return r.RequestContentType
}

const formBoundary = "runner-boundary"
const formType = "multipart/form-data; boundary=" + formBoundary

// reader is an upload: the text of the exchange, or its form.
func (r *run) reader() io.Reader {
	if len(r.RequestForm) == 0 {
		return bytes.NewReader(r.RequestWire())
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	_ = form.SetBoundary(formBoundary)
	for name, v := range r.RequestForm {
		_ = form.WriteField(name, v)
	}
	_ = form.Close()
	return &b
}

// params fills the parameter object; a parameter that it does not have is an error.
func (r *run) params(p reflect.Value, window bool) error {
	left := map[string][]string{}
	for name, v := range r.Query {
		left[name] = v
	}
	if window {
		delete(left, "interval")
	}
	if r.op.Media != nil {
		delete(left, r.op.Media.Param) // the method says it
	}
	for i := range p.NumField() {
		tag := p.Type().Field(i).Tag
		name, _, _ := strings.Cut(tag.Get("form"), ",")
		if name == "" {
			name, _, _ = strings.Cut(tag.Get("json"), ",")
			if h, ok := r.RequestHeaders[http.CanonicalHeaderKey(name)]; ok {
				if err := set(p.Field(i), h); err != nil {
					return fmt.Errorf("header %s: %w", name, err)
				}
			}
			continue
		}
		if v, ok := left[name]; ok {
			delete(left, name)
			if err := set(p.Field(i), v...); err != nil {
				return fmt.Errorf("query %s: %w", name, err)
			}
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("%s has no field for %v", p.Type(), left)
	}
	return nil
}

// set assigns the text of a parameter.
func set(p reflect.Value, texts ...string) error {
	switch {
	case p.Kind() == reflect.Pointer:
		p.Set(reflect.New(p.Type().Elem()))
		return set(p.Elem(), texts...)
	case p.Kind() == reflect.Slice:
		var all []string
		for _, s := range texts {
			all = append(all, strings.Split(s, ",")...)
		}
		p.Set(reflect.MakeSlice(p.Type(), len(all), len(all)))
		for i := range all {
			if err := set(p.Index(i), all[i]); err != nil {
				return err
			}
		}
		return nil
	case p.Kind() == reflect.String:
		p.SetString(texts[0])
		return nil
	case p.Type() == reflect.TypeFor[time.Time]():
		t, err := time.Parse(time.RFC3339, texts[0])
		p.Set(reflect.ValueOf(t))
		return err
	case p.Kind() == reflect.Bool || p.CanInt() || p.CanFloat():
		s := texts[0]
		if exchange.IsPlaceholder(s) {
			s = map[bool]string{true: "false", false: "1"}[p.Kind() == reflect.Bool]
		}
		return json.Unmarshal([]byte(strings.ToLower(s)), p.Addr().Interface())
	}
	b, err := json.Marshal(texts[0])
	if err != nil {
		return err
	}
	return json.Unmarshal(b, p.Addr().Interface())
}
