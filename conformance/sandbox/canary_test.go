package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCanaryFindsEverySpelling(t *testing.T) {
	secrets := []string{hush, "sixsix", "two words of it", `quo"te\and\n`, "p%41ss&amp;+", "pässwörd-€-\U0001f511", strings.Repeat("0123456789abcdef", 8)}
	tried := 0
	for _, secret := range secrets {
		birds := newCanary([]string{"another one", secret})
		for _, inner := range spellings {
			for _, outer := range []func(string) string{
				func(s string) string { return s },
				quoted,
				func(s string) string { return quoted(quoted(s)) },
				func(s string) string { return strings.ReplaceAll(s, "/", `\/`) },
			} {
				text := "before " + outer(inner.encode(secret)) + " after"
				if inner.name == "JSON" || inner.name == "JSON of one" || strings.HasPrefix(inner.name, "XML") || strings.HasPrefix(inner.name, "percent of one") {
					if secret[0] >= 0x80 || strings.ContainsAny(secret, "ä\\%&") {
						continue // these write bytes, not characters, or leave the rest as it is
					}
				}
				tried++
				assert.True(t, birds.in([]byte(text)), "%q as %s: not found in %s", secret, inner.name, text)
			}
		}
		assert.False(t, birds.in([]byte("nothing of it, only "+secret[:len(secret)-1]+"_")), "%q is not there", secret)
	}
	t.Logf("%d secrets in %d texts", len(secrets), tried)
}

func TestCanaryFindsBase64InLines(t *testing.T) {
	long := strings.Repeat("abcdefgh-", 12)
	text := spellings[2].encode(long)
	cut := text[:76] + "\r\n" + text[76:]
	assert.True(t, newCanary([]string{long}).in([]byte(cut)))
	assert.True(t, newCanary([]string{long}).in([]byte(quoted(cut))))
}

// What counts as a secret of a request and of its answer.
func TestSecretsSeen(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        []string
		not         []string
	}{
		{"Authorization", basicOf("principal", "p:ssword"), []string{"principal", "p:ssword"}, nil},
		{"Authorization", "Bearer abcdef", []string{"abcdef"}, nil},
		{"Authorization", "abcdef-bare-key", []string{"abcdef-bare-key"}, nil},
		{"Authorization", "TC 1234567890:c2lnbmF0dXJl", []string{"1234567890", "c2lnbmF0dXJl"}, nil},
		{"Authorization", "TC-Token APIV2:5:tenant-a:1700000000000:c2lnbmF0dXJl", []string{"APIV2:5:tenant-a:1700000000000:c2lnbmF0dXJl", "tenant-a", "c2lnbmF0dXJl"}, []string{"1700000000000"}},
		{"Authorization", `Hawk id="abcdefgh", ts="1700000000", nonce="nonce-1", ext="organization", mac="bWFkZSB1cA=="`, []string{"nonce-1", "bWFkZSB1cA=="}, []string{"organization", "1700000000", "abcdefgh"}},
		{"X-User", "alice@example.com", []string{"alice@example.com"}, nil},
		{"X-Password", "two words", []string{"two words"}, nil},
		{"X-Stamp", "stamped", []string{"stamped"}, nil},
		{"Cookie", "a=session-1; b=short", []string{"session-1"}, []string{"short"}},
		{"X-Api-Key", "12345", nil, []string{"12345"}},
		{"Timestamp", "1700000000", nil, []string{"1700000000"}},
		{"User-Agent", "example-agent", nil, []string{"example-agent"}},
	} {
		req, err := http.NewRequest("GET", "http://user-info:pass-word@api.example.com/?seal=sealed-1&q=question&token=token-1", nil)
		require.NoError(t, err)
		req.Header.Set(c.name, c.value)
		seen := &secrets{}
		seen.request(&Recorder{Spec: recordedSpec(t)}, req, map[string]bool{})
		for _, want := range append(c.want, "user-info", "pass-word", "sealed-1", "token-1") {
			assert.Contains(t, seen.list, want, "%s: %s", c.name, c.value)
		}
		for _, not := range append(c.not, "question") {
			assert.NotContains(t, seen.list, not, "%s: %s", c.name, c.value)
		}
	}
	seen := &secrets{}
	seen.members([]byte(`{"a": {"user_credentials": [{"x": "inside-1", "y": [123456]}], "name": "outside"}, "token": "cursor-1", "expiry_of_secret": "2026-01-15T09:00:00Z"}`), map[string]bool{"token": true})
	assert.Equal(t, []string{"inside-1", "123456"}, seen.list)
	seen = &secrets{}
	seen.answer(&Recorder{}, http.Header{"Set-Cookie": {"a=session-1; Path=/"}, "X-Auth-Token": {"token-1"}, "Www-Authenticate": {"Basic realm=example"}})
	assert.ElementsMatch(t, []string{"session-1", "token-1"}, seen.list)
}

func BenchmarkCanary(b *testing.B) {
	birds := newCanary([]string{hush, "principal", "principal:" + hush})
	text := []byte(strings.Repeat(`{"name": "Alex Example", "note": "nothing to \"see\" here", "id": 9007199254740993},`+"\n", 12_000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if birds.in(text) {
			b.Fatal("there is nothing to find")
		}
	}
}
