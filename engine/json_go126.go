//go:build goexperiment.jsonv2 && !go1.27

package engine

import "encoding/json/v2"

// errSkip makes json use its default for a value; the experiment of Go 1.25 and 1.26 names it so.
var errSkip = json.SkipFunc
