package main

import (
	"go/format"
	"regexp"
)

var (
	noRules  = regexp.MustCompile(`\tRules: +\[\]engine\.Rule\{\},\n`)
	example  = regexp.MustCompile(`\n\t*//(\n\t*// Example: )`)                    // a paragraph of its own
	short    = regexp.MustCompile(`(\n\t*// .{1,90})\n\t*// (Example: .{1,70}\n)`) // on a line of its own
	apart    = regexp.MustCompile(`\n\n(\t+//.*\n\t+[A-Z])`)                       // a member with one line of comment
	typeDoc  = regexp.MustCompile(`\n// \w+ (.*)\ntype (\w+) `)                    // of one line
	fieldDoc = regexp.MustCompile(`\n\t+// \w+ (.*)(\n\t+\w+ +\*?(\w+) )`)
)

// compact takes out lines of the types that oapi-codegen writes and that say nothing, and the
// comment of a member whose type has the same.
func compact(code []byte) ([]byte, error) {
	code = short.ReplaceAll(example.ReplaceAll(code, []byte("$1")), []byte("$1 $2"))
	code = apart.ReplaceAll(code, []byte("\n$1"))
	says := map[string]string{}
	for _, m := range typeDoc.FindAllSubmatch(code, -1) {
		says[string(m[2])] = string(m[1])
	}
	return format.Source(fieldDoc.ReplaceAllFunc(code, func(b []byte) []byte {
		if m := fieldDoc.FindSubmatch(b); says[string(m[3])] == string(m[1]) {
			return m[2]
		}
		return b
	}))
}
