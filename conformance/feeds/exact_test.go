package feeds

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

// A feed hands out the bytes of an event that is what the document says, and none of one that
// it had to repair.
func TestFollowedAsItCame(t *testing.T) {
	const whole, odd = `{"id": "click-1", "url":"http://bad.example.net/", "new": {"x": 1e2}}`, `{"id":"click-2","url":5}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"clicksPermitted":[%s,%s],"clicksBlocked":[],"messagesDelivered":[],"messagesBlocked":[]}`, whole, odd)
	}))
	defer server.Close()
	c, err := tap.New(auth.Basic("principal", "secret-of-the-test"), client.Server(server.URL), client.AllowHTTP(), client.OnMismatch(func(client.Mismatch) {}))
	require.NoError(t, err)
	got := map[string]string{}
	for f, err := range c.FollowSIEMAll(t.Context(), time.Now().Add(-90*time.Minute), nil) {
		require.NoError(t, err)
		if f.Event == nil {
			assert.Nil(t, f.JSON, "a mark has no JSON")
			break
		}
		got[f.Event.ClicksPermitted.ID] = string(f.JSON)
	}
	assert.Equal(t, map[string]string{"click-1": whole, "click-2": ""}, got, "the bytes of the events")
}
