package sandbox_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/conformance/sandbox"
)

// Each URL that is sent comes back in its place with its target, or with the reason that it has
// none. The vectors are those of github.com/cardi/proofpoint-url-decoder (public domain).
func TestURLsAreDecoded(t *testing.T) {
	in := start(t, sandbox.Options{APIs: []string{"tap"}})
	const known = "https://urldefense.com/v3/__https://www.example.com/*page__;Iw!!abc!def$"
	table := []struct{ encoded, decoded, failure string }{
		{"https://urldefense.proofpoint.com/v1/url?u=https://www.example.net/%3Fa%3D1&amp;k=AbC&amp;r=dEf", "https://www.example.net/?a=1", ""},
		{"https://urldefense.com/v2/url?u=https-3A__www.example.com&d=&c=&r=&m=&s=&e=", "https://www.example.com", ""},
		{"https://urldefense.com/v2/url?u=https-3A__www.example.com_-23-23-23-23-23foobar&d=&c=&r=&m=&s=&e=", "https://www.example.com/#####foobar", ""},
		{"https://urldefense.com/v3/__http://www.example.com__;!!foo!bar$", "http://www.example.com", ""},
		{"urldefense.com/v3/____;Iw!!foo!bar$", "", ""},
		{"https://urldefense.com/v3/__https:/example.com/*newsletter__;Iw!!foo!bar$", "https://example.com/#newsletter", ""},
		{"https://urldefense.com/v3/__http://example.com/?=a1!b2@c3*d4$5e*6*5E7&8*9(10*7C*5C**B7D*7B__;IyUlKiUlW10lJQ!!foo!bar$", "http://example.com/?=a1!b2@c3#d4$5e%6%5E7&8*9(10%7C%5C[]%7D%7B", ""},
		{"https://urldefense.com/v3/__http://www.example.com/**Aa*.html__;w60j!!foo!bar$", "http://www.example.com/\u00eda#.html", ""},
		{"https://urldefense.com/v3/__http://www.example.com/**E.html__;5L2g5aW9!!foo!bar$", "http://www.example.com/\u4f60\u597d.html", ""},
		{known, "https://www.example.com/#page", ""},
		{"https://urldefense.com/v3/__http://www.example.com/", "", "cut off"},
		{"https://urldefense.com/v3/__http://www.example.com/*__;!!foo!bar$", "", "lost characters"},
		{"https://www.example.com/", "", "not a URL Defense URL"},
	}
	var sent []string
	for _, c := range table {
		sent = append(sent, c.encoded)
	}
	body := []byte(text(t, map[string]any{"urls": sent}))
	res, answer := send(t, in, "tap", &exchange.Exchange{Method: http.MethodPost, Path: "/v2/url/decode", RequestBody: json.RawMessage(body)})
	require.Equal(t, http.StatusOK, res.StatusCode, "%s", answer)
	var got struct{ URLs []row }
	require.NoError(t, json.Unmarshal(answer, &got))
	require.Len(t, got.URLs, len(table), "one for each")
	for i, c := range table {
		one := got.URLs[i]
		assert.Equal(t, c.encoded, one["encodedUrl"], "in its place")
		assert.Equal(t, c.failure == "", one["success"], "%s: %v", c.encoded, one)
		if c.failure != "" {
			assert.Contains(t, one["error"], c.failure, c.encoded)
			assert.NotContains(t, one, "decodedUrl", c.encoded)
			continue
		}
		assert.Equal(t, c.decoded, one["decodedUrl"], c.encoded)
		assert.Equal(t, c.encoded == known, one["messageGuid"] != nil, "%s: only the organization's own have a message", c.encoded)
	}

	r, err := http.NewRequest(http.MethodPost, in.Server("tap")+"/v2/url/decode", bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	_, anonymous := do(t, http.DefaultClient, r)
	assert.Contains(t, anonymous, "https://www.example.com/#page")
	assert.NotContains(t, anonymous, "messageGuid", "not without credentials")
}
