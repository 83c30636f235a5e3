package sandbox

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// unescapers undo the escapes in which a text may stand in another. Anything
// else stays as it is, so any text can be read.
var unescapers = []func([]byte) []byte{unescapePercent, unescapeJSON, unescapeXML, joinLines}

func unescapePercent(text []byte) []byte {
	return replaceEscapes(text, '%', func(rest []byte) ([]byte, int) {
		if c, ok := hexByte(rest, 1); ok {
			return []byte{c}, 3
		}
		return nil, 0
	})
}

// unescapeJSON reads \uXXXX, also as a pair of surrogates, \xXX of other
// languages, and the escapes of one letter.
func unescapeJSON(text []byte) []byte {
	return replaceEscapes(text, '\\', func(rest []byte) ([]byte, int) {
		if len(rest) < 2 {
			return nil, 0
		}
		switch rest[1] {
		case 'u', 'U':
			r, ok := unit(rest)
			if !ok {
				return nil, 0
			}
			if low, ok := unit(rest[6:]); ok && utf16.IsSurrogate(r) {
				if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
					return utf8.AppendRune(nil, pair), 12
				}
			}
			return utf8.AppendRune(nil, r), 6
		case 'x':
			if c, ok := hexByte(rest, 2); ok {
				return []byte{c}, 4
			}
		case 'n':
			return []byte{'\n'}, 2
		case 'r':
			return []byte{'\r'}, 2
		case 't':
			return []byte{'\t'}, 2
		case 'b':
			return []byte{'\b'}, 2
		case 'f':
			return []byte{'\f'}, 2
		case '"', '\\', '/', '\'':
			return rest[1:2], 2
		}
		return nil, 0
	})
}

func unescapeXML(text []byte) []byte {
	if bytes.IndexByte(text, '&') < 0 {
		return text
	}
	return []byte(html.UnescapeString(string(text)))
}

// joinLines takes white space away, at which base64 is cut into lines.
func joinLines(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			out = append(out, c)
		}
	}
	return out
}

// replaceEscapes calls read at each place where an escape may begin; it tells
// what that means and how long it is, 0 for no escape.
func replaceEscapes(text []byte, mark byte, read func([]byte) ([]byte, int)) []byte {
	if bytes.IndexByte(text, mark) < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		i := bytes.IndexByte(text, mark)
		if i < 0 {
			break
		}
		out = append(out, text[:i]...)
		meaning, n := read(text[i:])
		if n == 0 {
			meaning, n = text[i:i+1], 1
		}
		out, text = append(out, meaning...), text[i+n:]
	}
	return append(out, text...)
}

// unit reads \uXXXX.
func unit(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1]|0x20 != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}

func hexByte(b []byte, at int) (byte, bool) {
	if len(b) < at+2 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[at:at+2]), 16, 8)
	return byte(n), err == nil
}
