package policy_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/conformance/fake"
	"github.com/threatclients/threatclients-go/conformance/testdata/synthetic"
)

// listStyle is a list of one style: how it is read, the page that leads on to a second one,
// and the dotted name under which its elements stand.
type listStyle struct {
	name, first, items string
	read               func(*synthetic.Client) (int, error)
}

func listStyles(t *testing.T) []listStyle {
	ctx := t.Context()
	return []listStyle{
		{"cursor", `{"alerts":[{"id":"1"}],"token":"b"}`, "alerts", func(c *synthetic.Client) (int, error) { return count(fake.Collect(c.ListAlerts(ctx, nil))) }},
		{"offset and total", `{"status":"Success","data":{"resultCount":9,"owner":[{"id":1},{"id":2}]}}`, "data.owner", func(c *synthetic.Client) (int, error) { return count(fake.Collect(c.ListOwners(ctx, nil))) }},
		{"offset and next", `{"status":"Success","next":"https://example.com/?x=1","data":[{"type":"host","hostName":"a"},{"type":"host","hostName":"b"}]}`, "data", func(c *synthetic.Client) (int, error) { return count(fake.Collect(c.ListObjects(ctx, nil))) }},
		{"page", `[{"name":"a"},{"name":"b"}]`, "", func(c *synthetic.Client) (int, error) { return count(fake.Collect(c.ListTags(ctx, nil))) }},
		{"page until short", `[{"name":"a"},{"name":"b"}]`, "", func(c *synthetic.Client) (int, error) { return count(fake.Collect(c.ListAgents(ctx, nil))) }},
		{"page until empty", `{"users":[{"id":"1"}]}`, "users", func(c *synthetic.Client) (int, error) {
			return count(fake.Collect(c.ListPeople(ctx, &synthetic.ListPeopleParams{Window: 14})))
		}},
		{"window", `{"messagesDelivered":[{"GUID":"1"}]}`, "messagesDelivered", func(c *synthetic.Client) (int, error) {
			return windows(c.ListSIEMAll(ctx, noon.Add(-3*time.Hour), noon.Add(-time.Hour), nil))
		}},
		{"window in pages", `{"campaigns":[{"id":"1"},{"id":"2"}]}`, "campaigns", func(c *synthetic.Client) (int, error) {
			return windows(c.ListCampaignIDs(ctx, noon.Add(-3*time.Hour), noon.Add(-time.Hour), nil))
		}},
		{"single", "", "indicator", func(c *synthetic.Client) (int, error) { return count(fake.Collect(c.ListBulk(ctx))) }},
	}
}

func count[T any](all []T, err error) (int, error) { return len(all), err }

func windows[T any](seq func(func(client.Window[T]) bool)) (n int, err error) {
	for w := range seq {
		events, failed := fake.Collect(w.Events())
		if n += len(events); failed != nil {
			return n, failed
		}
	}
	return n, nil
}

const said = "down-for-a-while" // a value that no error may quote

