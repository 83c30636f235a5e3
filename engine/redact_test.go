package engine

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
)

const (
	password = `pa ss/wo"rd+1`                    // every encoding of it differs
	token    = "APIV2:tenant-7:abcdefgh"          // of an editor
	key      = "query-key-0001"                   // of a query parameter that no document names
	filter   = `ownerName = "Example Operations"` // of one that it names
)

// sentRequest is a request as it was signed: by Basic, with a token and a key of editors, and
// with what helps.
func sentRequest(t *testing.T) redactor {
	t.Helper()
	op := &Operation{ID: "listThings", Method: "GET", Path: "/things"}
	r := request(op, "tql="+url.QueryEscape(filter)+"&owner="+url.QueryEscape("Example Operations"))
	req, err := r.build(t.Context(), "https://api.example.com")
	require.NoError(t, err)
	req.URL.RawQuery += "&sig=" + url.QueryEscape(key) + "&a=1"
	req.SetBasicAuth("principal", password)
	req.Header.Set("X-Token", token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "threatclients-go/devel")
	return redactor{sent: req, declared: r.query}
}

// Whatever quotes what the request held, in whichever encoding, is redacted; what helps stays.
func TestRedactorForms(t *testing.T) {
	r := sentRequest(t)
	basic := base64.StdEncoding.EncodeToString([]byte("principal:" + password))
	for name, secret := range map[string]string{
		"the header":            "Basic " + basic,
		"without its scheme":    basic,
		"the password":          password,
		"the pair":              "principal:" + password,
		"over two lines":        strings.Replace(password, " ", "\r\n\t", 1),
		"percent-encoded":       url.QueryEscape(password),
		"as a path":             url.PathEscape(password),
		"as JSON":               `pa ss/wo\"rd+1`,
		"as base64":             base64.StdEncoding.EncodeToString([]byte(password)),
		"as raw base64":         base64.RawStdEncoding.EncodeToString([]byte(password)),
		"as URL base64":         base64.URLEncoding.EncodeToString([]byte(password)),
		"a token":               token,
		"a token as base64":     base64.StdEncoding.EncodeToString([]byte(token)),
		"a token as a query":    url.QueryEscape(token),
		"a query value":         key,
		"a query value, base64": base64.StdEncoding.EncodeToString([]byte(key)),
	} {
		got := r.clean("bad credentials: " + secret + ", try again")
		assert.NotContains(t, got, secret, name)
		for _, s := range []string{password, token, key, basic} {
			assert.NotContains(t, got, s, name)
		}
		assert.True(t, strings.HasPrefix(got, "bad credentials: ") && strings.HasSuffix(got, "[redacted], try again"), "%s: %q", name, got)
	}
	for _, helps := range []string{filter, "Example Operations", "the parser failed at " + filter, "application/json is not accepted", "threatclients-go/devel is too old", "1 of a", "principle"} {
		assert.Equal(t, helps, r.clean(helps), "it helps")
	}
	assert.Equal(t, "text of nobody", redactor{}.clean("text\n of nobody"))
	assert.Empty(t, r.clean(""))
}

// Short values are words: they are not looked for.
func TestRedactorLeavesShortValues(t *testing.T) {
	req, err := http.NewRequest("GET", "https://api.example.com/x?mode=fast&mode2=faster", nil)
	require.NoError(t, err)
	req.Header.Set("X-Mode", "short")
	r := redactor{sent: req}
	assert.Equal(t, "a short and fast, [redacted] mode", r.clean("a short and fast, faster mode"))
}

// Of two values of which one begins with the other, the longer one is redacted as a whole.
func TestRedactorTakesTheLongerValue(t *testing.T) {
	for _, query := range []string{"a=begin-of&b=begin-of-a-secret", "a=begin-of-a-secret&b=begin-of"} {
		req, err := http.NewRequest("GET", "https://api.example.com/x?"+query, nil)
		require.NoError(t, err)
		req.Header.Set("X-Token", "begin-of-a-secret-token")
		assert.Equal(t, "bad [redacted], [redacted] or [redacted]", redactor{sent: req}.clean("bad begin-of, begin-of-a-secret or begin-of-a-secret-token"), query)
	}
}

