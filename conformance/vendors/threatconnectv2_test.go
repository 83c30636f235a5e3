package vendors_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/gen/threatconnectv2"
)

// Indicators and labels of every form arrive as one segment of the path, and the signature
// over the line that was sent holds.
func TestThreatConnectV2Keys(t *testing.T) {
	ctx := t.Context()
	var path string
	c, _ := threatConnectV2(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		io.WriteString(w, `{"status":"Success","data":{"url":{"id":1},"cidrBlock":{"id":1},"emailAddress":{"id":1},"address":{"id":1},"registryKey":{"id":1},"hashtag":{"id":1}}}`)
	})
	for name, x := range map[string]struct {
		do   func() error
		base string
		key  string
	}{
		"URL":          {func() error { return drop(c.GetURL(ctx, "http://example.com/a?b=c#d", nil)) }, "/api/v2/indicators/urls/", "http://example.com/a?b=c#d"},
		"CIDR":         {func() error { return drop(c.GetCIDRBlock(ctx, "192.0.2.0/24", nil)) }, "/api/v2/indicators/cidrBlocks/", "192.0.2.0/24"},
		"e-mail":       {func() error { return drop(c.GetEmailAddress(ctx, "bad@example.com", nil)) }, "/api/v2/indicators/emailAddresses/", "bad@example.com"},
		"IPv6":         {func() error { return drop(c.GetAddress(ctx, "2001:db8::1", nil)) }, "/api/v2/indicators/addresses/", "2001:db8::1"},
		"registry key": {func() error { return drop(c.GetRegistryKey(ctx, `HKEY_USERS\a b : {c} : REG_SZ`, nil)) }, "/api/v2/indicators/registryKeys/", `HKEY_USERS\a b : {c} : REG_SZ`},
		"custom":       {func() error { return drop(c.GetCustomIndicator(ctx, "hashtags", "#one : two/three", nil)) }, "/api/v2/indicators/hashtags/", "#one : two/three"},
		"label": {func() error {
			return drop(c.AddItemSecurityLabel(ctx, "groups", "incidents", "54321", "TLP:AMBER+STRICT", nil))
		},
			"/api/v2/groups/incidents/54321/securityLabels/", "TLP:AMBER+STRICT"},
	} {
		err := x.do()
		key, ok := strings.CutPrefix(path, x.base)
		back, uerr := url.PathUnescape(key)
		require.NoError(t, err, name)
		assert.True(t, ok, "%s: %s begins with %s", name, path, x.base)
		assert.NoError(t, uerr, "%s: %s", name, path)
		assert.Equal(t, x.key, back, "%s: the key that arrives", name)
		assert.NotContains(t, key, "/", "%s: the key is one segment", name)
	}
	path = ""
	_, err := c.GetAddress(ctx, "..", nil)
	assert.ErrorIs(t, err, client.ErrUnsafe)
	assert.Empty(t, path, "nothing is sent")
}

// The total stands on the first page only, and the array has the name of its kind.
func TestThreatConnectV2Pages(t *testing.T) {
	var asked []string
	c, _ := threatConnectV2(t, func(n int, w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("resultStart"))
		if n == 1 {
			io.WriteString(w, `{"status":"Success","data":{"resultCount":3,"hashtag":[{"id":"1","Hashtag":"#a"},{"id":2,"Hashtag":"#b"}]}}`)
		} else {
			io.WriteString(w, `{"status":"Success","data":{"hashtag":[{"id":3,"Hashtag":"#c"}]}}`)
		}
	})
	got, err := fake.Collect(c.ListCustomIndicators(t.Context(), "hashtags", &threatconnectv2.ListCustomIndicatorsParams{ResultLimit: fake.Ptr(int64(2))}))
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.EqualValues(t, 1, *got[0].ID, "text as an integer")
	assert.Equal(t, []string{"", "2"}, asked, "where the pages begin")
}

// A filter that the service could not read is refused before it is sent.
func TestThreatConnectV2Filters(t *testing.T) {
	c, seen := threatConnectV2(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "summary^example,rating>3", r.URL.Query().Get("filters"))
		io.WriteString(w, `{"status":"Success","data":{"host":[]}}`)
	})
	_, err := fake.Collect(c.ListHosts(t.Context(), &threatconnectv2.ListHostsParams{Filters: fake.Ptr("summary^example,rating>3")}))
	assert.NoError(t, err)
	assert.Equal(t, 1, seen.Calls(), "requests")
	_, err = fake.Collect(c.ListHosts(t.Context(), &threatconnectv2.ListHostsParams{Filters: fake.Ptr("summary like x")}))
	assert.ErrorIs(t, err, client.ErrInvalid)
	assert.Equal(t, 1, seen.Calls(), "nothing more is sent")
}

