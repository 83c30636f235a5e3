package auth

import "strings"

// hawkLimit is the length of a header that Hawk servers read.
const hawkLimit = 4096

// hawkHeader writes names and values; those that are empty are left out.
func hawkHeader(pairs ...string) string {
	var parts []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			parts = append(parts, pairs[i]+`="`+pairs[i+1]+`"`)
		}
	}
	return "Hawk " + strings.Join(parts, ", ")
}

// isAttribute reports whether a value can stand in a Hawk header: letters, digits, blank
// and punctuation but quote and backslash.
func isAttribute(v string) bool {
	return !strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' })
}

// parseHawk reads a Hawk header. It takes the attributes that it knows, each once.
func parseHawk(header string, known ...string) (map[string]string, error) {
	bad := func(reason string) (map[string]string, error) { return nil, &Error{"Hawk header", reason} }
	if len(header) > hawkLimit {
		return bad("is too long")
	}
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Hawk") {
		return bad("is missing")
	}
	out := map[string]string{}
	for rest = strings.TrimSpace(rest); rest != ""; {
		name, tail, ok := strings.Cut(rest, `="`)
		value, after, ok2 := strings.Cut(tail, `"`)
		if !ok || !ok2 || !isAttribute(value) {
			return bad("is malformed")
		}
		if _, twice := out[name]; twice || !contains(known, name) {
			return bad("holds an attribute twice or one that is unknown")
		}
		out[name] = value
		rest = strings.TrimLeft(after, " ")
		if rest != "" {
			if rest, ok = strings.CutPrefix(rest, ","); !ok || strings.TrimSpace(rest) == "" {
				return bad("is malformed")
			}
			rest = strings.TrimLeft(rest, " ")
		}
	}
	return out, nil
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}
