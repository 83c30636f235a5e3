package conformance_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

// essentialsClient is a client of a server that checks X-User and X-Password.
func essentialsClient(t *testing.T, h handler, opts ...client.Option) (*essentials.Client, *traffic) {
	t.Helper()
	seen := new(traffic)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.n.Add(1)
		if r.Header.Get("X-User") != "admin@example.com" || r.Header.Get("X-Password") != secret {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		h(seen.calls(), w, r)
	}))
	t.Cleanup(srv.Close)
	c, err := essentials.New(auth.UserPassword("admin@example.com", secret), append([]client.Option{client.Server(srv.URL + "/api/v1"), client.AllowHTTP(),
		client.Backoff(0, 0), client.OnMismatch(func(client.Mismatch) {})}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c, seen
}

// Every member of every schema that is sent: absent, null, empty and zero are four
// different things, and each arrives as it is meant.
func TestEssentialsWritesOnTheWire(t *testing.T) {
	var sent []byte
	c, _ := essentialsClient(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		sent, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusNoContent)
	})
	cv, schemas, members := reflect.ValueOf(c), map[string]bool{}, 0
	for i := range cv.NumMethod() {
		m, name := cv.Method(i), cv.Type().Method(i).Name
		body, at := bodyOf(m.Type())
		if at == 0 || schemas[body.Name()] {
			continue
		}
		schemas[body.Name()] = true
		send := func(v reflect.Value) map[string]json.RawMessage {
			t.Helper()
			in := []reflect.Value{reflect.ValueOf(context.Background())}
			for j := 1; j < at; j++ {
				in = append(in, reflect.ValueOf("x").Convert(m.Type().In(j)))
			}
			if m.Type().In(at).Kind() == reflect.Slice {
				list := reflect.MakeSlice(m.Type().In(at), 1, 1)
				list.Index(0).Set(v)
				v = list
			}
			sent = nil
			m.Call(append(in, v)) // what comes back does not matter here
			if sent == nil {
				t.Fatalf("%s sent nothing", name)
			}
			var one map[string]json.RawMessage
			var list []map[string]json.RawMessage
			if json.Unmarshal(sent, &list) == nil && len(list) == 1 {
				return list[0]
			}
			if err := json.Unmarshal(sent, &one); err != nil {
				t.Fatalf("%s: %v in %s", name, err, sent)
			}
			return one
		}
		for f := range body.NumField() {
			field := body.Field(f)
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if key == "" || key == "-" {
				continue
			}
			members++
			v := reflect.New(body).Elem()
			fill(v)
			if got, ok := send(v)[key]; ok != required(field.Type) {
				t.Errorf("%s.%s: unset, but %s was sent", body.Name(), key, got)
			}
			switch {
			case field.Type.Kind() == reflect.Pointer:
				v.Field(f).Set(reflect.New(field.Type.Elem()))
				if z := v.Field(f).Elem(); z.Kind() == reflect.Slice {
					z.Set(reflect.MakeSlice(z.Type(), 0, 0))
				} else if z.Kind() == reflect.Struct {
					fill(z)
				}
				want, _ := json.Marshal(v.Field(f).Interface())
				if got := send(v)[key]; string(got) != string(want) {
					t.Errorf("%s.%s: %s was sent, want %s", body.Name(), key, got, want)
				}
			case strings.HasPrefix(field.Type.String(), "nullable."):
				v.Field(f).Addr().MethodByName("SetNull").Call(nil)
				if got := send(v)[key]; string(got) != "null" {
					t.Errorf("%s.%s: null was sent as %s", body.Name(), key, got)
				}
				value := v.Field(f).Addr().MethodByName("Set")
				value.Call([]reflect.Value{reflect.Zero(value.Type().In(0))})
				if got, ok := send(v)[key]; !ok || string(got) == "null" {
					t.Errorf("%s.%s: a zero value was sent as %s", body.Name(), key, got)
				}
			}
		}
	}
	t.Logf("%d schemas, %d members", len(schemas), members)
	if len(schemas) < 15 || members < 90 {
		t.Error("schemas are missing")
	}
}

// bodyOf is the struct that a method sends, alone or in a list, and its position.
func bodyOf(m reflect.Type) (reflect.Type, int) {
	for i := 1; i < m.NumIn()-1; i++ {
		p := m.In(i)
		if p.Kind() == reflect.Slice {
			p = p.Elem()
		}
		if p.Kind() == reflect.Struct && strings.HasSuffix(p.Name(), "Input") {
			return p, i
		}
	}
	return nil, 0
}

// required reports whether a field always goes out.
func required(t reflect.Type) bool {
	return t.Kind() != reflect.Pointer && t.Kind() != reflect.Map
}

// fill sets the required texts, which are refused when they are empty.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.String && f.CanSet() {
			f.SetString("x")
		}
	}
}

// The schemas that matter most, byte for byte.
func TestEssentialsBodies(t *testing.T) {
	var sent, line string
	c, _ := essentialsClient(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent, line = string(b), r.Method+" "+r.RequestURI
		w.WriteHeader(http.StatusNoContent)
	})
	ctx := t.Context()
	for name, x := range map[string]struct {
		do         func() error
		line, want string
	}{
		"user": {func() error {
			return drop(c.CreateUsers(ctx, "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com", IsActive: ptr(false), Surname: ptr("")}}))
		},
			"POST /api/v1/orgs/example.com/users", `[{"is_active":false,"primary_email":"a@example.com","surname":""}]`},
		"user, null": {func() error {
			return drop(c.CreateUsers(ctx, "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com", OdinSettings: nullable.NewNullNullable[essentials.OdinSettingsInput](), AliasEmails: &[]string{}}}))
		}, "POST /api/v1/orgs/example.com/users", `[{"alias_emails":[],"odin_settings":null,"primary_email":"a@example.com"}]`},
		"sender lists": {func() error {
			return c.AddUserSenderLists(ctx, "example.com", "a@example.com", essentials.SenderListsInput{AllowList: &[]string{"b@example.org"}})
		}, "POST /api/v1/orgs/example.com/users/a@example.com/sender-lists", `{"allow_list":["b@example.org"]}`},
		"organization": {func() error {
			return c.UpdateOrg(ctx, "example.com", essentials.OrganizationUpdateInput{IsActive: ptr(false)})
		},
			"PATCH /api/v1/orgs/example.com", `{"is_active":false}`},
	} {
		sent = ""
		_ = x.do()
		if sent != x.want || line != x.line {
			t.Errorf("%s\n got %s %s\nwant %s %s", name, line, sent, x.line, x.want)
		}
	}
}

func drop[T any](_ T, err error) error { return err }
