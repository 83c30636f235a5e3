package tql

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Tokens have the kinds of literals, and these.
const (
	end    Kind = "the end"
	word   Kind = "a long word"
	symbol Kind = "a long symbol" // also what is no token of the language
)

type token struct {
	Value
	at int // index of its first byte
}

// String tells what was found. Texts and numbers are values, which errors do not show.
func (t token) String() string {
	if (t.Kind == word || t.Kind == symbol) && len(t.Text) <= 20 {
		return strconv.Quote(t.Text)
	}
	return string(t.Kind)
}

func (t token) is(s string) bool {
	return (t.Kind == word || t.Kind == symbol) && strings.EqualFold(t.Text, s)
}

const wordBytes = "-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// next reads the token that follows. After a failure there is none.
func (p *parser) next() {
	rest := strings.TrimLeft(p.source[p.at:], " \t\r\n")
	p.token = token{Value{Kind: end}, len(p.source) - len(rest)}
	if p.err != nil || rest == "" {
		return
	}
	kind, run := symbol, cmp.Or(leading(rest, wordBytes), leading(rest, "=!<>"))
	switch lower := strings.ToLower(run); {
	case rest[0] == '"' || rest[0] == '\'':
		p.scanText(rest[0])
		return
	case run == "":
		_, size := utf8.DecodeRuneInString(rest)
		run = rest[:size]
	case lower == "true" || lower == "false":
		kind, run = Truth, lower
	case isNumber(run):
		kind = Number
	case run[0] > '>' && !strings.ContainsAny(run, "-."): // begins with a letter or _
		kind = word
	}
	p.token.Value = Value{kind, run}
	p.at = p.token.at + len(run)
}

// leading is the beginning of s that consists of bytes of set.
func leading(s, set string) string { return s[:len(s)-len(strings.TrimLeft(s, set))] }

func isNumber(s string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return isDigits(whole) && (!point || isDigits(fraction))
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// scanText reads a text up to the quote that began it. Other quotes need no escape.
func (p *parser) scanText(quote byte) {
	var b strings.Builder
	for i := p.token.at + 1; i < len(p.source); i++ {
		c := p.source[i]
		if c == quote {
			p.token.Value, p.at = Value{Text, b.String()}, i+1
			return
		}
		if c == '\\' {
			if i++; i == len(p.source) || strings.IndexByte("\\\"'`", p.source[i]) < 0 {
				p.fail(i-1, "one of \\\\ \\\" \\' and \\`", "another escape")
				return
			}
		}
		b.WriteByte(p.source[i])
	}
	p.fail(p.token.at, "a text that ends with "+string(quote), string(end))
}