// foreignReplies are answers of somebody else where a list under that dotted name belongs.
func foreignReplies(items string) map[string]string {
	in := func(name, value string) string { // value under the dotted name
		s := value
		parts := strings.Split(name, ".")
		for i := len(parts) - 1; i >= 0; i-- {
			s = fmt.Sprintf(`{%q:%s}`, parts[i], s)
		}
		return s
	}
	all := map[string]string{
		"a gateway's message":     `{"message":"` + said + `"}`,
		"a gateway's error":       `{"error":"` + said + `"}`,
		"a gateway's fault":       `{"fault":{"faultstring":"` + said + `","detail":{"errorcode":"x"}}}`,
		"a problem":               `{"type":"about:blank","title":"` + said + `","status":503,"detail":"` + said + `"}`,
		"an envelope alone":       `{"status":"Success"}`,
		"an envelope with null":   `{"status":"Success","data":null}`,
		"an empty object":         `{}`,
		"the list deeper":         `{"result":` + in(or(items, "x"), `[{"id":"1","name":"a"}]`) + `}`,
		"text":                    `"` + said + `"`,
		"a number":                `7`,
		"true":                    `true`,
		"null":                    `null`,
		"nothing":                 ``,
		"blanks":                  " \r\n",
		"a web page":              `<html>` + said + `</html>`,
		"a web page after blanks": "\r\n <!DOCTYPE html>",
		"XML":                     `<?xml version="1.0"?><error>` + said + `</error>`,
		"a word":                  `OK`,
		"two values":              `[][]`,
		"elements of no kind":     `["` + said + `","x"]`,
	}
	if items == "" {
		return all
	}
	last := items[strings.LastIndexByte(items, '.')+1:]
	other := strings.TrimSuffix(items, last) + strings.ToUpper(last[:1]) + last[1:]
	all["the list under another case"] = in(other, `[{"id":"1"}]`)
	all["null alone"] = in(items, `null`)
	all["text for the list"] = in(items, `"`+said+`"`)
	all["empty text for the list"] = in(items, `""`)
	all["a number for the list"] = in(items, `7`)
	all["false for the list"] = in(items, `false`)
	all["a message for the list"] = in(items, `{"message":"`+said+`"}`)
	all["a map for the list"] = in(items, `{"`+said+`":{"id":"1"},"b":{"id":"2"}}`)
	all["elements of no kind under the name"] = in(items, `["`+said+`",7]`)
	return all
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// No list takes the reply of somebody else for an empty page or for the end, on whichever page
// it comes, and the error tells names and kinds, but no value. With an envelope that says
// success the same holds.
func TestForeignPages(t *testing.T) {
	cases := 0
	for _, s := range listStyles(t) {
		for _, page := range []int{1, 2} {
			if page == 2 && s.first == "" {
				continue
			}
			for name, body := range foreignReplies(s.items) {
				if name == "null alone" && s.name == "offset and total" || (name == "an envelope with null" || name == "null alone") && s.name == "offset and next" {
					continue // the status beside it is a member that the document knows: an empty list
				}
				for _, body := range []string{body, strings.Replace(body, "{", `{"status":"Success",`, 1)} {
					cases++
					c, seen := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("Content-Type", "application/json")
						if n < page {
							body := s.first
							_, _ = io.WriteString(w, body)
							return
						}
						_, _ = io.WriteString(w, strings.ReplaceAll(body, ",}", "}"))
					}, client.Attempts(1))
					n, err := s.read(c)
					where := fmt.Sprintf("%s, page %d, %s: %s", s.name, page, name, body)
					require.Error(t, err, "%s: %d elements and no error", where, n)
					assert.Equal(t, page, seen.Calls(), where)
					de, ok := errors.AsType[*client.DecodeError](err)
					_, refused := errors.AsType[*client.Error](err) // by a status that is not success
					assert.True(t, ok || refused && name == "a problem", "%s: %T", where, err)
					assert.NotContains(t, fmt.Sprintf("%v %+v", err, de), said, where)
				}
			}
		}
	}
	t.Log(cases, "foreign pages, each an error")
}

// A status that the list does not declare is no page, whatever stands in it.
func TestForeignStatusOfAPage(t *testing.T) {
	for _, s := range listStyles(t) {
		for _, status := range []int{201, 202, 203, 204, 206, 226} {
			if s.name == "window" && status == 204 {
				continue // declared there
			}
			c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = io.WriteString(w, or(s.first, `{"indicator":[]}`))
			}, client.Attempts(1))
			_, err := s.read(c)
			assert.ErrorIs(t, err, client.ErrStatus, "%s under %d", s.name, status)
		}
	}
}

// An error names what was expected and at most eight of the members that came instead, those
// that look like names: enough to tell a changed API from a gateway, and no data.
func TestForeignReplyNamesMembers(t *testing.T) {
	var many strings.Builder
	for i := range 12 {
		many.WriteString(`"m` + strconv.Itoa(i) + `":` + strconv.Itoa(i) + ",")
	}
	c, _ := serve(t, fake.Reply(`{`+many.String()+`"user@example.com":1,"two words":2}`))
	_, err := c.GetUser(t.Context(), "o", "i")
	require.ErrorContains(t, err, "none of the expected members id, email, found m0, m1, m2, m3, m4, m5, m6, m7")
	for _, s := range []string{"m8", "@", "words"} {
		assert.NotContains(t, err.Error(), s)
	}
	c, _ = serve(t, fake.Reply(`{"user@example.com":{"id":"7"},"two words":2}`))
	_, err = c.GetUser(t.Context(), "o", "i")
	assert.ErrorContains(t, err, "none of the expected members id, email")
	assert.NotContains(t, err.Error(), "found")
}

