package engine

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

// The vendor's own words, in every shape that vendors put them, on one line.
func TestVendorMessage(t *testing.T) {
	for _, c := range []struct{ contentType, body, message, code string }{
		{"application/json", ``, "", ""},
		{"application/json", `null`, "", ""},
		{"application/json", `{}`, "", ""},
		{"application/json", `{"message":"no such user"}`, "no such user", ""},
		{"application/json", `{"error_message":"no such user","error_code":1234}`, "no such user", "1234"},
		{"application/json", `{"errCode":"0x1001","message":"no such user","status":"Failure"}`, "no such user", "0x1001"},
		{"application/json", `{"error":"invalid_client","error_description":"wrong secret"}`, "wrong secret", ""},
		{"application/json", `{"error":{"code":7,"message":"no such user"}}`, "no such user", ""},
		{"application/json", `{"errors":["too short","too simple"]}`, "too short; too simple", ""},
		{"application/json", `{"errors":[{"message":"too short"},{"detail":"too simple"}]}`, "too short; too simple", ""},
		{"application/json", `{"errors":{"message":"no such user"}}`, "no such user", ""},
		{"application/json", `[{"message":"first"},{"message":"second"}]`, "first; second", ""},
		{"application/json", `{"name":["is missing"],"email":["is taken","is odd"]}`, "email: is taken; is odd; name: is missing", ""},
		{"application/json", `{"message":"","error":"no such user"}`, "no such user", ""},
		{"application/json", `{"message":null,"title":"no such user"}`, "no such user", ""},
		{"application/json", `{"message":{"a":{"message":"too deep"}}}`, "", ""},
		{"application/json", `{"errors":[{"message":{"message":"too deep"}}]}`, "", ""},
		{"application/json", `"no such user"`, "no such user", ""},
		{"application/json", `{"code":"E7"}`, "", "E7"},
		{"application/json", `{"code":12345678901}`, "", "12345678901"},
		{"application/json", `{"id":"7","name":"ann@example.com"}`, "", ""}, // data is no message
		{"text/plain", `{"message":"no such user"}`, "no such user", ""},    // whatever the type says
		{"text/plain", "The request is missing a mandatory parameter.\n", "The request is missing a mandatory parameter.", ""},
		{"", "  Not \r\n\t found ", "Not found", ""},
		{"text/plain", `{"message":"cut in the mid`, "", ""},
		{"text/plain", `[{"message"`, "", ""},
		{"text/html", "Bad gateway", "", ""},
		{"application/json", "\ufeff{\"message\":\"no such user\"}", "no such user", ""},
		{"application/json", "cb({\"user\":\"ann@example.com\"})", "", ""},
		{"application/json", ")]}',\n{\"user\":\"ann@example.com\"}", "", ""},
		{"", "\x00a\x00n\x00n", "", ""}, // text in two bytes a letter
		{"", "\ufeff <html>Bad gateway", "", ""},
		{"Text/Plain; charset=utf-8", "Not found", "Not found", ""},
		{"text/csv", "ann@example.com,Ann", "", ""},
		{"image/png", "ann@example.com", "", ""},
		{"text/html; charset=utf-8", "<html><body>Bad gateway</body></html>", "", ""},
		{"", "\n<!DOCTYPE html><title>Bad gateway</title>", "", ""},
		{"text/xml", "<error>Bad gateway</error>", "", ""},
	} {
		message, code := vendorMessage(c.contentType, []byte(c.body), redactor{})
		assert.Equal(t, c.message, message, "the message of %s %q", c.contentType, c.body)
		assert.Equal(t, c.code, code, "the code of %s %q", c.contentType, c.body)
	}
}

// Messages end in logs and terminals: one line, no control characters, no broken text.
func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"a":                        "a",
		" a  b ":                   "a b",
		"a\r\nlevel=INFO forged":   "a level=INFO forged",
		"a\u2028b\u2029c\u0085d":   "a b c d",
		"\x1b[31mred\x1b[0m":       "[31mred [0m",
		"a\x00b\x7fc":              "a b c",
		"a\xffb\xc3":               "a b",
		"Größe 東京":                 "Größe 東京",
		strings.Repeat("x", 300):   strings.Repeat("x", 300),
		strings.Repeat("x", 301):   strings.Repeat("x", 300) + "…",
		strings.Repeat("東", 1<<16): strings.Repeat("東", 300) + "…",
	} {
		assert.Equal(t, want, redactor{}.clean(text), short(text))
	}
}

func FuzzVendorMessage(f *testing.F) {
	f.Add("application/json", `{"errors":[{"message":"a\nb"}],"code":"E\u0000"}`)
	f.Add("text/plain", "\x1b[31mred\xff")
	f.Add("", strings.Repeat("[", 1000))
	f.Fuzz(func(t *testing.T, contentType, body string) {
		message, code := vendorMessage(contentType, []byte(body), redactor{})
		for _, s := range []string{message, code} {
			assert.False(t, strings.ContainsAny(s, "\n\r\x00\x1b"), "%q gives a control character: %q", body, s)
			assert.True(t, utf8.ValidString(s), "%q gives broken text: %q", body, s)
			assert.LessOrEqual(t, utf8.RuneCountInString(s), messageLimit+1, "%q gives more characters than a message may have", body)
		}
	})
}
