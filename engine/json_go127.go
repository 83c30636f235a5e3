//go:build !goexperiment.jsonv2 || go1.27

package engine

import "errors"

// errSkip makes json use its default for a value; the module and Go 1.27 name it so.
var errSkip = errors.ErrUnsupported
