//go:build tools

// The tools of this repository, at the versions of go.mod. Nothing imports the
// root package, so their modules reach no program that uses a client.
package threatclients

import (
	_ "github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	_ "honnef.co/go/tools/cmd/staticcheck"
)
