package policy_test

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

func TestEnvelopeInsideA200(t *testing.T) {
	for _, body := range []string{
		`{"status":"Failure","message":"no such owner","data":{"owner":[{"id":1}]}}`,
		`{"data":{"owner":[{"id":1}]},"message":"no such owner","status":"Failure"}`,
	} {
		c, _ := serve(t, fake.Reply(body))
		_, err := fake.Collect(c.ListOwners(t.Context(), nil))
		_, perr := c.ListOwnersPage(t.Context(), nil)
		for _, err := range []error{err, perr} {
			var e *client.Error
			require.ErrorAs(t, err, &e, body)
			assert.Equal(t, 200, e.StatusCode, body)
			assert.Equal(t, "Failure: no such owner", e.Message, body)
		}
	}
	c, _ := serve(t, fake.Reply(`{"status":"Failure","message":"no","errCode":"0x2001"}`))
	_, err := fake.Collect(c.ListObjects(t.Context(), nil))
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "0x2001", e.Code)
}

func TestPartialFailure(t *testing.T) {
	c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(207)
		io.WriteString(w, `{"users":[{"id":"1","email":"a@example.com"}],"errors":[{"email":"b@example.com","code":409,"message":"exists"}]}`)
	})
	made, err := c.CreateUsers(t.Context(), "acme", synthetic.UserInputs{{}, {}})
	var p *client.PartialError
	require.ErrorAs(t, err, &p)
	require.Equal(t, []client.Failure{{Identifier: "b@example.com", Status: "409", Message: "exists"}}, p.Failures)
	require.NotNil(t, made.JSON207, "what was made comes with the error")
	assert.Equal(t, "1", made.JSON207.Users[0].ID, "what was made")
	assert.Nil(t, made.JSON201, "the body of another status")
	assert.Equal(t, 207, made.StatusCode)
}

func TestSeveralSuccesses(t *testing.T) {
	for status, body := range map[int]string{200: `{"type":"host","hostName":"a"}`, 202: `{"status":"later"}`, 204: ""} {
		c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); io.WriteString(w, body) })
		r, err := c.ReplaceObject(t.Context(), synthetic.ObjectKindHost, "k", hostInput())
		require.NoError(t, err, "%d", status)
		assert.Equal(t, status, r.StatusCode)
		assert.Equal(t, status == 200, r.JSON200 != nil, "%d has the body of a 200", status)
		assert.Equal(t, status == 202, r.JSON202 != nil, "%d has the body of a 202", status)
	}
	// A write that answers under a status that nobody described as it does under its own has
	// succeeded, which is reported; another answer is an error, and says that it was sent.
	for body, passes := range map[string]bool{`{"type":"host","hostName":"a"}`: true, ``: true, `{"message":"timed out"}`: false, `{}`: false, `OK`: false} {
		var told []client.Mismatch
		c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); io.WriteString(w, body) }, client.OnMismatch(func(m client.Mismatch) { told = append(told, m) }))
		r, err := c.ReplaceObject(t.Context(), "host", "k", hostInput())
		assert.Equal(t, passes, err == nil, "%s: %v", body, err)
		if passes {
			assert.Equal(t, 201, r.StatusCode)
			assert.Equal(t, []client.Mismatch{{Operation: "replaceObject", Want: "a declared status", Got: "Created", Kept: true}}, told, body)
			continue
		}
		var de *client.DecodeError
		require.ErrorAs(t, err, &de, body)
		assert.True(t, de.Sent, body)
	}
}

// Absent, null, empty and zero are four different things on the wire.
func TestNullableWrites(t *testing.T) {
	var sent string
	c, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		io.WriteString(w, `{"status":"Success","data":{"nickname":null}}`)
	})
	for _, x := range []struct {
		in   synthetic.UserInput
		want string
	}{
		{synthetic.UserInput{}, `{}`},
		{synthetic.UserInput{Nickname: nullable.NewNullNullable[string]()}, `{"nickname":null}`},
		{synthetic.UserInput{Nickname: nullable.NewNullableWithValue("")}, `{"nickname":""}`},
		{synthetic.UserInput{Admin: fake.Ptr(false), Quota: fake.Ptr(int64(0)), Email: fake.Ptr(""), Aliases: &[]string{}}, `{"admin":false,"aliases":[],"email":"","quota":0}`},
	} {
		u, err := c.UpdateUser(t.Context(), "o", "i", x.in)
		require.NoError(t, err)
		assert.Equal(t, x.want, sent)
		assert.Empty(t, u.Data.Nickname)
	}
}

// An unknown kind of a union keeps what it holds.
func TestUnions(t *testing.T) {
	const unknown = `{"type":"asn","number":64500,"nested":{"a":[1,2]}}`
	c, _ := serve(t, fake.Reply(`{"data":[{"type":"host","hostName":"a","dnsActive":false},{"type":"address","ip":"192.0.2.1"},`+unknown+`],"status":"Success"}`))
	got, err := fake.Collect(c.ListObjects(t.Context(), nil))
	require.NoError(t, err)
	require.Len(t, got, 3)
	h, err := got[0].AsHost()
	require.NoError(t, err)
	assert.Equal(t, "a", h.HostName)
	assert.False(t, *h.DNSActive)
	kind, err := got[2].Discriminator()
	assert.NoError(t, err)
	assert.Equal(t, "asn", kind)
	b, err := json.Marshal(got[2])
	assert.NoError(t, err)
	assert.Equal(t, unknown, string(b), "an unknown kind is written as it came")
	var sent string
	c, _ = serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		io.WriteString(w, `{"type":"host","hostName":"a"}`)
	})
	var in synthetic.ObjectInput
	require.NoError(t, in.FromHostInput(synthetic.HostInput{HostName: fake.Ptr("a"), DNSActive: fake.Ptr(false)}))
	_, err = c.ReplaceObject(t.Context(), "host", "k", in)
	assert.NoError(t, err)
	assert.Equal(t, `{"dnsActive":false,"hostName":"a","type":"host"}`, sent)
}

