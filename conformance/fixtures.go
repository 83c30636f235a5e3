package conformance

import (
	"embed"
	"io/fs"
)

//go:embed fixtures
var fixtures embed.FS

// Fixtures returns the project's own exchanges as a read-only file system:
// <api>/<operationId>/<case>.json. Programs that do not call it do not carry them.
func Fixtures() fs.FS {
	sub, err := fs.Sub(fixtures, "fixtures")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}
