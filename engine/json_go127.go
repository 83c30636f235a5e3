//go:build !goexperiment.jsonv2 || go1.27

package engine

import "errors"

// errSkip says "not me" to json; the module and Go 1.27 spell it like this.
var errSkip = errors.ErrUnsupported
