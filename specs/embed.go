// Package specs holds the OpenAPI documents that every client of this module
// is generated from, for programs that want to read them: validators, mock
// servers, generators for other languages.
//
// The package imports nothing but the standard library, and a program that
// does not import it does not carry the documents.
package specs

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// Names of the documents, for [Document].
const (
	TAP              = "tap"
	Essentials       = "essentials"
	EssentialsThreat = "essentialsthreat"
	ThreatStackV1    = "threatstackv1"
	ThreatStackV2    = "threatstackv2"
	ThreatConnectV2  = "threatconnectv2"
	ThreatConnectV3  = "threatconnectv3"
)

//go:embed *.yaml extensions.schema.json operations.json vectors/*.json
var files embed.FS

// Document returns the OpenAPI 3.0.3 document of an API as YAML. The slice is
// a copy.
func Document(name string) ([]byte, error) {
	b, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("specs: no document %q, there are %s", name, strings.Join(Names(), ", "))
	}
	return b, nil
}

// FS returns the documents as a read-only file system: tap.yaml and so on, and the vectors of
// signatures: vectors/hawk.json and so on.
func FS() fs.FS { return files }

// Names lists the documents, sorted.
func Names() []string {
	paths, _ := fs.Glob(files, "*.yaml") // fails for a bad pattern only
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(p, ".yaml")
	}
	return paths
}

// Extensions returns the JSON Schema (draft 2020-12) of the x- members that
// the documents use. README.md beside it says what they mean.
func Extensions() []byte {
	b, _ := files.ReadFile("extensions.schema.json") // embedded above
	return b
}

// Operations returns operations.json: the x- members of all operations, by document and
// operationId, for programs that do not read the documents.
func Operations() []byte {
	b, _ := files.ReadFile("operations.json") // embedded above
	return b
}
