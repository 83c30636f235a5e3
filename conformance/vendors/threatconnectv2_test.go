package vendors_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
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
		require.NoError(t, err, "%s arrived as %s", name, path)
		assert.True(t, ok, "%s arrived as %s", name, path)
		assert.NoError(t, uerr, "%s arrived as %s", name, path)
		assert.Equal(t, x.key, back, "%s arrived as %s", name, path)
		assert.NotContains(t, key, "/", "%s arrived as %s", name, path)
	}
	if _, err := c.GetAddress(ctx, "..", nil); !errors.Is(err, client.ErrUnsafe) {
		t.Error(err)
	}
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
	require.NoError(t, err, asked)
	require.Len(t, got, 3, asked)
	assert.EqualValues(t, 1, *got[0].ID, asked)
	assert.Equal(t, ",2", strings.Join(asked, ","), asked)
}

// A filter that the service could not read is refused before it is sent.
func TestThreatConnectV2Filters(t *testing.T) {
	c, seen := threatConnectV2(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "summary^example,rating>3", r.URL.Query().Get("filters"), r.URL.RawQuery)
		io.WriteString(w, `{"status":"Success","data":{"host":[]}}`)
	})
	if _, err := fake.Collect(c.ListHosts(t.Context(), &threatconnectv2.ListHostsParams{Filters: fake.Ptr("summary^example,rating>3")})); err != nil || seen.Calls() != 1 {
		t.Error(err)
	}
	if _, err := fake.Collect(c.ListHosts(t.Context(), &threatconnectv2.ListHostsParams{Filters: fake.Ptr("summary like x")})); !errors.Is(err, client.ErrInvalid) || seen.Calls() != 1 {
		t.Error(err, seen.Calls())
	}
}

func TestThreatConnectV2Failures(t *testing.T) {
	c, _ := threatConnectV2(t, fake.Reply(`{"status":"Failure","message":"The requested owner was not found"}`))
	_, err := fake.Collect(c.ListHosts(t.Context(), nil))
	_, gerr := c.GetAddress(t.Context(), "192.0.2.1", nil)
	for _, err := range []error{err, gerr} {
		if e, ok := errors.AsType[*client.Error](err); !ok || e.Message != "Failure: The requested owner was not found" {
			t.Error(err)
		}
	}
}

// A batch from its settings to its errors.
func TestThreatConnectV2Batch(t *testing.T) {
	ctx := t.Context()
	polls, uploaded := 0, ""
	c, _ := threatConnectV2(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "POST /api/v2/batch":
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
	require.NoError(t, err, job)
	require.EqualValues(t, 77, *job.Data.BatchID, job)
	if _, err := c.UploadBatchFile(ctx, "77", strings.NewReader(`[{"type":"Host","summary":"host.example.com"}]`)); err != nil || uploaded != `application/octet-stream [{"type":"Host","summary":"host.example.com"}]` {
		t.Fatal(uploaded, err)
	}
	var told []string
	end, err := client.Await(ctx, time.Millisecond, func(ctx context.Context) (threatconnectv2.BatchStatusReply, error) {
		return c.GetBatchStatus(ctx, "77", nil)
	},
		func(s threatconnectv2.BatchStatusReply) bool { return s.Data.BatchStatus.Status == "Completed" },
		func(s threatconnectv2.BatchStatusReply) { told = append(told, string(s.Data.BatchStatus.Status)) })
	require.NoError(t, err, told)
	assert.EqualValues(t, 1, *end.Data.BatchStatus.ErrorCount, told)
	assert.Equal(t, "Running Running Completed", strings.Join(told, " "), told)
	body, err := c.GetBatchErrors(ctx, "77")
	require.NoError(t, err)
	defer body.Close()
	if b, err := io.ReadAll(body); string(b) != `[{"errorReason":"no"}]` || err != nil {
		t.Errorf("%q %v", b, err)
	}
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
	if _, err := c.UploadGroupFile(ctx, "documents", "4711", nil, bytes.NewReader(document)); err != nil {
		t.Fatal(err)
	}
	body, err := c.DownloadGroupFile(ctx, "documents", "4711", nil)
	require.NoError(t, err)
	defer body.Close()
	if b, err := io.ReadAll(body); !bytes.Equal(b, document) || err != nil {
		t.Error(len(b), err)
	}
	res, err := c.Requests.ListOwnersPage(ctx, nil, func(_ context.Context, r *http.Request) error { r.Header.Set("Accept", "application/xml"); return nil })
	require.NoError(t, err)
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); string(b) != "<ownersResponse/>" || err != nil {
		t.Errorf("%q %v", b, err)
	}
}
