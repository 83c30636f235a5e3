// Package overlays holds the Go shape that every client has, for the command that makes
// clients: the templates of the methods and the overlay that comes before all others.
package overlays

import "embed"

// Templates holds the templates. One that is named like a template of oapi-codegen replaces
// it; any other one holds definitions that the others use.
//
//go:embed *.tmpl
var Templates embed.FS

// Common is the overlay that is applied to every document first.
//
//go:embed common.overlay.yaml
var Common []byte