func TestThreatConnectV2Failures(t *testing.T) {
	c, _ := threatConnectV2(t, fake.Reply(`{"status":"Failure","message":"The requested owner was not found"}`))
	_, err := fake.Collect(c.ListHosts(t.Context(), nil))
	_, gerr := c.GetAddress(t.Context(), "192.0.2.1", nil)
	for _, err := range []error{err, gerr} {
		var e *client.Error
		if assert.ErrorAs(t, err, &e) {
			assert.Equal(t, "Failure: The requested owner was not found", e.Message)
		}
	}
}

// A batch from its settings to its errors.
func TestThreatConnectV2Batch(t *testing.T) {
	ctx := t.Context()
	polls, created, uploaded := 0, "", ""
	c, _ := threatConnectV2(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "POST /api/v2/batch":
			b, _ := io.ReadAll(r.Body)
			created = string(b)
			w.WriteHeader(http.StatusCreated)
			io.WriteString(w, `{"status":"Success","data":{"batchId":77}}`)
		case "POST /api/v2/batch/77":
			b, _ := io.ReadAll(r.Body)
			uploaded = r.Header.Get("Content-Type") + " " + string(b)
			w.WriteHeader(http.StatusAccepted)
			io.WriteString(w, `{"status":"Queued"}`) // the bare form
		case "GET /api/v2/batch/77":
			polls++
			status := map[bool]string{true: "Running", false: "Completed"}[polls < 3]
			fmt.Fprintf(w, `{"status":"Success","data":{"batchStatus":{"id":77,"status":%q,"successCount":1,"errorCount":1,"unprocessCount":0}}}`, status)
		case "GET /api/v2/batch/77/errors":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, `[{"errorReason":"no"}]`)
			z.Close()
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	job, err := c.CreateBatchJob(ctx, threatconnectv2.BatchConfigInput{Owner: "Example Organization", Action: "Create", AttributeWriteType: "Replace"})
	require.NoError(t, err)
	require.EqualValues(t, 77, *job.Data.BatchID)
	assert.Equal(t, `{"action":"Create","attributeWriteType":"Replace","haltOnError":false,"owner":"Example Organization"}`, created, "the settings")
	_, err = c.UploadBatchFile(ctx, "77", strings.NewReader(`[{"type":"Host","summary":"host.example.com"}]`))
	require.NoError(t, err)
	require.Equal(t, `application/octet-stream [{"type":"Host","summary":"host.example.com"}]`, uploaded, "the file, unread")
	var told []string
	end, err := client.Await(ctx, time.Millisecond, func(ctx context.Context) (threatconnectv2.BatchStatusReply, error) {
		return c.GetBatchStatus(ctx, "77", nil)
	},
		func(s threatconnectv2.BatchStatusReply) bool { return s.Data.BatchStatus.Status == "Completed" },
		func(s threatconnectv2.BatchStatusReply) { told = append(told, string(s.Data.BatchStatus.Status)) })
	require.NoError(t, err)
	assert.EqualValues(t, 1, *end.Data.BatchStatus.ErrorCount)
	assert.Equal(t, []string{"Running", "Running", "Completed"}, told)
	body, err := c.GetBatchErrors(ctx, "77")
	require.NoError(t, err)
	defer body.Close()
	b, err := io.ReadAll(body)
	assert.NoError(t, err)
	assert.Equal(t, `[{"errorReason":"no"}]`, string(b), "the errors, unpacked")
}

// Documents go up and come down unread; XML is handed on as it is.
func TestThreatConnectV2Files(t *testing.T) {
	ctx := t.Context()
	var stored []byte
	c, _ := threatConnectV2(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			stored, _ = io.ReadAll(r.Body)
			io.WriteString(w, `{"status":"Success"}`)
		case strings.HasSuffix(r.URL.Path, "/download"):
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Write(stored)
		case r.Header.Get("Accept") == "application/xml":
			w.Header().Set("Content-Type", "application/xml")
			io.WriteString(w, "<ownersResponse/>")
		}
	})
	document := bytes.Repeat([]byte("document"), 1000)
	_, err := c.UploadGroupFile(ctx, "documents", "4711", nil, bytes.NewReader(document))
	require.NoError(t, err)
	body, err := c.DownloadGroupFile(ctx, "documents", "4711", nil)
	require.NoError(t, err)
	defer body.Close()
	b, err := io.ReadAll(body)
	assert.NoError(t, err)
	assert.True(t, bytes.Equal(b, document), "the document comes down as it went up: %d of %d bytes", len(b), len(document))
	res, err := c.Requests.ListOwnersPage(ctx, nil, func(_ context.Context, r *http.Request) error { r.Header.Set("Accept", "application/xml"); return nil })
	require.NoError(t, err)
	defer res.Body.Close()
	b, err = io.ReadAll(res.Body)
	assert.NoError(t, err)
	assert.Equal(t, "<ownersResponse/>", string(b))
}
