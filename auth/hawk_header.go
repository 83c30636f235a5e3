package auth

import (
	"slices"
	"strings"
)

// hawkLimit is the longest header that Hawk servers accept, in bytes.
const hawkLimit = 4096

// hawkHeader writes names and values; those that are empty are left out.
func hawkHeader(pairs ...string) string {
	var buffer [512]byte
	header := append(buffer[:0], "Hawk "...)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		if len(header) > len("Hawk ") {
			header = append(header, ", "...)
		}
		header = append(append(append(append(header, pairs[i]...), `="`...), pairs[i+1]...), '"')
	}
	return string(header)
}

// isAttribute reports whether a value can stand in a Hawk header: letters, digits, blank
// and punctuation but quote and backslash.
func isAttribute(v string) bool {
	return !strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' })
}

// parseHawk reads a Hawk header, whose attributes come in any order, each once. Names are
// separated by blanks; an attribute that is neither needed nor optional is an error.
func parseHawk(header, needed, optional string) (map[string]string, error) {
	bad := func(reason string) (map[string]string, error) { return nil, &Error{"Hawk header", reason} }
	if len(header) > hawkLimit {
		return bad("is too long")
	}
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Hawk") {
		return bad("is missing")
	}
	out, known := map[string]string{}, strings.Fields(needed+" "+optional)
	for rest = strings.Trim(rest, " "); rest != ""; {
		name, tail, ok := strings.Cut(rest, `="`)
		value, after, ok2 := strings.Cut(tail, `"`)
		if !ok || !ok2 || !isAttribute(value) {
			return bad("is malformed")
		}
		if _, twice := out[name]; twice || !slices.Contains(known, name) {
			return bad("holds an attribute twice or one that is unknown")
		}
		out[name] = value
		next, comma := strings.CutPrefix(strings.TrimLeft(after, " "), ",")
		if rest = strings.TrimLeft(next, " "); comma == (rest == "") { // a comma stands between two, and only there
			return bad("is malformed")
		}
	}
	for _, name := range strings.Fields(needed) {
		if out[name] == "" {
			return bad("lacks an attribute")
		}
	}
	return out, nil
}