// The same in whole calls: the vendor's message and code, what net/http quotes, and types.
func TestCallsRedact(t *testing.T) {
	edit := func(_ context.Context, r *http.Request) error {
		r.Header.Set("X-Token", token)
		r.URL.RawQuery += "&sig=" + key
		return nil
	}
	echo := `{"message":"bad token ` + token + ` for ` + key + ` in tql Example","code":"` + token + `"}`
	op := &Operation{ID: "listThings", Method: "GET", Path: "/things", Envelope: &Envelope{Status: "status", Success: "Success", Message: "message", Code: "code"}}
	for name, c := range map[string]answer{
		"JSON of a refusal":     says(401, echo),
		"text of a refusal":     says(403, "bad token "+token+" for "+key, "Content-Type", "text/plain"),
		"a list of errors":      says(422, `{"errors":[{"detail":"`+token+`"},{"detail":"`+key+`"}]}`),
		"a header line":         fails(errors.New(`net/http: HTTP/1.x transport connection broken: malformed MIME header line: ` + token)),
		"a quoted header":       fails(fmt.Errorf(`unsupported transfer encoding: %q`, token)),
		"a proxy's address":     fails(errors.New(`proxyconnect tcp: invalid proxy address "http://user:secret-of-proxy@proxy.example.com"`)),
		"a location":            fails(errors.New(`failed to parse Location header "http://x/%zz?token=` + key + `"`)),
		"the query of an error": fails(&url.Error{Op: "Get", URL: "https://api.example.com/?sig=" + key, Err: errors.New("reset by " + token)}),
		"an envelope":           says(200, `{"status":"Failure `+token+`","message":"`+key+`","code":"`+token+`"}`),
		"a type":                says(200, `{}`, "Content-Type", "text/"+token),
	} {
		f := newFake(t, []answer{c}, client.Attempts(1))
		_, err := get[map[string]any](t.Context(), f.Pipeline, request(op, "tql=Example"), []auth.Editor{edit})
		require.Error(t, err, name)
		require.Len(t, f.sent, 1, name)
		assert.Equal(t, token, f.sent[0].Header.Get("X-Token"), name)
		code := ""
		var e *client.Error
		if errors.As(err, &e) {
			code = e.Code
		}
		for _, s := range []string{token, key, "secret-of-proxy"} {
			assert.NotContains(t, err.Error()+code, s, name)
		}
		for _, a := range f.attempts {
			assert.NotContains(t, fmt.Sprintf("%+v", a), token, name)
		}
	}
}

// Members of the body that the document calls secret are redacted wherever they stand in it, short
// ones where they are a word of their own.
func TestBodyMembersAreRedacted(t *testing.T) {
	op := &Operation{ID: "createThings", Method: "POST", Path: "/things", Secrets: []string{"ad_key", "password"}}
	body := []any{
		map[string]any{"name": "Example Operations", "password": "new \"secret\" 99", "port": "8443"},
		map[string]any{"inner": map[string]any{"data": []any{map[string]any{"ad_key": "abc1", "password": nil}}}},
		map[string]any{"password": map[string]any{"text": "nested-0001"}, "ad_key": ""},
	}
	for text, want := range map[string]string{
		`{"message":"the password new \"secret\" 99 is weak"}`:              "the password [redacted] is weak",
		`{"message":"bad body {\"password\":\"new \\\"secret\\\" 99\"}"}`:   `bad body {"password":"[redacted]"}`,
		`{"errors":["no bmV3ICJzZWNyZXQiIDk5"]}`:                            "no [redacted]",
		`{"errors":["key abc1","abc1","'abc1'","xabc1 abc12 abc1abc1"]}`:    "key [redacted]; [redacted]; '[redacted]'; xabc1 abc12 abc1abc1",
		`{"message":"Example Operations has no port 8443 and nested-0001"}`: "Example Operations has no port 8443 and nested-0001",
	} {
		for _, status := range []int{400, 503} {
			f := newFake(t, []answer{says(status, text)}, client.Attempts(2))
			_, err := get[map[string]any](t.Context(), f.Pipeline, request(op, "").JSON(body), nil)
			var e *client.Error
			require.ErrorAs(t, err, &e, text)
			assert.Equal(t, want, e.Message, text)
			assert.Contains(t, f.bodies[0], `"abc1"`, "the body that is sent")
		}
	}
	f := newFake(t, []answer{says(400, `{"message":"no","code":"abc1"}`)})
	_, err := get[map[string]any](t.Context(), f.Pipeline, request(op, "").JSON(body), nil)
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "[redacted]", e.Code)
	f = newFake(t, []answer{fails(errors.New("broken by abc1"))}, client.Attempts(1))
	_, err = get[map[string]any](t.Context(), f.Pipeline, request(op, "").JSON(body), nil)
	var lost *client.TransportError
	require.ErrorAs(t, err, &lost)
	assert.Equal(t, "broken by [redacted]", lost.Reason)
}

