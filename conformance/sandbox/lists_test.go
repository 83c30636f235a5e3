package sandbox_test

import (
	"context"
	"encoding/json"
	"net/url"
	"path"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/apis"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/fixtures"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
	"github.com/threatclients/threatclients-go/engine"
)

// connect returns the generated client of an API. A value that it has to drop fails the test.
func connect(t *testing.T, in *sandbox.Instance, api string) reflect.Value {
	t.Helper()
	c, err := apis.All()[api].New(in.Sign(api), client.Server(in.Server(api)), client.AllowHTTP(), client.Backoff(0, 0),
		client.OnMismatch(func(m client.Mismatch) { assert.True(t, m.Kept, "%s: %+v", api, m) }))
	require.NoError(t, err)
	return reflect.ValueOf(c)
}

func start(t *testing.T, o sandbox.Options) *sandbox.Instance {
	t.Helper()
	in, err := sandbox.Serve(o)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, in.Close(), "closing the sandbox") })
	return in
}

// method finds a method by the operationId; initialisms change the case.
func method(c reflect.Value, id string) reflect.Value {
	for i := range c.NumMethod() {
		if strings.EqualFold(c.Type().Method(i).Name, id) {
			return c.Method(i)
		}
	}
	return reflect.Value{}
}

// usual is a successful fixture of an operation.
func usual(t *testing.T, api string, op *engine.Operation) *exchange.Exchange {
	t.Helper()
	var usual *exchange.Exchange
	for _, e := range load(t, api) {
		ok := e.OperationID == op.ID && e.Status >= 200 && e.Status < 300
		if ok && (usual == nil || path.Base(e.File) == "ok.json") {
			usual = e
		}
	}
	require.NotNil(t, usual, "%s has a successful fixture", op.ID)
	return usual
}

// pathValues are those of an exchange.
func pathValues(t *testing.T, op *engine.Operation, e *exchange.Exchange) []string {
	t.Helper()
	var values []string
	have := strings.Split(strings.Trim(e.Path, "/"), "/")
	for i, part := range strings.Split(strings.Trim(op.Path, "/"), "/") {
		if strings.HasPrefix(part, "{") {
			v, err := url.PathUnescape(have[i])
			require.NoError(t, err)
			values = append(values, v)
		}
	}
	return values
}

var loaded = map[string][]*exchange.Exchange{}

func load(t *testing.T, api string) []*exchange.Exchange {
	t.Helper()
	if loaded[api] == nil {
		list, err := exchange.Load(fixtures.FS(), api)
		require.NoError(t, err)
		loaded[api] = list
	}
	return loaded[api]
}

// plainly are arguments for a method: the path values, a window that is over, the parameters
// that must be given, and nil.
func plainly(t *testing.T, m reflect.Value, op *engine.Operation, e *exchange.Exchange) []reflect.Value {
	t.Helper()
	values := pathValues(t, op, e)
	in := []reflect.Value{reflect.ValueOf(context.Background())}
	end := time.Now().UTC().Truncate(time.Minute).Add(-time.Minute)
	window := []time.Time{end.Add(-time.Hour), end}
	for i := 1; i < m.Type().NumIn(); i++ {
		if m.Type().IsVariadic() && i == m.Type().NumIn()-1 {
			break
		}
		p := reflect.New(m.Type().In(i)).Elem()
		switch {
		case p.Kind() == reflect.Pointer && strings.HasSuffix(p.Type().Elem().Name(), "Params"):
			p.Set(required(t, p.Type().Elem(), op, e))
		case p.Type() == reflect.TypeFor[time.Time]():
			p.Set(reflect.ValueOf(window[0]))
			window = window[1:]
		case len(values) > 0 && p.Kind() == reflect.String:
			p.SetString(values[0])
			values = values[1:]
		case len(values) > 0 && p.CanInt():
			n, _ := time.ParseDuration(values[0] + "ns")
			p.SetInt(int64(n))
			values = values[1:]
		}
		in = append(in, p)
	}
	return in
}

// required is a parameter object with those that must be given, as in an exchange; nil when
// there are none.
func required(t *testing.T, of reflect.Type, op *engine.Operation, e *exchange.Exchange) reflect.Value {
	t.Helper()
	params := reflect.New(of)
	given := false
	for _, rule := range op.Rules {
		r, ok := rule.(engine.Required)
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("form"), ",")
			if !ok || name != r.Param {
				continue
			}
			require.NotEmpty(t, e.Query[name], "%s: the fixture has %s", op.ID, name)
			given = true
			if f := params.Elem().Field(i); f.Kind() == reflect.String {
				f.SetString(e.Query[name][0])
			} else {
				require.NoError(t, json.Unmarshal([]byte(e.Query[name][0]), f.Addr().Interface()), "%s: %s", op.ID, name)
			}
		}
	}
	if !given {
		return reflect.Zero(reflect.PointerTo(of))
	}
	return params
}

// drain reads an iterator to its end, one of windows with the events of each.
func drain(seq reflect.Value) (n int, err error) {
	if seq.Type().NumIn() == 1 && seq.Type().In(0).NumIn() == 1 {
		for w := range seq.Seq() {
			m, err := drain(w.MethodByName("Events").Call(nil)[0])
			if n += m; err != nil {
				return n, err
			}
		}
		return n, nil
	}
	for _, ev := range seq.Seq2() {
		if err, _ := ev.Interface().(error); err != nil {
			return n, err
		}
		if n++; n > 100_000 {
			break
		}
	}
	return n, nil
}

// Each list of each API, asked plainly by the project's own client, ends without an error and
// has an element.
func TestEachListHasElementsAndEnds(t *testing.T) {
	in := start(t, sandbox.Options{})
	lists := 0
	for name, api := range apis.All() {
		c := connect(t, in, name)
		for _, op := range api.Operations() {
			if op.Paging == nil {
				continue
			}
			lists++
			m := method(c, op.ID)
			require.True(t, m.IsValid(), "%s has a method %s", name, op.ID)
			n, err := drain(m.Call(plainly(t, m, op, usual(t, name, op)))[0])
			if assert.NoError(t, err, "%s.%s", name, op.ID) {
				assert.Positive(t, n, "%s.%s has elements", name, op.ID)
				assert.Less(t, n, 100_000, "%s.%s ends", name, op.ID)
			}
		}
	}
	t.Logf("%d lists", lists)
	assert.Greater(t, lists, 100)
}
