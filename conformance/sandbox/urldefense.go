package sandbox

import (
	"encoding/base64"
	"errors"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// Rewritten URLs of Proofpoint: the vendor's decoder reads the same forms, v1 with the separator
// &amp; too, v3 with one ! where mail programs dropped the other.
var (
	rewritten   = regexp.MustCompile(`^(?:https?://)?urldefense(?:\.proofpoint)?\.(?:com|us)/(v[123])/(.*)$`)
	firstForm   = regexp.MustCompile(`^url\?u=(.+?)(?:&amp;|&)k=`)
	secondForm  = regexp.MustCompile(`^url\?u=(.+?)(?:&amp;|&)[dc]=`)
	thirdForm   = regexp.MustCompile(`^__(.*)__;([A-Za-z0-9_=-]*)!`)
	singleSlash = regexp.MustCompile(`^([A-Za-z0-9+.-]+:/)([^/])`)
)

// runLengths are the characters that stand for a run of 2 to 65 bytes.
const runLengths = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// unrewritten is the target of a rewritten URL.
func unrewritten(s string) (string, error) {
	m := rewritten.FindStringSubmatch(s)
	if m == nil {
		return "", errors.New("encoded URL is not a URL Defense URL")
	}
	broken := errors.New("encoded URL is cut off or of a form that is not known")
	switch m[1] {
	case "v1":
		if u := firstForm.FindStringSubmatch(m[2]); u != nil {
			return plainURL(u[1])
		}
	case "v2":
		if u := secondForm.FindStringSubmatch(m[2]); u != nil {
			return plainURL(strings.NewReplacer("-", "%", "_", "/").Replace(u[1]))
		}
	case "v3":
		if u := thirdForm.FindStringSubmatch(m[2]); u != nil {
			taken, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(u[2], "="))
			if err != nil {
				return "", broken
			}
			return refilled(singleSlash.ReplaceAllString(u[1], "$1/$2"), string(taken))
		}
	}
	return "", broken
}

func plainURL(s string) (string, error) {
	s, err := url.PathUnescape(s)
	if err != nil {
		return "", errors.New("encoded URL has a broken escape")
	}
	return html.UnescapeString(s), nil
}

// refilled puts the bytes that were taken out of a target back: * stands for one, **X for a run.
func refilled(target, taken string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(target); i++ {
		if target[i] != '*' {
			b.WriteByte(target[i])
			continue
		}
		n := 1
		if i+2 < len(target) && target[i+1] == '*' {
			if run := strings.IndexByte(runLengths, target[i+2]); run >= 0 {
				n, i = run+2, i+2
			}
		}
		if n > len(taken) {
			return "", errors.New("encoded URL has lost characters")
		}
		b.WriteString(taken[:n])
		taken = taken[n:]
	}
	return b.String(), nil
}