// Neither a value, nor a choice of values, nor a call that only succeeds takes the reply of
// somebody else.
func TestForeignValues(t *testing.T) {
	ctx := t.Context()
	calls := map[string]func(*synthetic.Client) error{
		"a value": func(c *synthetic.Client) error { _, err := c.GetUser(ctx, "o", "i"); return err },
		"an enveloped one": func(c *synthetic.Client) error {
			_, err := c.UpdateUser(ctx, "o", "i", synthetic.UserInput{})
			return err
		},
		"a union":  func(c *synthetic.Client) error { _, err := c.GetObject(ctx, "host", "k"); return err },
		"an array": func(c *synthetic.Client) error { _, err := c.DescribeObject(ctx, "host", "k"); return err },
		"a choice": func(c *synthetic.Client) error {
			_, err := c.ReplaceObject(ctx, "host", "k", hostInput())
			return err
		},
		"a partial success": func(c *synthetic.Client) error { _, err := c.CreateUsers(ctx, "o", nil); return err },
		"an upload": func(c *synthetic.Client) error {
			_, err := c.UploadDocument(ctx, 1, strings.NewReader("x"))
			return err
		},
		"a page":         func(c *synthetic.Client) error { _, err := c.ListAlertsPage(ctx, nil); return err },
		"nothing":        func(c *synthetic.Client) error { return c.Ping(ctx) },
		"nothing at all": func(c *synthetic.Client) error { return c.DeleteObjects(client.Unfiltered(ctx), nil) },
	}
	cases := 0
	for call, do := range calls {
		for name, body := range foreignReplies(map[bool]string{true: "alerts", false: "data"}[call == "a page"]) {
			empty := body == "" || strings.TrimSpace(body) == "" || body == "null" || body == "{}"
			switch {
			case strings.HasPrefix(call, "nothing") && empty:
				continue // just that is expected
			case name == "an envelope alone" && call == "an upload":
				continue // its whole answer
			case call == "an array" && strings.HasPrefix(name, "elements of no kind"):
				continue // texts are its elements, also as all that an object holds
			case call == "an enveloped one" && (name == "a message for the list" || name == "a map for the list" || name == "null alone"):
				continue // an object where the document says one; what it holds is not said
			case call == "a choice" && (name == "an envelope alone" || name == "an envelope with null" || name == "a problem"):
				continue // what the document says of its 202
			case call == "an upload" && (name == "an envelope with null" || name == "a problem"):
				continue // has the one member that the document knows
			}
			cases++
			c, seen := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(map[string]int{"a partial success": 201}[call] + map[bool]int{true: 200}[call != "a partial success"])
				_, _ = io.WriteString(w, body)
			}, client.Attempts(1))
			err := do(c)
			require.Error(t, err, "%s, %s: %s", call, name, body)
			assert.NotContains(t, err.Error(), said, "%s, %s", call, name)
			assert.Equal(t, 1, seen.Calls(), "%s, %s", call, name)
		}
	}
	t.Log(cases, "foreign values, each an error")
}

// A page of a captive portal makes no write succeed, under whichever type it comes.
func TestWebPageIsNoSuccess(t *testing.T) {
	for _, contentType := range []string{"text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml", "application/json", "", "text/plain"} {
		c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{contentType}
			_, _ = io.WriteString(w, "<!doctype html><title>Sign in</title>")
		})
		for name, err := range map[string]error{"ping": c.Ping(t.Context()), "deleteUser": c.DeleteUser(t.Context(), "o", "i")} {
			de, ok := errors.AsType[*client.DecodeError](err)
			require.True(t, ok, "%s as %q: %v", name, contentType, err)
			assert.True(t, de.Sent, "%s: it may have been carried out", name)
		}
	}
	// What says HTML is a page, even if it looks like an answer.
	c, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "{}")
	})
	require.Error(t, c.Ping(t.Context()))
}

// A download is what was asked for, whole and as it is: no part of it, no coding that nobody
// asked for, no page of somebody else, no other type.
func TestForeignDownloads(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		header []string
		body   string
		passes bool
	}{
		"the file":                {200, []string{"Content-Type", "application/octet-stream"}, "document", true},
		"without a type":          {200, []string{"Content-Type", ""}, "document", true},
		"an empty file":           {200, []string{"Content-Type", "application/octet-stream"}, "", true},
		"a part":                  {206, []string{"Content-Type", "application/octet-stream", "Content-Range", "bytes 0-3/99"}, "docu", false},
		"another status":          {203, []string{"Content-Type", "application/octet-stream"}, "document", false},
		"no content":              {204, nil, "", false},
		"brotli":                  {200, []string{"Content-Type", "application/octet-stream", "Content-Encoding", "br"}, "xx", false},
		"twice gzip":              {200, []string{"Content-Type", "application/octet-stream", "Content-Encoding", "gzip, gzip"}, "xx", false},
		"a web page":              {200, []string{"Content-Type", "text/html"}, "<html>", false},
		"a web page as a file":    {200, []string{"Content-Type", "application/octet-stream"}, "<html>", false},
		"a web page after blanks": {200, []string{"Content-Type", "application/octet-stream"}, "\r\n\t <!doctype html>", false},
		"a message":               {200, []string{"Content-Type", "application/json"}, `{"message":"down"}`, false},
		"one byte":                {200, []string{"Content-Type", "application/octet-stream"}, "x", true},
		"blanks":                  {200, []string{"Content-Type", "application/octet-stream"}, strings.Repeat(" ", 200), true},
		"a line of syslog":        {200, []string{"Content-Type", "application/octet-stream"}, "<38>1 2026-01-15", true},
	} {
		cl, _ := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(c.header); i += 2 {
				w.Header()[c.header[i]] = []string{c.header[i+1]}
			}
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		})
		body, err := cl.DownloadDocument(t.Context(), 1)
		if !c.passes {
			_, ok := errors.AsType[*client.DecodeError](err)
			require.True(t, ok, "%s: %v", name, err)
			continue
		}
		require.NoError(t, err, name)
		b, err := io.ReadAll(body)
		require.NoError(t, err, name)
		assert.Equal(t, c.body, string(b), name)
		require.NoError(t, body.Close(), name)
	}
}
