package vendors_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/essentials"
	"github.com/threatclients/threatclients-go/gen/tap"
	"github.com/threatclients/threatclients-go/gen/threatconnectv3"
	"github.com/threatclients/threatclients-go/gen/threatstackv2"
)

// A list that the document requires is sent as [] when nobody set it, and refused where it must
// hold something; a body that the document excludes is not sent.
func TestListsOfBodies(t *testing.T) {
	var sent string
	url, _ := fake.Start(t, func(_ http.ResponseWriter, r *http.Request) bool {
		b, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		sent = string(b)
		return true
	}, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		io.WriteString(w, `{"status":"Success","data":{"id":1},"urls":[],"inclusion":[],"exclusion":[],"id":"a"}`)
	})
	opts := []client.Option{client.Server(url), client.AllowHTTP(), client.OnMismatch(func(client.Mismatch) {})}
	v3, err := threatconnectv3.New(auth.ThreatConnectToken("token"), opts...)
	require.NoError(t, err)
	stack, err := threatstackv2.New(auth.Anonymous(), opts...)
	require.NoError(t, err)
	decoder, err := tap.New(auth.Anonymous(), opts...)
	require.NoError(t, err)
	mail, err := essentials.New(auth.UserPassword("alex@example.com", "password"), opts...)
	require.NoError(t, err)
	ctx := t.Context()
	dismiss := func(fill func(d *threatstackv2.DismissalInput) error) func() error {
		return func() error {
			var d threatstackv2.DismissalInput
			require.NoError(t, fill(&d))
			return stack.DismissAlerts(ctx, d)
		}
	}
	filter := threatstackv2.DismissByFilterInput{From: "2026-01-14", Until: "2026-01-15", DismissReason: "OTHER"}
	value := threatconnectv3.ExclusionValueListInput{Data: []threatconnectv3.ExclusionValueInput{{Value: new("192.0.2.1")}}}
	none := threatconnectv3.ExclusionValueListInput{Data: []threatconnectv3.ExclusionValueInput{{}}}
	for name, c := range map[string]struct {
		do            func() error
		sent, refused string
	}{
		"exclusion list with one kind of values": {do: func() error {
			_, err := v3.UpdateExclusionList(ctx, 1, nil, threatconnectv3.ExclusionListUpdateInput{FixedValues: value})
			return err
		}, refused: "parameter variableValues.data is required and empty"},
		"exclusion list with none of the other kind": {do: func() error {
			_, err := v3.UpdateExclusionList(ctx, 1, nil, threatconnectv3.ExclusionListUpdateInput{FixedValues: value, VariableValues: none})
			return err
		}, sent: `{"fixedValues":{"data":[{"value":"192.0.2.1"}]},"variableValues":{"data":[{}]}}`},
		"all tags taken away": {do: func() error {
			_, err := v3.UpdateGroup(ctx, "1", nil, threatconnectv3.GroupUpdateInput{Tags: &threatconnectv3.TagListInput{Mode: new(threatconnectv3.ListModeReplace)}})
			return err
		}, sent: `{"tags":{"data":[],"mode":"replace"}}`},
		"no URL": {do: func() error {
			_, err := decoder.DecodeURLs(ctx, tap.URLDecodeInput{})
			return err
		}, sent: `{"urls":[]}`},
		"no tags": {do: func() error {
			_, err := stack.SetRuleTags(ctx, "a", threatstackv2.RuleTagsInput{})
			return err
		}, sent: `{"exclusion":[],"inclusion":[]}`},
		"rule of files": {do: func() error {
			var r threatstackv2.RuleInput
			require.NoError(t, r.FromFileRuleInput(threatstackv2.FileRuleInput{Name: "a", Title: "a", AlertDescription: "a"}))
			_, err := stack.CreateRule(ctx, "a", r)
			return err
		}, sent: `{"alertDescription":"a","enabled":false,"eventsToMonitor":[],"fileIntegrityPaths":[],"name":"a","severityOfAlerts":0,"threshold":0,"title":"a","type":"File","window":0}`},
		"sender list behind a pointer": {do: func() error {
			var nobody []string
			return mail.ReplaceOrgSenderLists(ctx, "example.com", essentials.SenderListsInput{AllowList: &nobody})
		}, sent: `{"allow_list":[]}`},
		"no users": {do: func() error {
			_, err := mail.CreateUsers(ctx, "example.com", nil)
			return err
		}, refused: "parameter body is required and empty"},
		"dismissal that nobody set": {do: func() error { return stack.DismissAlerts(ctx, threatstackv2.DismissalInput{}) }, refused: "parameter body is required and empty"},
		"dismissal of no alerts": {do: dismiss(func(d *threatstackv2.DismissalInput) error {
			return d.FromDismissByIDsInput(threatstackv2.DismissByIDsInput{DismissReason: "OTHER"})
		}), refused: "parameter ids is required and empty"},
		"dismissal of too many alerts": {do: dismiss(func(d *threatstackv2.DismissalInput) error {
			return d.FromDismissByIDsInput(threatstackv2.DismissByIDsInput{DismissReason: "OTHER", IDs: make([]string, 513)})
		}), refused: "parameter ids has more than 512 elements"},
		"dismissal of all alerts": {do: dismiss(func(d *threatstackv2.DismissalInput) error { return d.FromDismissByFilterInput(filter) }),
			refused: "one of the parameters severity, ruleID, agentID is required"},
		"dismissal by a rule and a severity": {do: dismiss(func(d *threatstackv2.DismissalInput) error {
			both := filter
			both.RuleID, both.Severity = new("a"), new(int64(1))
			return d.FromDismissByFilterInput(both)
		}), refused: "parameters severity, ruleID, agentID exclude each other"},
		"dismissal by a severity": {do: dismiss(func(d *threatstackv2.DismissalInput) error {
			one := filter
			one.Severity = new(int64(1))
			return d.FromDismissByFilterInput(one)
		}), sent: `{"dismissReason":"OTHER","from":"2026-01-14","severity":1,"until":"2026-01-15"}`},
	} {
		sent = ""
		err := c.do()
		if c.refused != "" {
			require.ErrorIs(t, err, client.ErrInvalid, name)
			assert.ErrorContains(t, err, c.refused, name)
			assert.Empty(t, sent, "%s: sent all the same", name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, c.sent, sent, name)
	}
}
