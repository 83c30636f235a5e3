package engine

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"
)

const messageLimit = 300

// vendorMessage finds the vendor's own words in the body of a refused request: a
// short text, or the usual members of a JSON object or of a list of them, without secrets.
func vendorMessage(contentType string, body []byte, secrets redactor) (message, code string) {
	body = bytes.Trim(body, " \t\r\n\ufeff")
	if v, err := tree(body); err == nil {
		text := func(name string) string { return textOf(lookup(v, name)) }
		return secrets.clean(reason(v, 3)), secrets.clean(cmp.Or(text("errCode"), text("errorCode"), text("error_code"), text("code")))
	}
	// Neither a web page is a message, as proxies answer with, nor data of any kind.
	t, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	if s := string(body); (t == "" || t == "text/plain" || strings.Contains(t, "json")) && !strings.HasPrefix(s, "<") && !strings.HasPrefix(s, "[") && !strings.ContainsAny(s, "{\x00") {
		return secrets.clean(s), ""
	}
	return "", ""
}

func reason(v any, depth int) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var all []string
		for _, e := range v {
			if s := reason(e, depth-1); s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, "; ")
	case map[string]any:
		if depth == 0 {
			return ""
		}
		for _, name := range []string{"message", "error_message", "error_description", "detail", "description", "reason", "error", "errors", "title", "statusMessage"} {
			if s := reason(v[name], depth-1); s != "" {
				return s
			}
		}
		// {"field": ["is missing"]}: what is wrong, by field.
		if depth < 3 {
			return ""
		}
		var all []string
		for name, e := range v {
			if list, ok := e.([]any); ok {
				if s := reason(list, depth-1); s != "" {
					all = append(all, name+": "+s)
				}
			}
		}
		slices.Sort(all)
		return strings.Join(all, "; ")
	}
	return ""
}

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar }), " ")
}

func shorten(s string) string {
	if r := []rune(s); len(r) > messageLimit {
		s = string(r[:messageLimit]) + "…"
	}
	return s
}
