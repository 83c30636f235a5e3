package conformance_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/nullable"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
	"github.com/threatclients/threatclients-go/specs"
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

// Every member of every schema that is sent, wherever it stands in a body: absent, null,
// empty and zero are four different things, and each arrives as it is meant, alone. What
// to expect comes from the document and not from the Go types.
func TestEssentialsWritesOnTheWire(t *testing.T) {
	document, err := specs.Document(specs.Essentials)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
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
		if !w.seen[name] {
			t.Errorf("%s is sent nowhere", name)
		}
	}
	t.Logf("%d bodies of %d schemas, %d members, %d requests, %d refused", bodies, stated, w.members, w.requests, w.refused)
	if stated != 32 || bodies != 32 {
		t.Errorf("%d write schemas, %d operations with a body", stated, bodies)
	}
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
	w.expect("an empty list", reflect.MakeSlice(t, 0, 0), []any{})
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
		if required && schema.MinLength > 0 && j == "" { // a field that nobody set goes out as ""
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

// The bodies that matter most, byte for byte, and where they go.
func TestEssentialsBodies(t *testing.T) {
	var sent, line string
	c, _ := essentialsClient(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent, line = string(b), r.Method+" "+strings.TrimPrefix(r.RequestURI, "/api/v1")
		if r.Method == http.MethodPost && !strings.Contains(line, "sender-lists") && !strings.Contains(line, "exemptions") {
			w.WriteHeader(http.StatusCreated)
			io.WriteString(w, "{}")
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	ctx, odin := t.Context(), nullable.NewNullableWithValue(essentials.OdinSettingsInput{IsImitable: ptr(false)})
	for name, x := range map[string]struct {
		do   func() error
		want string
	}{
		"organization, least": {func() error {
			return drop(c.CreateOrgs(ctx, "example.com", essentials.OrganizationListInput{{PrimaryDomain: "shop.example.com", Name: "Shop", UserLicenses: 0,
				AdminUser: essentials.UserInput{PrimaryEmail: "a@shop.example.com"}, Domains: []essentials.DomainInput{{Name: "shop.example.com"}}}}))
		}, `POST /orgs/example.com/orgs [{"admin_user":{"primary_email":"a@shop.example.com"},"domains":[{"name":"shop.example.com"}],` +
			`"name":"Shop","primary_domain":"shop.example.com","user_licenses":0}]`},
		"organization, null and empty": {func() error {
			return drop(c.CreateOrgs(ctx, "example.com", essentials.OrganizationListInput{{PrimaryDomain: "shop.example.com", Name: "Shop", UserLicenses: 30,
				AdminUser: essentials.UserInput{PrimaryEmail: "a@shop.example.com"}, Domains: []essentials.DomainInput{{Name: "shop.example.com"}},
				AccountTemplateID: nullable.NewNullNullable[string](), IsActive: ptr(false), WWW: ptr(""), OutgoingServers: &[]string{},
				SafeListSenders: &[]string{"*@example.org"}, Country: ptr(essentials.CountryCA), Stateprov: ptr(essentials.State("Nova Scotia")),
				WhenRenewal: ptr(client.NewSlashDate(2027, time.September, 30))}}))
		}, `POST /orgs/example.com/orgs [{"account_template_id":null,"admin_user":{"primary_email":"a@shop.example.com"},"country":"CA",` +
			`"domains":[{"name":"shop.example.com"}],"is_active":false,"name":"Shop","outgoing_servers":[],"primary_domain":"shop.example.com",` +
			`"safe_list_senders":["*@example.org"],"stateprov":"Nova Scotia","user_licenses":30,"when_renewal":"2027/09/30","www":""}]`},
		"organization, switched off": {func() error {
			return c.UpdateOrg(ctx, "example.com", essentials.OrganizationUpdateInput{IsActive: ptr(false)})
		}, `PATCH /orgs/example.com {"is_active":false}`},
		"user, zero and empty": {func() error {
			return drop(c.CreateUsers(ctx, "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com", IsActive: ptr(false), Surname: ptr("")}}))
		}, `POST /orgs/example.com/users [{"is_active":false,"primary_email":"a@example.com","surname":""}]`},
		"user, null and an empty list": {func() error {
			return drop(c.CreateUsers(ctx, "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com", OdinSettings: nullable.NewNullNullable[essentials.OdinSettingsInput](), AliasEmails: &[]string{}}}))
		}, `POST /orgs/example.com/users [{"alias_emails":[],"odin_settings":null,"primary_email":"a@example.com"}]`},
		"user, replaced": {func() error {
			return c.UpdateUser(ctx, "example.com", "a+b@example.com", essentials.UserUpdateInput{PrimaryEmail: "a+b@example.com", UID: ptr(int64(7)), OdinSettings: odin,
				Password: nullable.NewNullNullable[string](), BlockListSenders: &[]string{}, Type: ptr(essentials.UserTypeFunctionalAccount), IsBillable: ptr(false)})
		}, `PUT /orgs/example.com/users/a+b@example.com {"block_list_senders":[],"is_billable":false,"odin_settings":{"is_imitable":false},"password":null,` +
			`"primary_email":"a+b@example.com","type":"functional_account","uid":7}`},
		"domain": {func() error {
			return drop(c.CreateDomains(ctx, "example.com", essentials.DomainListInput{{Name: "example.net", IsRelay: ptr(true), Destination: ptr("mx.example.net"), Failovers: &[]string{}}}))
		}, `POST /orgs/example.com/domains [{"destination":"mx.example.net","failovers":[],"is_relay":true,"name":"example.net"}]`},
		"domain, replaced": {func() error {
			return c.UpdateDomain(ctx, "example.com", "example.net", essentials.DomainUpdateInput{Name: "example.net", IsActive: ptr(false), Destination: ptr(""), Failovers: &[]string{"192.0.2.31"}})
		}, `PUT /orgs/example.com/domains/example.net {"destination":"","failovers":["192.0.2.31"],"is_active":false,"name":"example.net"}`},
		"DKIM": {func() error {
			return drop(c.CreateDKIM(ctx, "example.com", "example.net", "s1", essentials.DKIMKeyInput{Selector: "s1", PrivateKey: "bWFkZSB1cA=="}))
		}, `POST /orgs/example.com/domains/example.net/dkim/s1 {"private_key":"bWFkZSB1cA==","selector":"s1"}`},
		"features": {func() error {
			return c.UpdateFeatures(ctx, "example.com", essentials.FeaturesInput{InstantReplay: ptr(int64(0)), DLP: ptr(false), AdditionalProperties: map[string]any{"later_one": true}})
		}, `PUT /orgs/example.com/features {"dlp":false,"instant_replay":0,"later_one":true}`},
		"licensing": {func() error {
			return drop(c.UpdateLicensing(ctx, "example.com", essentials.LicensingInput{LicenseCount: 0}))
		}, `PUT /orgs/example.com/licensing {"license_count":0}`},
		"package": {func() error {
			return c.UpdatePackage(ctx, "example.com", essentials.PackageInput{Package: essentials.LicensingPackageAdvancedPlus, IsEulaConfirmed: true, IsTrialExtended: ptr(false)})
		}, `PUT /orgs/example.com/package {"is_eula_confirmed":true,"is_trial_extended":false,"package":"advanced_plus"}`},
		"Azure": {func() error {
			return c.UpdateAzureSettings(ctx, "example.com", essentials.AzureSettingsInput{PrimaryDomain: "example.com", ApplicationID: "app", ADKey: "key",
				DefaultUserRoleName: essentials.AzureUserRoleEndUser, SyncFrequency: essentials.SyncFrequencyOff, AddUsers: true})
		}, `PUT /orgs/example.com/settings/azure {"ad_key":"key","add_groups":false,"add_users":true,"application_id":"app","default_user_role_name":"end_user",` +
			`"disable_login":false,"primary_domain":"example.com","remove_deleted_groups":false,"remove_deleted_users":false,"sync_active_users":false,` +
			`"sync_distribution_groups":false,"sync_frequency":0,"sync_security_groups":false,"update_groups":false,"update_users":false}`},
		"Azure exemptions": {func() error {
			return c.AddAzureExemptions(ctx, "example.com", essentials.AzureExemptionsInput{"a@example.com", "b@example.com"})
		}, `PUT /orgs/example.com/settings/azure/exemptions ["a@example.com","b@example.com"]`},
		"MFA": {func() error {
			return c.UpdateMFASettings(ctx, "example.com", essentials.MFASettingsInput{IsMFAEnabled: ptr(true), MFAAdminsOnly: ptr(false)})
		}, `PUT /orgs/example.com/authentication/settings/mfa {"is_mfa_enabled":true,"mfa_admins_only":false}`},
		"login": {func() error {
			return c.UpdateLoginSettings(ctx, "example.com", essentials.LoginSettingsInput{AllowLocalLogin: ptr(false), IDPForForcedLogin: nullable.NewNullNullable[string]()})
		}, `PUT /orgs/example.com/authentication/settings/login {"allow_local_login":false,"idp_for_forced_login":null}`},
		"login, the provider alone": {func() error {
			return c.UpdateLoginSettings(ctx, "example.com", essentials.LoginSettingsInput{IDPForForcedLogin: nullable.NewNullableWithValue("")})
		}, `PUT /orgs/example.com/authentication/settings/login {"idp_for_forced_login":""}`},
		"identity provider": {func() error {
			return drop(c.CreateIDP(ctx, "example.com", essentials.IdentityProviderInput{Name: "SSO", IsActive: ptr(false), IDPLogoutURL: ptr("")}))
		}, `POST /orgs/example.com/authentication/settings/idps {"idp_logout_url":"","is_active":false,"name":"SSO"}`},
		"email tagging, in part": {func() error {
			return c.UpdateEmailTagging(ctx, "example.com", essentials.EmailTaggingInput{EmailWarningTags: &essentials.EmailWarningTagsInput{
				WarningTags: &essentials.WarningTagsInput{DMARCFailure: ptr(false)}, InfoTags: &essentials.InfoTagsInput{}}})
		}, `PATCH /orgs/example.com/email-tagging {"email_warning_tags":{"info_tags":{},"warning_tags":{"dmarc_failure":false}}}`},
		"email tagging, replaced": {func() error {
			return c.ReplaceEmailTagging(ctx, "example.com", essentials.EmailTaggingInput{EmailSubjectTags: &essentials.EmailSubjectTagsInput{IsEnabled: ptr(false), Content: ptr("")}})
		}, `PUT /orgs/example.com/email-tagging {"email_subject_tags":{"content":"","is_enabled":false}}`},
		"email tagging, exemptions taken back": {func() error {
			return c.DeleteEmailTaggingExemptions(ctx, "example.com", essentials.EmailTaggingExemptionsInput{Exemptions: []string{"a@example.com"}})
		}, `DELETE /orgs/example.com/email-tagging/exemptions {"exemptions":["a@example.com"]}`},
		"sender lists, added": {func() error {
			return c.AddUserSenderLists(ctx, "example.com", "a@example.com", essentials.SenderListsInput{AllowList: &[]string{"b@example.org"}})
		}, `POST /orgs/example.com/users/a@example.com/sender-lists {"allow_list":["b@example.org"]}`},
		"sender lists, one emptied": {func() error {
			return c.ReplaceOrgSenderLists(ctx, "example.com", essentials.SenderListsInput{BlockList: &[]string{}})
		}, `PATCH /orgs/example.com/sender-lists {"block_list":[]}`},
		"sender lists, taken back": {func() error {
			return c.DeleteGroupSenderLists(ctx, "example.com", "Sales / EMEA", essentials.SenderListsInput{AllowList: &[]string{"*@example.org"}, BlockList: &[]string{"198.51.100.*"}})
		}, `DELETE /orgs/example.com/groups/Sales%20%2F%20EMEA/sender-lists {"allow_list":["*@example.org"],"block_list":["198.51.100.*"]}`},
		"token": {func() error {
			return drop(c.CreateToken(ctx, "example.com", essentials.TokenInput{UserToImpersonate: "a@example.com"}))
		}, `POST /token/example.com {"user_to_impersonate":"a@example.com"}`},
		"product": {func() error {
			return drop(c.PurchaseProduct(ctx, "example.com", essentials.ProductInput{Label: essentials.ProductLabelSecurityAwareness, IsTrial: ptr(true), AutoRenew: ptr(false)}))
		}, `POST /orgs/example.com/products {"auto_renew":false,"is_trial":true,"label":"SECURITY_AWARENESS"}`},
		"product, changed": {func() error {
			return c.UpdateProduct(ctx, "example.com", "EMAIL_SECURITY", essentials.ProductUpdateInput{AutoRenew: ptr(false), Variant: ptr("")})
		}, `PATCH /orgs/example.com/products/EMAIL_SECURITY {"auto_renew":false,"variant":""}`},
	} {
		sent, line = "", ""
		err := x.do()
		if got := line + " " + sent; got != x.want || err != nil {
			t.Errorf("%s\n got %s\nwant %s\n%v", name, got, x.want, err)
		}
	}
}

func drop[T any](_ T, err error) error { return err }
