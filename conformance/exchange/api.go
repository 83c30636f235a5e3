package exchange

import (
	"path"
	"slices"
	"strings"

	"github.com/threatclients/threatclients-go/specs"
)

// APIOf tells the API of an exchange file from its path: from a folder that is named after the
// API's document, with or without hyphens and "proofpoint", or from the V1- and V2- before the
// names of Threat Stack files. It is "" where neither says.
func APIOf(name string) string {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		stem := strings.TrimPrefix(strings.ReplaceAll(strings.ToLower(part), "-", ""), "proofpoint")
		switch {
		case stem == "threatstack" && strings.HasPrefix(path.Base(name), "V1-"):
			return specs.ThreatStackV1
		case stem == "threatstack":
			return specs.ThreatStackV2
		case slices.Contains(specs.Names(), stem):
			return stem
		}
	}
	return ""
}
