package engine

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

// A request that no document has goes where it says, signed, and is sent again only if it reads.
func TestUnknown(t *testing.T) {
	signed := 0
	f := newFake(t, []answer{says(503, ""), says(200, `{"new":1}`), says(503, "")}, func(c *client.Config) error {
		c.Sign = func(context.Context, *http.Request) error { signed++; return nil }
		return nil
	})
	res, err := f.Unknown(t.Context(), "GET", "/v9/new%20things/7", url.Values{"b": {"2", "3"}, "a": {"x y"}}, "", nil, nil)
	require.NoError(t, err)
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	assert.Equal(t, `{"new":1}`, string(b), "the reply, undecoded")
	require.Len(t, f.sent, 2, "a GET that failed is sent again")
	assert.Equal(t, "/v1/v9/new%20things/7?a=x+y&b=2&b=3", f.sent[0].URL.RequestURI())
	assert.Equal(t, 2, signed, "each attempt is signed")

	_, err = f.Unknown(t.Context(), "POST", "/v9/new", nil, "application/json", strings.NewReader(`{}`), nil)
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "POST /v9/new", e.Operation)
	assert.Len(t, f.sent, 3, "a POST is sent once")
	assert.Equal(t, "application/json", f.sent[2].Header.Get("Content-Type"))
}

// It cannot be led away from the server's base path.
func TestUnknownStaysBelow(t *testing.T) {
	f := newFake(t, nil)
	for _, path := range []string{"", "v9", "/../x", "/a/../../b", "/%2e%2e/b", "/a?x=1", "/a#b", "/a/{id}", "https://other.example.com/a", "/a\nb", "/%zz"} {
		_, err := f.Unknown(t.Context(), "GET", path, nil, "", nil, nil)
		var refused *client.RequestError
		require.ErrorAs(t, err, &refused, path)
		assert.Equal(t, "path", refused.Parameter, path)
	}
	for _, method := range []string{"", "get", "GET /x HTTP/1.1\r\n"} {
		_, err := f.Unknown(t.Context(), method, "/a", nil, "", nil, nil)
		assert.ErrorContains(t, err, "is no method", method)
	}
	away := func(_ context.Context, r *http.Request) error { r.URL.Host = "other.example.com"; return nil }
	_, err := f.Unknown(t.Context(), "GET", "/a", nil, "", nil, []auth.Editor{away})
	var refused *client.RequestError
	require.ErrorAs(t, err, &refused)
	assert.True(t, refused.Unsafe)
	assert.Empty(t, f.sent, "nothing was sent")
}

// The options of one call hold for that call.
func TestOptionsOfACall(t *testing.T) {
	f := newFake(t, []answer{says(503, ""), says(503, ""), says(200, `{}`)})
	ctx := client.ForCall(t.Context(), client.Attempts(1), client.Header("X-Once", "yes"))
	_, err := f.Send(ctx, request(&Operation{ID: "get", Method: "GET", Path: "/a", Idempotent: true}, ""), nil)
	require.Error(t, err)
	require.Len(t, f.sent, 1, "one attempt")
	assert.Equal(t, "yes", f.sent[0].Header.Get("X-Once"))
	_, err = f.Send(t.Context(), request(&Operation{ID: "get", Method: "GET", Path: "/a", Idempotent: true}, ""), nil)
	require.NoError(t, err)
	assert.Len(t, f.sent, 3, "the next call is repeated as the client says")
	assert.Empty(t, f.sent[1].Header.Get("X-Once"))
	_, err = f.Send(client.ForCall(t.Context(), client.AllowHTTP()), request(&Operation{ID: "get", Method: "GET", Path: "/a"}, ""), nil)
	var refused *client.RequestError
	require.ErrorAs(t, err, &refused)
	assert.Len(t, f.sent, 3, "nothing was sent")
}
