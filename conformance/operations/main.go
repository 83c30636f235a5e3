// Command operations writes the facts of each operation that OpenAPI cannot express into one
// file, so that programs need not read the documents at run time:
//
//	go run ./conformance/operations specs
//
// writes specs/operations.json: document, operationId, and the extensions of specs/README.md
// with method, path, and the members of the reply that they refer to.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: operations folder")
		os.Exit(2)
	}
	text, err := index(os.Args[1])
	if err == nil {
		err = os.WriteFile(filepath.Join(os.Args[1], "operations.json"), text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "operations:", err)
		os.Exit(1)
	}
}

// index is the content of operations.json for the documents of a folder: one operation a
// line, sorted, so that a change shows as the lines that it changes.
func index(folder string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out bytes.Buffer
	out.WriteString("{")
	for i, file := range files {
		document, err := openapi3.NewLoader().LoadFromFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		fmt.Fprintf(&out, "%s\n  %q: {", comma(i), strings.TrimSuffix(filepath.Base(file), ".yaml"))
		for j, o := range operations(document) {
			line, err := encode(o)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", file, o.id, err)
			}
			fmt.Fprintf(&out, "%s\n    %q: %s", comma(j), o.id, line)
		}
		out.WriteString("\n  }")
	}
	out.WriteString("\n}\n")
	return out.Bytes(), nil
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// encode leaves <, > and & as they are: conditions of filters hold them.
func encode(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSpace(b.String()), err
}

// operations lists those of a document by operationId.
func operations(document *openapi3.T) (list []*operation) {
	for path, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			list = append(list, newOperation(path, method, op))
		}
	}
	slices.SortFunc(list, func(a, b *operation) int { return cmp.Compare(a.id, b.id) })
	return list
}