// What a service says of a refused item may quote too; who was refused stays.
func TestPartialRedacts(t *testing.T) {
	op := &Operation{ID: "createUsers", Method: "POST", Path: "/users", Status: []int{207}, Partial: &Partial{Errors: "errors", Identifier: "email", Status: "code", Message: "message"}}
	f := newFake(t, []answer{says(207, `{"done":1,"errors":[{"email":"a@example.com","code":401,"message":"bad token `+token+`"}]}`)})
	_, err := get[map[string]any](t.Context(), f.Pipeline, request(op, ""), []auth.Editor{func(_ context.Context, r *http.Request) error {
		r.Header.Set("X-Token", token)
		return nil
	}})
	var partial *client.PartialError
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, []client.Failure{{Identifier: "a@example.com", Status: "401", Message: "bad token [redacted]"}}, partial.Failures)
}

func TestUnquoted(t *testing.T) {
	for text, want := range map[string]string{
		"connection reset":                          "connection reset",
		`unsupported transfer encoding: "s3cr3t"`:   "unsupported transfer encoding",
		`failed to parse Location header "x": y`:    "failed to parse Location header",
		`invalid proxy address "http://u:p@h": bad`: "invalid proxy address",
		`"s3cr3t"`: "",
		``:         "",
	} {
		assert.Equal(t, want, unquoted(text), text)
	}
}

// No text shows a value that an editor set, in whichever encoding it quotes it.
func FuzzRedactor(f *testing.F) {
	f.Add("secret-value", "bad token: ", 0)
	f.Add(password, "x", 4)
	f.Add("a b c d e f", "\n\t", 2)
	f.Add("Bearer abcdefgh", "Bearer abcdefg", 5)
	f.Fuzz(func(t *testing.T, secret, around string, form int) {
		secret = strings.TrimSpace(secret)
		if len(secret) < minSecret || strings.Contains("[redacted]", secret) || strings.ContainsFunc(secret, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f || r == unicode.ReplacementChar }) {
			return // no header can hold it
		}
		req, err := http.NewRequest("GET", "https://api.example.com/", nil)
		require.NoError(t, err)
		req.Header.Set("X-Token", secret)
		all := forms(secret)
		quoted := all[((form%len(all))+len(all))%len(all)]
		got := redactor{sent: req}.clean(around + quoted + around)
		for _, s := range all {
			if !strings.Contains(around, s) {
				require.NotContains(t, got, s, "what is left of %q", around+quoted+around)
			}
		}
		require.LessOrEqual(t, len([]rune(got)), messageLimit+1, "characters of %q", got)
		require.False(t, strings.ContainsAny(got, "\r\n"), "%q is one line", got)
	})
}

// A message that quotes a credential where it is cut off shows no part of it.
func TestMessageCutInASecret(t *testing.T) {
	secret := "0123456789abcdefghijklmnopqrstuvwxyz"
	quotes := strings.Repeat("x", messageLimit-20) + secret
	for _, body := range []string{`{"message":"` + quotes + `"}`, quotes} {
		f := newFake(t, []answer{says(400, body)})
		f.config.Sign = auth.APIKey(secret, "")
		_, err := f.Send(t.Context(), request(&Operation{ID: "getThing", Method: http.MethodGet, Path: "/thing"}, ""), nil)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), secret[:6], "a part of the credential")
	}
}
