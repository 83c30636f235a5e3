package vendors_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/essentials"
)

// What answers a creation differs by status: what was made under 201, and what became of each
// under 207. Which one a list of one gets is not known, so each is taken under the other's status.
func TestCreationsAnswerByStatus(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		as     int    // the status whose reply it is
		want   string // of the error; "" if there is none
	}{
		{201, `{"primary_email":"a@example.com","uid":7}`, 201, ""},
		{207, `{"users":[{"primary_email":"a@example.com"}],"errors":[]}`, 207, ""},
		{207, `{"users":null}`, 207, ""},
		{207, `{"primary_email":"a@example.com","uid":7}`, 201, ""},
		{201, `{"users":[{"primary_email":"a@example.com"}],"errors":[]}`, 207, ""},
		{201, `{"users":[{"primary_email":"a@example.com"}],"errors":[{"identifier":"b@example.com"}]}`, 207, "1 items failed"},
		{200, `{"users":[],"errors":[{"identifier":"b@example.com"}]}`, 207, "1 items failed"},
		{201, `{"primary_email":"a@example.com","errors":["odd"]}`, 201, "1 items failed"},
		{201, `{"errors":[{"identifier":"b@example.com"}]}`, 0, "none of the expected members"},
		{207, `{"message":"down"}`, 0, "none of the expected members"},
		{201, `{"message":"down"}`, 0, "none of the expected members"},
	} {
		var sent []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent = append(sent, r.Method+" "+r.URL.Path)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		}))
		defer server.Close()
		e, err := essentials.New(auth.UserPassword("user", "password"), client.Server(server.URL), client.AllowHTTP())
		require.NoError(t, err)
		made, err := e.CreateUsers(t.Context(), "example.com", essentials.CreateUsersJSONRequestBody{{PrimaryEmail: "a@example.com"}})
		assert.Equal(t, []string{"POST /orgs/example.com/users"}, sent, "a creation is sent once")
		if c.want == "" {
			require.NoError(t, err, "%d %s", c.status, c.body)
		} else {
			require.ErrorContains(t, err, c.want, "%d %s", c.status, c.body)
		}
		assert.Equal(t, c.status, made.StatusCode, "the status is the reply's")
		if c.as != 0 {
			assert.True(t, (made.JSON201 != nil) == (c.as == 201) && (made.JSON207 != nil) == (c.as == 207), "%d %s is that of %d: %+v", c.status, c.body, c.as, made)
		}
	}
}
