package vendors_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/assert"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

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
	ctx, odin := t.Context(), nullable.NewNullableWithValue(essentials.OdinSettingsInput{IsImitable: fake.Ptr(false)})
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
				AccountTemplateID: nullable.NewNullNullable[string](), IsActive: fake.Ptr(false), WWW: fake.Ptr(""), OutgoingServers: &[]string{},
				SafeListSenders: &[]string{"*@example.org"}, Country: fake.Ptr(essentials.CountryCA), Stateprov: fake.Ptr(essentials.State("Nova Scotia")),
				WhenRenewal: fake.Ptr(client.NewSlashDate(2027, time.September, 30))}}))
		}, `POST /orgs/example.com/orgs [{"account_template_id":null,"admin_user":{"primary_email":"a@shop.example.com"},"country":"CA",` +
			`"domains":[{"name":"shop.example.com"}],"is_active":false,"name":"Shop","outgoing_servers":[],"primary_domain":"shop.example.com",` +
			`"safe_list_senders":["*@example.org"],"stateprov":"Nova Scotia","user_licenses":30,"when_renewal":"2027/09/30","www":""}]`},
		"organization, switched off": {func() error {
			return c.UpdateOrg(ctx, "example.com", essentials.OrganizationUpdateInput{IsActive: fake.Ptr(false)})
		}, `PATCH /orgs/example.com {"is_active":false}`},
		"user, zero and empty": {func() error {
			return drop(c.CreateUsers(ctx, "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com", IsActive: fake.Ptr(false), Surname: fake.Ptr("")}}))
		}, `POST /orgs/example.com/users [{"is_active":false,"primary_email":"a@example.com","surname":""}]`},
		"user, null and an empty list": {func() error {
			return drop(c.CreateUsers(ctx, "example.com", essentials.UserListInput{{PrimaryEmail: "a@example.com", OdinSettings: nullable.NewNullNullable[essentials.OdinSettingsInput](), AliasEmails: &[]string{}}}))
		}, `POST /orgs/example.com/users [{"alias_emails":[],"odin_settings":null,"primary_email":"a@example.com"}]`},
		"user, replaced": {func() error {
			return c.UpdateUser(ctx, "example.com", "a+b@example.com", essentials.UserUpdateInput{PrimaryEmail: "a+b@example.com", UID: fake.Ptr(int64(7)), OdinSettings: odin,
				Password: nullable.NewNullNullable[string](), BlockListSenders: &[]string{}, Type: fake.Ptr(essentials.UserTypeFunctionalAccount), IsBillable: fake.Ptr(false)})
		}, `PUT /orgs/example.com/users/a%2Bb%40example.com {"block_list_senders":[],"is_billable":false,"odin_settings":{"is_imitable":false},"password":null,` +
			`"primary_email":"a+b@example.com","type":"functional_account","uid":7}`},
		"domain": {func() error {
			return drop(c.CreateDomains(ctx, "example.com", essentials.DomainListInput{{Name: "example.net", IsRelay: fake.Ptr(true), Destination: fake.Ptr("mx.example.net"), Failovers: &[]string{}}}))
		}, `POST /orgs/example.com/domains [{"destination":"mx.example.net","failovers":[],"is_relay":true,"name":"example.net"}]`},
		"domain, replaced": {func() error {
			return c.UpdateDomain(ctx, "example.com", "example.net", essentials.DomainUpdateInput{Name: "example.net", IsActive: fake.Ptr(false), Destination: fake.Ptr(""), Failovers: &[]string{"192.0.2.31"}})
		}, `PUT /orgs/example.com/domains/example.net {"destination":"","failovers":["192.0.2.31"],"is_active":false,"name":"example.net"}`},
		"DKIM": {func() error {
			return drop(c.CreateDKIM(ctx, "example.com", "example.net", "s1", essentials.DKIMKeyInput{Selector: "s1", PrivateKey: "bWFkZSB1cA=="}))
		}, `POST /orgs/example.com/domains/example.net/dkim/s1 {"private_key":"bWFkZSB1cA==","selector":"s1"}`},
		"features": {func() error {
			return c.UpdateFeatures(ctx, "example.com", essentials.FeaturesInput{InstantReplay: fake.Ptr(int64(0)), DLP: fake.Ptr(false), AdditionalProperties: map[string]any{"later_one": true}})
		}, `PUT /orgs/example.com/features {"dlp":false,"instant_replay":0,"later_one":true}`},
		"licensing": {func() error {
			return drop(c.UpdateLicensing(ctx, "example.com", essentials.LicensingInput{LicenseCount: 0}))
		}, `PUT /orgs/example.com/licensing {"license_count":0}`},
		"package": {func() error {
			return c.UpdatePackage(ctx, "example.com", essentials.PackageInput{Package: essentials.LicensingPackageAdvancedPlus, IsEulaConfirmed: true, IsTrialExtended: fake.Ptr(false)})
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
			return c.UpdateMFASettings(ctx, "example.com", essentials.MFASettingsInput{IsMFAEnabled: fake.Ptr(true), MFAAdminsOnly: fake.Ptr(false)})
		}, `PUT /orgs/example.com/authentication/settings/mfa {"is_mfa_enabled":true,"mfa_admins_only":false}`},
		"login": {func() error {
			return c.UpdateLoginSettings(ctx, "example.com", essentials.LoginSettingsInput{AllowLocalLogin: fake.Ptr(false), IDPForForcedLogin: nullable.NewNullNullable[string]()})
		}, `PUT /orgs/example.com/authentication/settings/login {"allow_local_login":false,"idp_for_forced_login":null}`},
		"login, the provider alone": {func() error {
			return c.UpdateLoginSettings(ctx, "example.com", essentials.LoginSettingsInput{IDPForForcedLogin: nullable.NewNullableWithValue("")})
		}, `PUT /orgs/example.com/authentication/settings/login {"idp_for_forced_login":""}`},
		"identity provider": {func() error {
			return drop(c.CreateIDP(ctx, "example.com", essentials.IdentityProviderInput{Name: "SSO", IsActive: fake.Ptr(false), IDPLogoutURL: fake.Ptr("")}))
		}, `POST /orgs/example.com/authentication/settings/idps {"idp_logout_url":"","is_active":false,"name":"SSO"}`},
		"email tagging, in part": {func() error {
			return c.UpdateEmailTagging(ctx, "example.com", essentials.EmailTaggingInput{EmailWarningTags: &essentials.EmailWarningTagsInput{
				WarningTags: &essentials.WarningTagsInput{DMARCFailure: fake.Ptr(false)}, InfoTags: &essentials.InfoTagsInput{}}})
		}, `PATCH /orgs/example.com/email-tagging {"email_warning_tags":{"info_tags":{},"warning_tags":{"dmarc_failure":false}}}`},
		"email tagging, replaced": {func() error {
			return c.ReplaceEmailTagging(ctx, "example.com", essentials.EmailTaggingInput{EmailSubjectTags: &essentials.EmailSubjectTagsInput{IsEnabled: fake.Ptr(false), Content: fake.Ptr("")}})
		}, `PUT /orgs/example.com/email-tagging {"email_subject_tags":{"content":"","is_enabled":false}}`},
		"email tagging, exemptions taken back": {func() error {
			return c.DeleteEmailTaggingExemptions(ctx, "example.com", essentials.EmailTaggingExemptionsInput{Exemptions: []string{"a@example.com"}})
		}, `DELETE /orgs/example.com/email-tagging/exemptions {"exemptions":["a@example.com"]}`},
		"sender lists, added": {func() error {
			return c.AddUserSenderLists(ctx, "example.com", "a@example.com", essentials.SenderListsInput{AllowList: &[]string{"b@example.org"}})
		}, `POST /orgs/example.com/users/a%40example.com/sender-lists {"allow_list":["b@example.org"]}`},
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
			return drop(c.PurchaseProduct(ctx, "example.com", essentials.ProductInput{Label: essentials.ProductLabelSecurityAwareness, IsTrial: fake.Ptr(true), AutoRenew: fake.Ptr(false)}))
		}, `POST /orgs/example.com/products {"auto_renew":false,"is_trial":true,"label":"SECURITY_AWARENESS"}`},
		"product, changed": {func() error {
			return c.UpdateProduct(ctx, "example.com", "EMAIL_SECURITY", essentials.ProductUpdateInput{AutoRenew: fake.Ptr(false), Variant: fake.Ptr("")})
		}, `PATCH /orgs/example.com/products/EMAIL_SECURITY {"auto_renew":false,"variant":""}`},
	} {
		sent, line = "", ""
		if err := x.do(); err != nil {
			var empty *client.DecodeError // the fake has no answer of that kind
			assert.ErrorAs(t, err, &empty, name)
		}
		assert.Equal(t, x.want, line+" "+sent, name)
	}
}

func drop[T any](_ T, err error) error { return err }