func TestQueryArraysAndEnumsInPaths(t *testing.T) {
	var got string
	c, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		got = r.Method + " " + r.RequestURI
		io.WriteString(w, `[]`)
	})
	ctx := t.Context()
	for want, do := range map[string]func() error{
		"GET /api/v1/alerts?ids=a,b%2Cc": func() error {
			_, err := fake.Collect(c.ListAlerts(ctx, &synthetic.ListAlertsParams{IDs: []string{"a", "b,c"}}))
			return err
		},
		"GET /api/v1/objects?fields=tags&fields=custom.name": func() error {
			_, err := fake.Collect(c.ListObjects(ctx, &synthetic.ListObjectsParams{Fields: []synthetic.ObjectField{"tags", "custom.name"}}))
			return err
		},
		"OPTIONS /api/v1/objects/address/2001%3Adb8%3A%3A1%2F32": func() error {
			_, err := c.DescribeObject(ctx, synthetic.ObjectKindAddress, "2001:db8::1/32")
			return err
		},
		"HEAD /api/v1/objects/other/a%20b": func() error { return c.HeadObject(ctx, "other", "a b") },
		"GET /api/v1/alerts?limit=1&unread=false": func() error {
			_, err := fake.Collect(c.ListAlerts(ctx, &synthetic.ListAlertsParams{Unread: fake.Ptr(false), Limit: fake.Ptr(int64(1))}))
			return err
		},
		"GET /api/v1/alerts?from=2026-01-15T12%3A00%3A00Z&status=other": func() error {
			_, err := fake.Collect(c.ListAlerts(ctx, &synthetic.ListAlertsParams{From: &noon, Until: nil, Status: fake.Ptr(synthetic.AlertStatus("other"))}))
			return err
		},
	} {
		assert.NoError(t, do(), want)
		assert.Equal(t, want, got)
	}
}

func TestUploadAndDownload(t *testing.T) {
	c, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.Method == "GET" {
			w.Header().Set("Content-Type", "application/octet-stream")
			io.WriteString(w, "document")
			return
		}
		b, _ := io.ReadAll(r.Body)
		assert.Equal(t, "document", string(b))
		assert.EqualValues(t, 8, r.ContentLength)
		assert.Equal(t, "application/octet-stream", r.Header.Get("Content-Type"))
		io.WriteString(w, `{"status":"Success"}`)
	})
	s, err := c.UploadDocument(t.Context(), 1, strings.NewReader("document"))
	assert.NoError(t, err)
	assert.Equal(t, "Success", s.Status)
	body, err := c.DownloadDocument(t.Context(), 1)
	require.NoError(t, err)
	defer body.Close()
	b, err := io.ReadAll(body)
	assert.NoError(t, err)
	assert.Equal(t, "document", string(b))
}

func TestMultipart(t *testing.T) {
	c, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		assert.NoError(t, err)
		form, err := multipart.NewReader(r.Body, params["boundary"]).ReadForm(1 << 20)
		assert.NoError(t, err)
		assert.Equal(t, []string{"{}"}, form.Value["settings"])
		w.WriteHeader(202)
		io.WriteString(w, `{"status":"Queued"}`)
	})
	var body strings.Builder
	form := multipart.NewWriter(&body)
	form.WriteField("settings", "{}")
	form.Close()
	s, err := c.ImportBulk(t.Context(), form.FormDataContentType(), strings.NewReader(body.String()))
	assert.NoError(t, err)
	assert.Equal(t, "Queued", s.Status)
}

func TestRequestsKeepThePolicy(t *testing.T) {
	c, seen := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n < 3 {
			w.WriteHeader(429)
			return
		}
		assert.Equal(t, "application/xml", r.Header.Get("Accept"))
		io.WriteString(w, "<user/>")
	})
	res, err := c.Requests.GetUser(t.Context(), "o", "i", func(_ context.Context, r *http.Request) error { r.Header.Set("Accept", "application/xml"); return nil })
	require.NoError(t, err)
	require.Equal(t, 3, seen.Calls(), "requests")
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	assert.NoError(t, err)
	assert.Equal(t, "<user/>", string(b), "the body as it came")
}

func TestHeaders(t *testing.T) {
	var got http.Header
	c, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { got = r.Header; io.WriteString(w, "{}") }, client.Header("X-Terms-Update", "true"))
	assert.NoError(t, c.Ping(t.Context()))
	assert.Equal(t, "true", got.Get("X-Terms-Update"))
	assert.Regexp(t, "^threatclients-go/", got.Get("User-Agent"))
}

type mock struct{ synthetic.API }

func (mock) GetUser(context.Context, synthetic.Org, string, ...auth.Editor) (synthetic.User, error) {
	return synthetic.User{ID: "mocked"}, nil
}

func TestMock(t *testing.T) {
	var api synthetic.API = mock{}
	u, err := api.GetUser(t.Context(), "", "")
	assert.NoError(t, err)
	assert.Equal(t, "mocked", u.ID)
}
