package sandbox

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
)

// canary finds secrets in a text that is about to be written, in any encoding:
// as they are and in the other case, in base64 and base64url at each of the three
// alignments, in hex, and all of these behind percent, JSON and XML escapes.
type canary struct {
	forms map[[prefix]byte][]string // by their beginning; in lower case
}

// prefix is how much of a form is looked up at once. No form is shorter: that of 6 characters
// in base64 within other bytes has 7.
const prefix = 4

// escapesDeep bounds how many escapes around each other are undone: a
// percent escape in a JSON text in a JSON text is three.
const escapesDeep = 3

func newCanary(list []string) *canary {
	c := &canary{forms: map[[prefix]byte][]string{}}
	known := map[string]bool{}
	for _, secret := range list {
		for _, form := range formsOf(secret) {
			form = strings.ToLower(form)
			if len(form) < prefix || known[form] {
				continue
			}
			known[form] = true
			key := [prefix]byte([]byte(form[:prefix]))
			c.forms[key] = append(c.forms[key], form)
		}
	}
	return c
}

// formsOf lists how a secret may be spelt, beside escapes.
func formsOf(secret string) []string {
	quoted, err := json.Marshal(secret)
	if err != nil {
		quoted = []byte(secret)
	}
	spellings := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`), swapCase(secret)}
	forms := []string{secret, strings.ReplaceAll(secret, " ", "+"), reversed(secret)}
	for _, s := range spellings {
		digits := hex.EncodeToString([]byte(s))
		forms = append(forms, digits)
		for _, separator := range []string{":", "-", ",", `\x`, "0x", ",0x"} {
			forms = append(forms, separated(digits, separator))
		}
		forms = append(forms, base64Forms(s)...)
		for _, inner := range base64Forms(s) {
			forms = append(forms, base64Forms(inner)...)
		}
	}
	return forms
}

// base64Forms are the characters that a text makes in the base64 of anything
// that holds it: those that bytes before or after it have a part in are left out.
func base64Forms(s string) (forms []string) {
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			text := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + s))
			from, to := (before*8+5)/6, (before+len(s))*8/6
			forms = append(forms, text[from:to])
		}
	}
	return forms
}

func separated(digits, separator string) string {
	var b strings.Builder
	for i := 0; i < len(digits); i += 2 {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(digits[i : i+2])
	}
	return b.String()
}

func reversed(s string) string {
	runes := []rune(s)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			return r ^ 0x20
		}
		return r
	}, s)
}

// in reports that the text holds a secret.
func (c *canary) in(text []byte) bool { return len(c.forms) > 0 && c.search(text, escapesDeep) }

func (c *canary) search(text []byte, deep int) bool {
	if c.plain(bytes.ToLower(text)) {
		return true
	}
	if deep == 0 {
		return false
	}
	for _, unescape := range unescapers {
		if plain := unescape(text); !bytes.Equal(plain, text) && c.search(plain, deep-1) {
			return true
		}
	}
	return false
}

// plain looks for the forms in one pass.
func (c *canary) plain(text []byte) bool {
	var begins [1 << 16]bool // of the first two bytes: most places end here
	for key := range c.forms {
		begins[int(key[0])<<8|int(key[1])] = true
	}
	for i := 0; i+prefix <= len(text); i++ {
		if !begins[int(text[i])<<8|int(text[i+1])] {
			continue
		}
		for _, form := range c.forms[[prefix]byte(text[i:i+prefix])] {
			if len(text)-i >= len(form) && string(text[i:i+len(form)]) == form {
				return true
			}
		}
	}
	return false
}
