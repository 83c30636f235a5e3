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
// under 207. One in the place of the other says nothing about what was asked.
func TestCreationsAnswerByStatus(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   string // of the error; "" if it is an answer
	}{
		{201, `{"primary_email":"a@example.com","uid":7}`, ""},
		{207, `{"users":[{"primary_email":"a@example.com"}],"errors":[]}`, ""},
		{207, `{"users":null}`, ""},
		{207, `{"primary_email":"a@example.com","uid":7}`, "none of the expected members"},
		{207, `{"uid":7}`, "none of the expected members"},
		{207, `{"message":"down"}`, "none of the expected members"},
		{201, `{"message":"down","users":null}`, "none of the expected members"},
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
		if c.want != "" {
			var de *client.DecodeError
			require.ErrorAs(t, err, &de, "%d %s", c.status, c.body)
			assert.ErrorContains(t, err, c.want)
			assert.Equal(t, c.status, de.StatusCode)
			continue
		}
		require.NoError(t, err, "%d %s", c.status, c.body)
		assert.True(t, (made.JSON201 != nil) == (c.status == 201) && (made.JSON207 != nil) == (c.status == 207), "%d is decoded as such: %+v", c.status, made)
	}
}
