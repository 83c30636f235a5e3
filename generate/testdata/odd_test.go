// Tests of the package that is made from odd.yaml: what its methods send, and what they take.
package odd

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// served is what a server saw: the last request and its body.
type served struct {
	*http.Request
	body  string
	calls int
}

// serve returns a client of a server that answers with a status and a body.
func serve(t *testing.T, status int, reply string) (*Client, *served) {
	t.Helper()
	saw := new(served)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		saw.Request, saw.body, saw.calls = r, string(b), saw.calls+1
		w.Header().Set("Content-Type", "text/plain; charset=utf-8") // says nothing about JSON
		w.WriteHeader(status)
		_, _ = io.WriteString(w, reply)
	}))
	t.Cleanup(s.Close)
	c, err := New(auth.Basic("login", "password"), client.Server(s.URL), client.AllowHTTP())
	require.NoError(t, err)
	return c, saw
}

func TestMediaTypesAreThoseOfTheDocument(t *testing.T) {
	c, saw := serve(t, 200, `{"name": "a", "next": {"name": "b"}}`)
	from := int64(1)
	params := &PatchNodeParams{XTenant: "t"}
	params.Range = &struct {
		From int64 `json:"from,omitempty,omitzero"`
		To   int64 `json:"to,omitempty,omitzero"`
	}{From: from, To: 2}
	node, err := c.PatchNode(t.Context(), "1", "2", "3", "4", "5", "6", "7", "8", params, NodeInput{Name: new("a")})
	require.NoError(t, err)
	assert.Equal(t, "b", node.Next.Name, "a member of its own type is a pointer")
	assert.Equal(t, "application/merge-patch+json", saw.Header.Get("Content-Type"))
	assert.Equal(t, "application/vnd.odd+json, application/json", saw.Header.Get("Accept"))
	assert.JSONEq(t, `{"name": "a"}`, saw.body)
	assert.Equal(t, "/nodes/1/2/3/4/5/6/7/8", saw.URL.Path)
	assert.Equal(t, "from,1,to,2", saw.URL.Query().Get("range"), "an object that does not explode")

	c, saw = serve(t, 204, "")
	require.NoError(t, c.AddNote(t.Context(), strings.NewReader("a note")))
	assert.Equal(t, "text/plain", saw.Header.Get("Content-Type"))
	assert.Equal(t, "a note", saw.body, "sent as it is")
}

// The parameters of a media type make no other of it.
func TestDownloadWithParameters(t *testing.T) {
	c, saw := serve(t, 200, "a line")
	body, err := c.GetLog(t.Context())
	require.NoError(t, err)
	defer body.Close()
	b, err := io.ReadAll(body)
	require.NoError(t, err)
	assert.Equal(t, "a line", string(b))
	assert.Equal(t, "text/plain; charset=UTF-8", saw.Header.Get("Accept"))
}

func TestRequiredHeader(t *testing.T) {
	c, saw := serve(t, 200, `{"name": "a"}`)
	for _, params := range []*PatchNodeParams{nil, {}, {XTenant: " "}} {
		_, err := c.PatchNode(t.Context(), "1", "2", "3", "4", "5", "6", "7", "8", params, NodeInput{})
		require.ErrorContains(t, err, "parameter X-Tenant is required")
	}
	assert.Zero(t, saw.calls, "nothing is sent")
	ctx := client.ForCall(t.Context(), client.Header("X-Tenant", "t"))
	_, err := c.PatchNode(ctx, "1", "2", "3", "4", "5", "6", "7", "8", nil, NodeInput{})
	require.NoError(t, err, "client.Header gives it, too")
	assert.Equal(t, "t", saw.Header.Get("X-Tenant"))
}

// 2XX is 200 to 299, but for the statuses that have a response of their own.
func TestRangeOfStatuses(t *testing.T) {
	for _, status := range []int{200, 203, 299} {
		c, saw := serve(t, status, `{"name": "a"}`)
		node, err := c.SetForm(t.Context(), strings.NewReader("a=1"))
		require.NoError(t, err, "status %d", status)
		assert.Equal(t, "a", node.Name)
		assert.Equal(t, "application/x-www-form-urlencoded", saw.Header.Get("Content-Type"))
		assert.Equal(t, "a=1", saw.body)
	}
	c, _ := serve(t, 202, "")
	_, err := c.SetForm(t.Context(), strings.NewReader("a=1"))
	assert.NoError(t, err, "202 has no body")
	c, _ = serve(t, 200, "")
	_, err = c.SetForm(t.Context(), strings.NewReader("a=1"))
	assert.Error(t, err, "200 has one")
}

// A body that has no schema of its own name is written by its methods.
func TestInlineBodies(t *testing.T) {
	c, saw := serve(t, 204, "")
	var one AddUnionJSONBody
	require.NoError(t, one.FromNodeInput(NodeInput{Name: new("a")}))
	require.NoError(t, c.AddUnion(t.Context(), one))
	assert.JSONEq(t, `{"name": "a"}`, saw.body)

	open := SetOpenJSONBody{A: "a"}
	open.Set("b", 2)
	require.NoError(t, c.SetOpen(t.Context(), open))
	assert.JSONEq(t, `{"a": "a", "b": 2}`, saw.body)
}

func TestConstantsOfAnyAlphabet(t *testing.T) {
	assert.EqualValues(t, "日本", NodeMarkJapan)
}
