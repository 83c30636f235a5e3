//go:build goexperiment.jsonv2 && !go1.27

package engine

import "encoding/json/v2"

// errSkip says "not me" to json; the experiment of Go 1.25 and 1.26 spells it like this.
var errSkip = json.SkipFunc
