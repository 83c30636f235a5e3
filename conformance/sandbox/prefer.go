package sandbox

import (
	"net/http"
	"strings"
)

// preferences reads the Prefer headers of a request (RFC 7240): "code=429, delay=2s".
func preferences(r *http.Request) map[string]string {
	list := map[string]string{}
	for _, p := range strings.FieldsFunc(strings.Join(r.Header.Values("Prefer"), ","), func(c rune) bool { return c == ',' || c == ';' }) {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		list[strings.ToLower(name)] = strings.Trim(value, `"`)
	}
	return list
}
