package main

import (
	"errors"
	"fmt"
	"go/format"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// section is a part of a package comment, in Go's form without the comment signs. Its text
// begins with a blank line; gofmt removes surplus ones.
type section struct{ title, text string }

// packageComment makes a package comment from the title and the description of a document:
// what it is, the credentials, the program that an overlay gives, then the rest.
func packageComment(pkg string, info *openapi3.Info) (string, error) {
	var program string
	if v, ok := info.Extensions["x-go-program"]; ok {
		source, isText := v.(string)
		code, err := format.Source([]byte(source))
		if err != nil || !isText {
			return "", fmt.Errorf("info.x-go-program: %w", errors.Join(errors.New("no Go program"), err))
		}
		program = "\n# Program\n\n\t" + strings.ReplaceAll(strings.TrimSpace(string(code)), "\n", "\n\t") + "\n"
	}
	var intro, credentials, rest string
	for _, s := range sections(info.Description) {
		switch s.title {
		case "":
			intro += s.text
		case "Credentials":
			credentials += "\n# " + s.title + "\n" + s.text
		default:
			rest += "\n# " + s.title + "\n" + s.text
		}
	}
	opening := wrap(fmt.Sprintf("Package %s is a client of %s.", pkg, info.Title), "", "")
	var b strings.Builder
	for line := range strings.Lines(opening + intro + credentials + program + rest) {
		b.WriteString(strings.TrimRight("// "+line, " \n") + "\n")
	}
	formatted, err := format.Source([]byte(strings.ReplaceAll(b.String(), "// \t", "//\t") + "package p\n"))
	return strings.TrimSuffix(string(formatted), "package p\n"), err
}

var (
	lead  = regexp.MustCompile(`^\*\*([^*]+?)(\.?)\*\*\s*`) // what opens a section: **Host.** or **Identifiers** are ...
	title = regexp.MustCompile(`^#+ +(.+)`)
	item  = regexp.MustCompile(`^([-*+]|[0-9]+[.)]) +`)
	rule  = regexp.MustCompile(`^\|[-:| ]+\|$`) // below the head of a table
	link  = regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
)

// sections splits Markdown at its headings and bold leads.
func sections(markdown string) []section {
	list := []section{{}}
	for _, block := range blocks(markdown) {
		if m := title.FindStringSubmatch(block); m != nil {
			list = append(list, section{title: strings.TrimSuffix(m[1], ".")})
			_, block, _ = strings.Cut(block, "\n")
		} else if m := lead.FindStringSubmatch(block); m != nil {
			list = append(list, section{title: m[1]})
			if block = block[len(m[0]):]; m[2] == "" {
				block = m[1] + " " + block
			}
		}
		last := &list[len(list)-1]
		last.text += "\n" + blockText(block)
	}
	return list
}

// blocks splits Markdown at blank lines, except inside of a fence.
func blocks(markdown string) []string {
	var list []string
	fenced, open := false, false // inside of a fence; the last block goes on
	for line := range strings.SplitSeq(markdown, "\n") {
		line = strings.TrimRight(line, " \t\r")
		switch {
		case line == "" && !fenced:
			open = false
		case open:
			list[len(list)-1] += "\n" + line
		default:
			list, open = append(list, line), true
		}
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
	}
	return list
}

// blockText renders a table or code as it stands, and a list or a paragraph in wrapped lines.
func blockText(block string) string {
	lines := strings.Split(block, "\n")
	switch {
	case strings.HasPrefix(block, "|"), strings.HasPrefix(block, "```"), strings.HasPrefix(block, "    "):
		var b strings.Builder
		for _, line := range lines {
			if !strings.HasPrefix(line, "```") && !rule.MatchString(line) {
				b.WriteString("\t" + strings.TrimPrefix(line, "    ") + "\n")
			}
		}
		return b.String()
	case item.MatchString(block):
		var items []string
		for _, line := range lines {
			if item.MatchString(line) || len(items) == 0 {
				items = append(items, line)
			} else {
				items[len(items)-1] += " " + line
			}
		}
		var b strings.Builder
		for _, text := range items {
			mark := item.FindStringSubmatch(text)
			b.WriteString(wrap(text[len(mark[0]):], "  "+mark[1]+" ", "    "))
		}
		return b.String()
	}
	return wrap(block, "", "")
}

// wrap breaks text into lines of at most 96 bytes, without the marks of bold words and links.
func wrap(text, first, next string) string {
	text = link.ReplaceAllString(strings.ReplaceAll(text, "**", ""), "$1 ($2)")
	var b strings.Builder
	line := first
	for i, word := range strings.Fields(text) {
		if i > 0 && len(line)+1+len(word) > 96 {
			b.WriteString(line + "\n")
			line = next + word
		} else if i > 0 {
			line += " " + word
		} else {
			line += word
		}
	}
	if strings.TrimSpace(line) == "" {
		return ""
	}
	return b.String() + line + "\n"
}
