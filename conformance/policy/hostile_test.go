package policy_test

import (
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
)

// Whatever comes, a call never ends without an error and without a value.
func TestHostileReplies(t *testing.T) {
	ctx := t.Context()
	type answer struct {
		status  int
		ct, str string
	}
	var a answer
	c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{a.ct}
		w.WriteHeader(a.status)
		io.WriteString(w, a.str)
	}, client.Attempts(1))
	for _, a.status = range []int{200, 201, 202, 204, 206, 304, 404, 418, 500} {
		for _, a.ct = range []string{"", "application/json", "text/plain", "text/html", "application/octet-stream", "bad/;;"} {
			for _, a.str = range []string{"", " ", "null", "[]", "{}", `"x"`, "12", "<html>", `{"alerts":[{"id":"1"},{"i`, `{"alerts":[]}x`, `[{"name":"1"}`, `{"users":`, "\xff",
				`{"data":{"owner":[{"id":1}`, `{"messagesDelivered":[{"GUID":"1"}`, "{}{}", "[[]]", `{"alerts":{"id":`} {
				good := a.status/100 == 2 && a.status != 204
				fail := func(name string) {
					assert.Fail(t, "no error and nothing decoded", "%s %d %q %q", name, a.status, a.ct, a.str)
				}
				if _, err := c.GetUser(ctx, "o", "i"); err == nil {
					fail("GetUser")
				}
				if _, err := fake.Collect(c.ListAlerts(ctx, nil)); err == nil && !(good && a.str == "[]") {
					fail("ListAlerts")
				}
				if _, err := fake.Collect(c.ListOwners(ctx, nil)); err == nil && !(good && a.str == "[]") {
					fail("ListOwners")
				}
				if _, err := fake.Collect(c.ListTags(ctx, nil)); err == nil && !(good && a.str == "[]") {
					fail("ListTags")
				}
				for w := range c.ListSIEMAll(ctx, noon.Add(-2*time.Hour), noon.Add(-time.Hour), nil) {
					if _, err := fake.Collect(w.Events()); err == nil && a.status != 204 {
						fail("ListSIEMAll")
					}
				}
				if r, err := c.CreateUsers(ctx, "o", nil); err == nil && r.JSON201 == nil && r.JSON207 == nil {
					fail("CreateUsers")
				}
				undeclared := (a.status == 201 || a.status == 206) && slices.Contains([]string{"", " ", "null"}, a.str) // a 204 would be as empty
				if r, err := c.ReplaceObject(ctx, "host", "k", hostInput()); err == nil && r.JSON200 == nil && r.JSON202 == nil && a.status != 204 && !undeclared {
					fail("ReplaceObject")
				}
				nothing := slices.Contains([]string{"", " ", "null"}, a.str) || a.str == "{}" && a.ct != "text/html" || a.status == 204
				if err := c.Ping(ctx); (err == nil) != (nothing && a.status/100 == 2) {
					fail("Ping")
				}
			}
		}
	}
}
