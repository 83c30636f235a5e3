package policy_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
)

const echoed = "hidden-value-0000" // what an editor sends

// reportedSecrets are texts that showed what was sent, and requests that went elsewhere.
func reportedSecrets() []reported {
	says := func(status int, kind, body string, headers ...string) func(*testing.T) string {
		return func(t *testing.T) string {
			c, _ := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", strings.ReplaceAll(kind, "ECHO", echoed))
				for i := 0; i < len(headers); i += 2 {
					w.Header().Set(headers[i], strings.ReplaceAll(headers[i+1], "ECHO", echoed))
				}
				w.WriteHeader(status)
				_, _ = io.WriteString(w, strings.ReplaceAll(body, "ECHO", echoed+" "+r.Header.Get("Authorization")))
			}, client.Attempts(1))
			_, err := c.GetUser(t.Context(), "o", "i", func(_ context.Context, r *http.Request) error {
				r.Header.Set("X-Key", echoed)
				return nil
			})
			require.Error(t, err)
			var e *client.Error
			shown := fmt.Sprintf("%v %+v", err, err)
			if errors.As(err, &e) {
				shown += e.Code + e.Message + fmt.Sprintf(" %v %+v %s %d", *e, *e, *e, e)
				var b bytes.Buffer
				require.NoError(t, gob.NewEncoder(&b).Encode(*e))
				slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "err", *e)
				shown += b.String()
			}
			for _, s := range []string{echoed, fake.Secret, "Basic cHJp", "body-value-0000"} {
				if strings.Contains(shown, s) {
					return s + " is shown in " + shown
				}
			}
			return "hidden"
		}
	}
	refused := func(value string) func(*testing.T) string {
		return func(t *testing.T) string {
			c, seen := serve(t, fake.Reply(`{}`))
			err := c.DeleteUser(t.Context(), "acme", value)
			require.Zero(t, seen.Calls())
			require.Error(t, err)
			return failed(err)
		}
	}
	return []reported{
		{"a message that quotes the credential", "the whole header", "hidden", says(401, "application/json", `{"message":"bad credentials: ECHO"}`)},
		{"a code that quotes it", "the whole header", "hidden", says(401, "application/json", `{"message":"no","code":"ECHO"}`)},
		{"a list of errors that quotes it", "the whole header", "hidden", says(422, "application/json", `{"errors":[{"detail":"ECHO"}]}`)},
		{"plain text that quotes it", "the whole header", "hidden", says(403, "text/plain", `bad ECHO`)},
		{"a location that quotes it", "the query", "hidden", says(302, "text/plain", ``, "Location", "http://192.0.2.1/%zz?token=ECHO")},
		{"a type that quotes it", "the value", "hidden", says(200, "text/ECHO", `<html>`)},
		{"the value of an error, printed and encoded", "header and body", "hidden", says(500, "application/json", `{"message":"no","other":"body-value-0000"}`, "Set-Cookie", "x=body-value-0000")},
		{"keys of a map that do not fit", "50 000 log lines with the keys", "1 place, no key", func(t *testing.T) string {
			var body strings.Builder
			for i := range 50_000 {
				fmt.Fprintf(&body, `,"user%d@example.com":"x"`, i)
			}
			places := map[string]bool{}
			c, _ := serve(t, fake.Reply(`{"slots":{`+body.String()[1:]+`},"metrics":1}`), client.OnMismatch(func(m client.Mismatch) { places[fmt.Sprintf("%+v", m)] = true }))
			_, err := c.GetReport(t.Context())
			require.NoError(t, err)
			for place := range places {
				require.NotContains(t, place, "@")
			}
			return fmt.Sprintf("%d place, no key", len(places))
		}},
		{"an editor that names another host in the header Host", "sent", "!left the server", func(t *testing.T) string {
			c, seen := serve(t, fake.Reply(`{"id":"1"}`))
			_, err := c.GetUser(t.Context(), "o", "i", func(_ context.Context, r *http.Request) error { r.Host = "other.example"; return nil })
			require.Zero(t, seen.Calls())
			require.Error(t, err)
			return failed(err)
		}},
		{"a path value of a blank", "sent", "!is blank", refused(" ")},
		{"a path value of a no-break space", "sent", "!is blank", refused("\u00a0")},
		{"a path value that does not show", "sent", "!", refused("\u200b")},
		{"a path value in overlong UTF-8", "sent", "!is not UTF-8", refused("\xc0\xae\xc0\xae")},
		{"a path value with dot segments inside", "sent", "!is a dot segment", refused("a/../../b")},
		{"a call inside an editor of a list", "sent with the list's cursor", `queries ["" ""]`, func(t *testing.T) string {
			var queries []string
			c, _ := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/users/") {
					queries = append(queries, r.URL.RawQuery)
					_, _ = io.WriteString(w, `{"id":"1"}`)
					return
				}
				_, _ = io.WriteString(w, map[bool]string{true: `{"alerts":[{"id":"1"}],"token":"b"}`, false: `{"alerts":[{"id":"2"}]}`}[r.URL.RawQuery == ""])
			})
			_, err := fake.Collect(c.ListAlerts(t.Context(), nil, func(ctx context.Context, _ *http.Request) error {
				_, err := c.GetUser(ctx, "o", "i")
				return err
			}))
			require.NoError(t, err)
			return fmt.Sprintf("queries %q", queries)
		}},
	}
}
