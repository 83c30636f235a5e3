package policy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	clients "github.com/threatclients/threatclients-go/conformance/apis"
	"github.com/threatclients/threatclients-go/conformance/check"
	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/specs"
)

// No error of any operation repeats a member of its body that the document calls secret.
func TestNothingPrintsSecretMembers(t *testing.T) {
	operations, members := 0, 0
	for _, name := range specs.Names() {
		text, err := specs.Document(name)
		require.NoError(t, err)
		doc, err := openapi3.NewLoader().LoadFromData(text)
		require.NoError(t, err)
		places := map[string][][]string{}
		for _, item := range doc.Paths.Map() {
			for _, op := range item.Operations() {
				if op.RequestBody != nil && op.RequestBody.Value.Content["application/json"] != nil {
					places[op.OperationID] = secretMembers(op.RequestBody.Value.Content["application/json"].Schema, nil, map[*openapi3.Schema]bool{})
				}
			}
		}
		spec, err := check.LoadSpec(specs.FS(), name)
		require.NoError(t, err)
		fixtures, err := exchange.Load(os.DirFS("../fixtures"), name)
		require.NoError(t, err)
		server := &repeating{}
		c, err := clients.All()[name].New(func(context.Context, *http.Request) error { return nil }, client.Transport(server), client.Attempts(1))
		require.NoError(t, err)
		for _, op := range clients.All()[name].Operations() {
			var names []string
			for _, place := range places[op.ID] {
				names = append(names, place[len(place)-1])
			}
			slices.Sort(names)
			assert.Equal(t, slices.Compact(names), op.Secrets, "%s %s: names of secret members", name, op.ID)
			if len(names) == 0 {
				continue
			}
			operations++
			i := slices.IndexFunc(fixtures, func(e *exchange.Exchange) bool {
				found, _, err := spec.Find(e.Method, e.Path)
				return err == nil && found.ID == op.ID && len(e.RequestBody) > 0
			})
			require.GreaterOrEqual(t, i, 0, "%s %s: a fixture with a body", name, op.ID)
			for _, place := range places[op.ID] {
				members++
				for _, secret := range []string{"new pass/word+99", "k3y"} {
					e := *fixtures[i]
					var sent any
					require.NoError(t, json.Unmarshal(e.RequestBody, &sent))
					e.RequestBody, err = json.Marshal(withSecret(sent, place, secret))
					require.NoError(t, err)
					invocations, err := spec.Invocations(c, op, &e)
					require.NoError(t, err)
					require.NotEmpty(t, invocations, op.ID)
					for _, call := range invocations {
						server.holdsBack(t, call, place, secret)
					}
				}
			}
		}
	}
	assert.GreaterOrEqual(t, operations, 20, "operations that send a secret")
	t.Logf("%d operations with %d places of secrets", operations, members)
}

// secretMembers are the ways to the marked members of a schema, [] for an element. Each schema
// is gone through once, since it may refer to itself.
func secretMembers(ref *openapi3.SchemaRef, at []string, seen map[*openapi3.Schema]bool) (all [][]string) {
	if ref == nil || seen[ref.Value] {
		return nil
	}
	seen[ref.Value] = true
	for name, p := range ref.Value.Properties {
		to := append(slices.Clone(at), name)
		if p.Value.Extensions["x-secret"] == true {
			all = append(all, to)
		}
		all = append(all, secretMembers(p, to, seen)...)
	}
	for _, branch := range slices.Concat(ref.Value.OneOf, ref.Value.AnyOf, ref.Value.AllOf) {
		all = append(all, secretMembers(branch, at, seen)...)
	}
	return append(all, secretMembers(ref.Value.Items, append(slices.Clone(at), "[]"), seen)...)
}

// withSecret puts a value into JSON, with what must be around it.
func withSecret(v any, place []string, secret string) any {
	if len(place) == 0 {
		return secret
	}
	if place[0] == "[]" {
		list, _ := v.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		list[0] = withSecret(list[0], place[1:], secret)
		return list
	}
	object, _ := v.(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	object[place[0]] = withSecret(object[place[0]], place[1:], secret)
	return object
}

// repeating is a transport whose answers repeat what was sent to it.
type repeating struct {
	status     int
	kind, text string
	sent       string
}

func (s *repeating) RoundTrip(r *http.Request) (*http.Response, error) {
	b, err := io.ReadAll(r.Body)
	s.sent = string(b)
	return &http.Response{StatusCode: s.status, Header: http.Header{"Content-Type": {s.kind}}, Body: io.NopCloser(strings.NewReader(s.text))}, err
}

// holdsBack answers a call with texts that repeat the secret.
func (s *repeating) holdsBack(t *testing.T, call check.Invocation, place []string, secret string) {
	t.Helper()
	quoted, err := json.Marshal("the value " + secret + " is weak")
	require.NoError(t, err)
	code, err := json.Marshal(secret)
	require.NoError(t, err)
	for _, s.text = range []string{
		fmt.Sprintf(`{"message":%s,"code":%s}`, quoted, code),
		fmt.Sprintf(`{"errors":[%s,{"detail":%s}]}`, quoted, quoted),
		fmt.Sprintf(`{"status":"Failure","message":%s,"errCode":%s}`, quoted, code),
		"the value " + secret + " is weak",
	} {
		s.kind = "application/json"
		if s.text[0] != '{' {
			s.kind = "text/plain"
		}
		for _, s.status = range []int{400, 500, 200} {
			s.sent = ""
			in, err := call.Arguments()
			require.NoError(t, err, call.Name)
			out := call.Method.Call(in)
			assert.Contains(t, s.sent, string(code), "%s: the secret at %v is sent", call.Name, place)
			failed, _ := out[len(out)-1].Interface().(error)
			if s.status != 200 {
				require.Error(t, failed, "%s: %d", call.Name, s.status)
			}
			b, err := json.Marshal(map[string]any{"err": failed})
			require.NoError(t, err)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", failed, failed, failed, b), secret, "%s: %d %s: the secret at %v is shown", call.Name, s.status, s.text, place)
			if s.status == 400 {
				assert.Contains(t, failed.Error(), "the value [redacted] is weak", "%s: the rest of the reason is shown", call.Name)
			}
		}
	}
}
