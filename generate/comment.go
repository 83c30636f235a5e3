package main

import (
	"errors"
	"fmt"
	"go/doc/comment"
	"go/format"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// packageComment makes a package comment from the title and the description of a document:
// what it is, the credentials, the program that an overlay gives, then the rest.
func packageComment(pkg string, info *openapi3.Info) (string, error) {
	sections := strings.Split(goDoc(info.Description), "\n# ")
	credentials := slices.IndexFunc(sections, func(s string) bool { return strings.HasPrefix(s, "Credentials\n") })
	if credentials > 0 {
		s := sections[credentials]
		sections = slices.Insert(slices.Delete(sections, credentials, credentials+1), 1, s)
	}
	if v, ok := info.Extensions["x-go-program"]; ok {
		source, isText := v.(string)
		code, err := format.Source([]byte(source))
		if err != nil || !isText {
			return "", fmt.Errorf("info.x-go-program: %w", errors.Join(errors.New("no Go program"), err))
		}
		program := "Program\n\n\t" + strings.ReplaceAll(strings.TrimSpace(string(code)), "\n", "\n\t") + "\n"
		sections = slices.Insert(sections, min(2, len(sections)), program)
	}
	text := fmt.Sprintf("Package %s is a client of %s.\n\n%s", pkg, info.Title, strings.Join(sections, "\n# "))
	out, err := format.Source([]byte("// " + strings.ReplaceAll(wrap(text), "\n", "\n// ") + "\npackage p\n"))
	return strings.TrimSuffix(string(out), "package p\n"), err
}

// markdown are the marks of Markdown that Go's comments write otherwise.
var markdown = []struct {
	pattern *regexp.Regexp
	text    string
}{
	{regexp.MustCompile(`(?m)^\|[-:| ]+\|\n`), ""},                       // below the head of a table
	{regexp.MustCompile(`(?m)^\|`), "\t|"},                               // a table
	{regexp.MustCompile(`(?m)^#+ +(.+?)\.?$`), "\n# $1\n"},               // a heading
	{regexp.MustCompile(`(^|\n\n)\*\*([^*]+)\.\*\*\s*`), "$1\n# $2\n\n"}, // what opens a section: **Host.**
	{regexp.MustCompile(`(^|\n\n)\*\*([^*]+)\*\*`), "$1\n# $2\n\n$2"},    // or: **Identifiers** are ...
	{regexp.MustCompile(`(?m)^([-*+]|[0-9]+[.)]) +`), "  $1 "},           // an item of a list
	{regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`), "$1 ($2)"},         // a link
	{regexp.MustCompile(`\*\*`), ""},                                     // bold words
}

var fence = regexp.MustCompile("(?ms)^```[^\n]*\n(.*?)^```")

// goDoc turns Markdown into the form of Go's comments.
func goDoc(text string) string {
	text = fence.ReplaceAllStringFunc(text, func(s string) string {
		return "\t" + strings.ReplaceAll(fence.FindStringSubmatch(s)[1], "\n", "\n\t")
	})
	for _, m := range markdown {
		text = m.pattern.ReplaceAllString(text, m.text)
	}
	return text
}

// wrap breaks the text of a comment into lines.
func wrap(text string) string {
	p := comment.Printer{TextWidth: 96, TextCodePrefix: "\t"}
	return string(p.Text(new(comment.Parser).Parse(text)))
}
